"""The data folder of one embedded stack: held by one supervisor, with its logs."""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import psutil

from talknshop.cli.errors import CommandError

KEPT_LOGS = 3


@contextlib.contextmanager
def ephemeral_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="talknshop-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold `folder` while the block runs.

    Raises CommandError when another supervisor holds it. The kernel lets go of the lock when its
    holder dies, however it dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "supervisor.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"The data folder {folder} is in use by another talknshop dev (process"
                f" {lock.read().strip() or 'unknown'}): stop that one, or choose another with"
                " --data-dir."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def rotate_log(folder: Path, role: str) -> Path:
    """An empty place for `role`'s log; those of the last starts are kept as .1, .2, …"""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{role}.log"
    generations = [log, *(logs / f"{role}.log.{n}" for n in range(1, KEPT_LOGS + 1))]
    for newer, older in reversed(list(pairwise(generations))):
        if newer.exists():
            newer.replace(older)
    return log


def remember_processes(folder: Path, pids: Sequence[int]) -> None:
    """So that the next start can find them, should this supervisor die without a word."""
    born = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            born.append([pid, psutil.Process(pid).create_time()])
    (folder / "processes.json").write_text(json.dumps(born))


def end_leftovers(folder: Path) -> int:
    """End what a supervisor that was killed left running, and count it. Call it while held."""
    try:
        remembered = json.loads((folder / "processes.json").read_text())
    except (FileNotFoundError, ValueError):
        return 0
    leftovers = []
    for pid, born in remembered:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.create_time() == born:  # else the number was given to somebody else
                leftovers.append(process)
    for process in leftovers:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(leftovers, timeout=5)
    return len(leftovers)
