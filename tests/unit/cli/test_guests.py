"""The kept guest: who this terminal was, and for whose eyes."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talknshop.cli.guests import Guest, keep_guest, kept_guest

HERE, THERE = "http://127.0.0.1:8000", "https://shop.example"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "talknshop" / "session.json"


def guest(name: str, *, valid_for: timedelta = timedelta(days=1)) -> Guest:
    expires_at = datetime.now(UTC) + valid_for
    return Guest(session_id="s", user_id=name, token="t", expires_at=expires_at)


def test_a_guest_is_found_again_at_its_own_gateway_only():
    keep_guest(HERE, guest("ada"))
    keep_guest(THERE, guest("bob"))
    assert (kept := kept_guest(HERE)) is not None
    assert kept.user_id == "ada"
    assert kept_guest("http://127.0.0.1:9000") is None


def test_a_guest_whose_token_is_too_old_is_forgotten():
    keep_guest(HERE, guest("ada", valid_for=timedelta(seconds=-1)))
    assert kept_guest(HERE) is None


def test_a_guest_who_can_be_renewed_is_not_forgotten():
    old = guest("ada", valid_for=timedelta(seconds=-1))
    later = datetime.now(UTC) + timedelta(days=1)
    keep_guest(HERE, old.model_copy(update={"refresh_token": "r", "refresh_expires_at": later}))
    assert kept_guest(HERE) is not None


def test_the_file_is_for_its_owner_alone(home):
    keep_guest(HERE, guest("ada"))
    assert stat.S_IMODE(home.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"http://127.0.0.1:8000": 3}'])
def test_a_damaged_file_is_no_guest_and_is_replaced(home, content):
    home.parent.mkdir()
    home.write_text(content)
    assert kept_guest(HERE) is None
    keep_guest(HERE, guest("ada"))
    assert kept_guest(HERE) is not None
