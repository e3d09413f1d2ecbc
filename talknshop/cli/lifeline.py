"""Ties a child process to the life of this one, so that a kill -9 leaves no orphans behind."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def ends_with_parent(ending: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn`: the child is sent `ending` when the thread that started it is gone.

    Only Linux has such a call; elsewhere the next start ends what is left, see `data_dir.py`.
    """
    if sys.platform != "linux":
        return _nothing
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: after a fork, do little
    parent = os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(ending))
        if os.getppid() != parent:  # it died between the fork and the call above
            os._exit(1)

    return tie


def _nothing() -> None:
    pass
