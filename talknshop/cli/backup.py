"""`talknshop backup` and `talknshop restore`: the embedded stack's data folder as one file."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from talknshop import __version__
from talknshop.cli import data_dir as folders
from talknshop.cli.errors import CommandError

MANIFEST = "manifest.json"
TEMPORAL = "temporal.db"
# Made anew, or only of the running processes.
LEFT_OUT = ("logs", "models", "processes.json", "supervisor.lock")
_SQLITE = b"SQLite format 3\0"
_JOURNALS = ("-wal", "-shm", "-journal")


def backup(data_dir: Path, target: Path) -> int:
    """Writes all state, keys among it, while the stack runs or not; returns the bytes written.

    Temporal's state is taken first: what was posted or uploaded after that moment is in the rest,
    and whoever goes on from the older state finds it there instead of doing it again.
    """
    if not (data_dir / TEMPORAL).exists():
        raise CommandError(f"{data_dir} holds no state of an embedded stack.")
    part = target.with_name(f"{target.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    # It holds keys: nobody else may read it, from the first byte on.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    sums: dict[str, str] = {}
    with (
        os.fdopen(descriptor, "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive,
        tempfile.TemporaryDirectory(dir=target.absolute().parent) as scratch,
    ):
        for path in _files(data_dir):
            name = path.relative_to(data_dir).as_posix()
            copy = Path(scratch) / "copy"
            try:
                _copy(path, copy)
            except FileNotFoundError:
                continue  # deleted since it was listed
            sums[name] = _sum(copy)
            archive.add(copy, name)
            copy.unlink()
        about = {"version": __version__, "at": datetime.now(UTC).isoformat(), "sha256": sums}
        data = json.dumps(about, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    part.replace(target)
    return target.stat().st_size


def restore(source: Path, data_dir: Path) -> int:
    """Puts a backup into an empty folder; returns the number of files.

    Raises CommandError when the folder has anything in it, or the file is not a whole backup; the
    folder is then as it was.
    """
    if data_dir.exists() and any(data_dir.iterdir()):
        raise CommandError(f"{data_dir} is not empty: move it away, or give another --data-dir.")
    data_dir.absolute().parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=data_dir.absolute().parent))
    try:
        found = _extracted(source, scratch)
        expected = _manifest(scratch)
        if found != expected:
            raise CommandError(f"{source} is damaged: its files are not those that it lists.")
        if data_dir.exists():
            data_dir.rmdir()
        scratch.replace(data_dir)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    with folders.held(data_dir):
        return len(found)


def _files(data_dir: Path) -> Iterator[Path]:
    yield data_dir / TEMPORAL
    for path in sorted(data_dir.rglob("*")):
        relative = path.relative_to(data_dir)
        left_out = relative.parts[0] in LEFT_OUT or path.name.endswith(_JOURNALS)
        if path.is_file() and not left_out and relative != Path(TEMPORAL):
            yield path


def _copy(path: Path, copy: Path) -> None:
    """A database is copied as of one moment, with what its journal holds, while others write."""
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    if not is_database:
        shutil.copyfile(path, copy)
        return
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as there,
        closing(sqlite3.connect(copy)) as here,
    ):
        there.backup(here)


def _extracted(source: Path, folder: Path) -> dict[str, str]:
    """The sums of what was written; only plain files inside of the folder are."""
    sums = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or name.is_absolute() or ".." in name.parts:
                    raise CommandError(f"{source} is not a backup: it holds {member.name!r}.")
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    path.chmod(0o600)
                    shutil.copyfileobj(content, file)
                if member.name != MANIFEST:
                    sums[member.name] = _sum(path)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise CommandError(f"{source} cannot be read as a backup: {error}.") from error
    return sums


def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    if not path.exists():
        raise CommandError("It is not a whole backup: it has no list of its files.")
    expected: dict[str, str] = json.loads(path.read_text())["sha256"]
    path.unlink()
    return expected


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
