"""A data folder goes into one file and comes back, and nothing else does."""

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from talknshop.cli.backup import backup, restore
from talknshop.cli.errors import CommandError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    for name in ("keys/payload.key", "media/u1/photo", "logs/seller.log", "models/whisper/part"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    return data


def rows(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute("SELECT word FROM words").fetchall()


@pytest.fixture
def open_database(folder: Path):  # type: ignore[no-untyped-def]
    """Written to by another connection, with its last words still in the journal."""
    db = sqlite3.connect(folder / "temporal.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE words (word TEXT)")
    db.execute("INSERT INTO words VALUES ('kept')")
    yield db
    db.close()


def test_what_matters_comes_back(folder: Path, tmp_path: Path, open_database) -> None:  # type: ignore[no-untyped-def]
    assert (folder / "temporal.db-wal").stat().st_size > 0
    file = tmp_path / "backup.tar.gz"
    assert backup(folder, file) == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    back = tmp_path / "back"
    restore(file, back)
    found = {p.relative_to(back).as_posix() for p in back.rglob("*") if p.is_file()}
    assert found - {"supervisor.lock"} == {"temporal.db", "keys/payload.key", "media/u1/photo"}
    assert rows(back / "temporal.db") == [("kept",)]
    assert (back / "keys/payload.key").read_text() == "keys/payload.key"
    assert (back / "keys/payload.key").stat().st_mode & 0o777 == 0o600


def test_a_folder_in_use_is_not_written_over(folder: Path, tmp_path: Path, open_database) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "backup.tar.gz"
    backup(folder, file)
    with pytest.raises(CommandError, match="not empty"):
        restore(file, folder)


def test_a_folder_without_state_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no state"):
        backup(tmp_path, tmp_path / "backup.tar.gz")
    assert not list(tmp_path.iterdir())


def test_a_cut_off_file_is_refused_and_leaves_nothing(  # type: ignore[no-untyped-def]
    folder: Path, tmp_path: Path, open_database
) -> None:
    file = tmp_path / "backup.tar.gz"
    backup(folder, file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(CommandError):
        restore(file, tmp_path / "back")
    assert {p.name for p in tmp_path.iterdir()} == {"data", "backup.tar.gz"}


def test_a_file_that_reaches_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "evil.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(CommandError, match="outside"):
        restore(file, tmp_path / "back")
    assert not (tmp_path / "outside").exists()
