"""What the doctor says of settings and answers, one fault at a time; tests/durable has the rest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from talknshop import __version__
from talknshop.cli.checkup_services import (
    check_redis,
    check_temporal,
    of_gateway,
    of_model,
    of_namespace,
    of_server,
)
from talknshop.cli.checkup_settings import check_settings
from talknshop.cli.finding import Finding
from talknshop.settings import Settings

KEY = "k" * 32


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """An installation that is fit for the public, but for what is changed."""
    monkeypatch.chdir(tmp_path)  # no .env of whoever runs this
    for name, value in {"BESTBUY_API_KEY": "a-key"}.items():
        monkeypatch.setenv(f"TALKNSHOP_{name}", value)
    (tmp_path / "index.html").write_text("<html>")

    def settings(**changes: Any) -> Settings:
        given: dict[str, Any] = {
            "data_dir": tmp_path,
            "web_dir": tmp_path,
            "gateway": {
                "auth_required": True,
                "public_url": "https://shop.example",
                "session_key": KEY,
                "operator_token": KEY,
            },
            "push": {"key": KEY},
            "encryption": {"local_keys": KEY},
            "secrets": {"key": KEY},
            "language": {"model": "bedrock_converse:some-model"},
            "log_format": "json",
            "redis_url": "rediss://:word@cache.example:6379/0",
            "search_marketplaces": ["bestbuy"],
            "posting_marketplaces": [],
        }
        for name, value in changes.items():
            both = isinstance(value, dict) and isinstance(given.get(name), dict)
            given[name] = given[name] | value if both else value
        return Settings(**given)

    return settings


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.subject: finding for finding in check_settings(settings)}


def test_what_is_fit_for_the_public_is_found_well(good: Callable[..., Settings]) -> None:
    assert {finding.level for finding in found(good()).values()} == {"ok"}


@pytest.mark.parametrize(
    ("subject", "level", "changes"),
    [
        ("sign-in", "problem", {"gateway": {"auth_required": False}}),
        ("public address", "problem", {"gateway": {"public_url": "http://shop.example"}}),
        ("session key", "advice", {"gateway": {"session_key": None}}),
        ("session key", "problem", {"gateway": {"session_key": "short"}}),
        ("push key", "problem", {"push": {"key": "short"}}),
        ("payload key", "problem", {"encryption": {"local_keys": f"{KEY},short"}}),
        ("key of linked accounts", "problem", {"secrets": {"key": "short"}}),
        ("Redis' access", "advice", {"redis_url": "redis://cache.example:6379/0"}),
        ("Redis' access", "advice", {"redis_url": "redis://:word@cache.example:6379/0"}),
        ("Redis' access", "advice", {"redis_url": "rediss://cache.example:6379/0"}),
        ("push key", "advice", {"push": {"key": None}}),
        ("payload key", "advice", {"encryption": {"local_keys": None}}),
        ("payload key", "problem", {"encryption": {"keys": "off"}}),
        ("payload key", "problem", {"encryption": {"keys": "kms"}}),
        ("key of linked accounts", "advice", {"secrets": {"key": None}}),
        ("operator token", "advice", {"gateway": {"operator_token": None}}),
        ("operator token", "problem", {"gateway": {"operator_token": "short"}}),
        ("marketplaces", "problem", {"sandbox_url": "http://127.0.0.1:1"}),
        ("searching", "problem", {"search_marketplaces": ["bestbuy", "walmart"]}),
        ("posting", "problem", {"posting_marketplaces": ["ebay"]}),
        ("language model", "advice", {"language": {"model": "embedded"}}),
        ("web client", "problem", {"web_dir": Path("nowhere")}),
        ("logs", "advice", {"log_format": "console"}),
        ("logs", "problem", {"log_messages": True}),
    ],
)
def test_one_fault_is_named_with_a_remedy(
    good: Callable[..., Settings], subject: str, level: str, changes: dict[str, Any]
) -> None:
    finding = found(good(**changes))[subject]
    assert (finding.level, bool(finding.remedy)) == (level, True), finding


def test_half_configured_marketplaces_are_named(
    good: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKNSHOP_EBAY_CLIENT_ID", "only-this")
    finding = found(good())["marketplaces"]
    assert finding.level == "problem"
    assert "EBAY_CLIENT_SECRET" in finding.detail


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("TALKNSHOP_TEMPORAL__ADRESS", "TALKNSHOP_TEMPORAL__ADDRESS"),
        ("TALKNSHOP_EBAY_CLIENTID", "TALKNSHOP_EBAY_CLIENT_ID"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(
    good: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "x")
    finding = found(good())["settings"]
    assert finding.level == "problem"
    assert variable in finding.detail
    assert meant in finding.remedy


def test_an_entry_of_a_setting_that_is_an_object_is_not_misspelt(
    good: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKNSHOP_TRACING__HEADERS__X_API_KEY", "x")
    assert "settings" not in found(good())


async def test_a_model_that_no_client_knows_is_named(good: Callable[..., Settings]) -> None:
    (finding,) = of_model(good(language={"model": "a-model-of-nobody"}).language)
    assert (finding.level, bool(finding.remedy)) == ("problem", True)
    assert "a-model-of-nobody" in finding.detail


@pytest.mark.parametrize(
    ("subject", "changes"),
    [
        ("Temporal", {"temporal": {"address": "temporal.example"}}),
        ("Temporal", {"temporal": {"address": "http://temporal.example:7233"}}),
        ("Redis", {"redis_url": "cache.example:6379"}),
    ],
)
async def test_an_address_that_is_none_is_a_problem(
    good: Callable[..., Settings], subject: str, changes: dict[str, Any]
) -> None:
    look = {"Temporal": check_temporal, "Redis": check_redis}[subject]
    (finding,) = await look(good(**changes))
    assert finding.level == "problem"
    assert f"TALKNSHOP_{subject.upper()}" in finding.remedy


@pytest.mark.parametrize(
    ("version", "level"), [("1.28.4", "problem"), ("1.29.0", "ok"), ("2.0.1", "ok")]
)
def test_a_server_that_is_too_old_is_a_problem(version: str, level: str) -> None:
    assert of_server("somewhere:7233", version).level == level


@pytest.mark.parametrize(
    ("kept", "level"), [(timedelta(hours=23), "advice"), (timedelta(days=1), "ok")]
)
def test_a_namespace_that_forgets_at_once_is_advised_against(kept: timedelta, level: str) -> None:
    assert of_namespace("shop", kept).level == level


def answered(status: int = 200, version: str = __version__, **late: int) -> dict[str, Finding]:
    date = format_datetime(datetime.now(UTC) - timedelta(**late), usegmt=True)
    ready = httpx.Response(status, headers={"Date": date}, text="temporal is away")
    return {each.subject: each for each in of_gateway("https://shop.example", ready, version)}


def test_a_gateway_that_is_well_is_found_well() -> None:
    assert {finding.level for finding in answered().values()} == {"ok"}


@pytest.mark.parametrize(
    ("subject", "findings"),
    [
        ("gateway", answered(status=503)),
        ("version", answered(version="0.0.9")),
        ("clock against the gateway", answered(minutes=2)),
    ],
    ids=["not ready", "another version", "another time"],
)
def test_a_gateway_that_is_unwell_is_a_problem(subject: str, findings: dict[str, Finding]) -> None:
    assert [name for name, each in findings.items() if each.level == "problem"] == [subject]
    assert findings[subject].remedy
