"""Lets a process that nobody waits for give way to those that people wait for."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import psutil

MOST = 19
# Whoever is not root may say it ten times a second on the whole machine: sched_autogroup(7).
_PAUSE = 0.1  # seconds


async def give_way(pid: int, by: int) -> None:
    """The process with all threads that it has, and will have. One that has ended is fine."""
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        niceness = min(process.nice() + by, MOST)
        process.nice(niceness)
        if sys.platform == "linux":  # where each thread has its own
            for thread in process.threads():
                os.setpriority(os.PRIO_PROCESS, thread.id, niceness)
    while not _session_gives_way(pid, by):  # noqa: ASYNC110 - only asking tells
        await asyncio.sleep(_PAUSE)


def _session_gives_way(pid: int, by: int) -> bool:
    """False to be asked again. Where Linux shares the processor out among sessions, niceness counts
    only within one, and each of our processes has a session of its own."""
    autogroup = Path(f"/proc/{pid}/autogroup")
    try:
        if autogroup.exists():
            autogroup.write_text(str(by))
    except BlockingIOError:
        return False
    except OSError:
        return True  # it has ended, or a container forbids it
    return True
