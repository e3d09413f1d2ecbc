"""The commands as a person types them, where no gateway runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from talknshop.cli.ports import free_ports
from tests.loading import loaded_by

# Which code is tested, where it is not the installed one.
_OURS = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
LISTING = {"title": "iPhone 13", "price": 650, "condition": "good"}


def talknshop(*arguments: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "talknshop.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env={"XDG_CONFIG_HOME": str(home), "PATH": "/usr/bin:/bin", **_OURS, **env},
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    file = tmp_path / "listing.json"
    file.write_text(json.dumps(LISTING))
    return file


@pytest.mark.parametrize("command", ["chat", "search", "post", "bulk", "jobs"])
def test_without_a_gateway_one_sentence_says_what_to_do(command, tmp_path, listing):
    arguments = {"search": ["a laptop"], "post": [str(listing)], "bulk": [str(listing)]}.get(
        command, []
    )
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    result = talknshop(command, *arguments, "--url", url, home=tmp_path)
    assert result.returncode == 2
    assert f"No gateway answers at {url}: start one with `talknshop dev`" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_without_its_key_is_one_sentence(tmp_path):
    result = talknshop("understand", "--model", "openai:gpt-4o-mini", home=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("The model 'openai:gpt-4o-mini' has no key: set TALKNSHOP_")
    assert "Traceback" not in result.stderr


def test_replaying_without_temporal_says_what_to_do(tmp_path):
    address = f"127.0.0.1:{free_ports(1)[0]}"
    env = {"TALKNSHOP_TEMPORAL__ADDRESS": address}
    result = talknshop("replay", "conversation/x", home=tmp_path, **env)
    assert result.returncode == 2
    assert address in result.stderr
    assert "talknshop dev" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_is_no_listing_is_refused_by_field(tmp_path, listing):
    listing.write_text(json.dumps(LISTING | {"price": "cheap"}))
    result = talknshop("post", str(listing), home=tmp_path)
    assert result.returncode == 2
    assert "price" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_is_no_text_is_refused(tmp_path, listing):
    listing.write_bytes(b"\xff\xfe{}")
    result = talknshop("post", str(listing), home=tmp_path)
    assert result.returncode == 2
    assert f"{listing} is not a listing" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://shop", "http://shop:65536", "http://["])
def test_what_is_no_address_is_refused_as_it_was_typed(url, tmp_path):
    result = talknshop("jobs", "--url", url, home=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith(f"'{url}' is no gateway's address")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("TALKNSHOP_GATEWAY__PORT=eighty", "TALKNSHOP_GATEWAY__PORT"),
        ("TALKNSHOP_POSTING_MARKETPLACES=ebay,facebook", "posting_marketplaces"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, named):
    (tmp_path / ".env").write_text(f"{line}\n")
    result = talknshop("jobs", home=tmp_path)
    assert result.returncode == 2
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_the_supervisor_loads_none_of_the_heavy_libraries():
    heavy = {"temporalio", "fastapi", "httpx", "websockets", "langgraph", "PIL"}
    assert loaded_by("import talknshop.cli.main, talknshop.cli.dev") & heavy == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["post"],
        ["dev", "--port", "high"],
        ["dev", "--port", "65536"],
        ["rank", "no-such-file"],
        ["understand", "no-such-file"],
        ["jobs", "edit", "j1", "--price", "nan"],
    ],
)
def test_a_wrong_command_line_is_refused_with_status_two(arguments, tmp_path):
    result = talknshop(*arguments, home=tmp_path)
    assert result.returncode == 2
    assert "Usage" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["some-job-id"], ["retry", "--marketplace", "ebay", "--error", "AUTH"], ["cancel", "j1"]],
    ids=["one job", "retry by error", "cancel"],
)
def test_the_commands_of_jobs_reach_for_the_gateway(arguments, tmp_path):
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    result = talknshop("jobs", *arguments, "--url", url, home=tmp_path)
    assert result.returncode == 2
    assert f"No gateway answers at {url}" in result.stderr


def test_an_error_that_does_not_exist_is_refused_by_name(tmp_path):
    result = talknshop("jobs", "retry", "--error", "nonsense", home=tmp_path)
    assert result.returncode == 2
    assert "throttled" in result.stderr
