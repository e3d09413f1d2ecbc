"""Keys are made once, rotate, and old ones still open."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.keys import KeyRing, rotate


def test_processes_that_start_at_once_read_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "session.key"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.of(None, path), range(8)))
    assert len({ring.newest for ring in rings}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_rotated_key_is_found_by_a_ring_that_was_read_before(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    before = KeyRing.of(None, path)
    rotate(path)
    after = KeyRing.of(None, path)
    assert after.newest != before.newest
    assert after.find(before.newest.key_id) == before.newest
    assert before.find(after.newest.key_id) == after.newest
    assert after.find("unknown") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_given_keys_win_over_the_file_and_must_be_long(tmp_path: Path) -> None:
    ring = KeyRing.of(f"{'n' * 40}, {'o' * 40}", tmp_path / "session.key")
    assert ring.secrets == [b"n" * 40, b"o" * 40]
    assert not (tmp_path / "session.key").exists()
    with pytest.raises(ValueError, match="32 characters"):
        KeyRing.of("short", tmp_path / "session.key")
