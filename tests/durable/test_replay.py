"""Yesterday's histories replay against today's workflow code."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from workers.replay import ReplayOutcome, replay_histories

ROOT = Path(__file__).parents[2]
HISTORIES = sorted((Path(__file__).parent.parent / "histories").glob("*.json"))


def history(path: Path, text: str | None = None) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, text or path.read_text())


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    (outcome,) = await replay_histories([history(path)])
    assert outcome.divergence == ""


def test_there_are_histories_of_a_buyer_and_of_a_seller_with_a_clarification() -> None:
    names = {path.stem for path in HISTORIES}
    assert {"buyer", "seller-with-clarification", "job", "listing-ebay"} <= names


async def test_a_history_of_other_code_is_reported_as_a_divergence() -> None:
    path = next(path for path in HISTORIES if path.stem == "buyer")
    other = path.read_text().replace('"understand"', '"guess"')
    (outcome,) = await replay_histories([history(path, other)])
    assert "guess" in outcome.divergence


async def test_what_has_not_begun_has_nothing_to_compare() -> None:
    begun = history(HISTORIES[0])
    waiting = WorkflowHistory("waiting", begun.events[:3])
    outcomes = await replay_histories([waiting, begun])
    assert outcomes == [
        ReplayOutcome("waiting", compared=False),
        ReplayOutcome(begun.workflow_id),
    ]


def test_a_divergence_names_the_event_of_the_history(tmp_path: Path) -> None:
    text = (HISTORIES[0].parent / "buyer.json").read_text()
    (tmp_path / "other.json").write_text(text.replace('"understand"', '"guess"'))
    done = run("-m", "talknshop.cli.main", "replay", "--file", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert re.search(r"other: .*'guess'.* event \d+, activity task scheduled 'guess'", done.stdout)
    assert "1 replayed" in done.stdout


def test_a_check_without_histories_does_not_pass(tmp_path: Path) -> None:
    done = run("-m", "talknshop.cli.main", "replay", "--file", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2, done.stdout


@pytest.mark.parametrize("careless", [False, True])
def test_a_careless_change_of_a_workflow_is_caught(tmp_path: Path, careless: bool) -> None:
    """These tests in a copy of the project in which a listing waits before it goes live."""
    for package in ("talknshop", "adapters", "activities", "workflows", "workers"):
        shutil.copytree(ROOT / package, tmp_path / package)
    for part in ("tests/__init__.py", "tests/durable/__init__.py", "tests/durable/test_replay.py"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    shutil.copytree(HISTORIES[0].parent, tmp_path / "tests/histories")
    if careless:
        source = tmp_path / "workflows/listing.py"
        before = "shown: ListingSpec) -> None:\n"
        assert source.read_text().count(f"_go_live(self, published: Published, {before}") == 1
        changed = source.read_text().replace(
            f"_go_live(self, published: Published, {before}",
            f"_go_live(self, published: Published, {before}        await workflow.sleep(1)\n",
        )
        source.write_text(changed)
    done = run(
        *("-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)),
        *("-p", "no:cacheprovider", "-k", "stored_history", "tests/durable/test_replay.py"),
        cwd=tmp_path,
    )
    assert done.returncode == int(careless), done.stdout
    failed = set(re.findall(r"^FAILED .*\[([\w-]+)\]", done.stdout, re.MULTILINE))
    live = {"listing-ebay", "listing-craigslist", "listing-telling"}
    assert (failed == live) if careless else not failed


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What stands in that folder goes before what is installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(cwd) if (cwd / "workers").exists() else str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
