"""One child process: started, watched until ready, restarted when it dies, stopped in time."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from talknshop.cli.errors import CommandError
from talknshop.cli.lifeline import ends_with_parent

FIRST_PAUSE = 0.2  # seconds before a restart, doubling
LONGEST_PAUSE = 5.0
STEADY_AFTER = 30.0  # seconds of life after which the pause starts small again
PROBE_INTERVAL = 0.1


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Command:
    """How to run one role and see that it is ready. `grace`: seconds from SIGTERM to SIGKILL.

    `tune` is called in a thread once the process answers, before anybody is told that it does; when
    it raises CommandError, the process is ready as it is, and the sentence is told.
    """

    role: str
    argv: tuple[str, ...]
    port: int
    url: str
    is_ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict)
    grace: float = 2.0
    tune: Callable[[], None] | None = None


class Child:
    """`changed` is called, with a sentence, each time the state changes."""

    def __init__(
        self, command: Command, log: Path, changed: Callable[["Child", str], None]
    ) -> None:
        self.command = command
        self.log = log
        self.state = State.WAITING
        self.restarts = 0
        self.ready = asyncio.Event()
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    @property
    def role(self) -> str:
        return self.command.role

    @property
    def pid(self) -> int | None:
        """None while no process is alive."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    def start(self) -> None:
        self._life = asyncio.create_task(self._keep_alive(), name=f"keep {self.role} alive")

    async def stop(self) -> None:
        """Return once the process is gone: SIGTERM, then SIGKILL when its grace is over."""
        if self._life is None:
            return
        self._stop.set()
        if self.pid:
            self._enter(State.STOPPING, "stopping")
            self._signal(signal.SIGTERM)
        done, _ = await asyncio.wait({self._life}, timeout=self.command.grace)
        if not done:
            self._changed(self, f"did not stop within {self.command.grace:g} s: killed")
            self.kill()
        await self._life

    def kill(self) -> None:
        """End it now, with everything that it started."""
        self._stop.set()
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            born = loop.time()
            ending = await self._live_once()
            if self._stop.is_set():
                break
            if loop.time() - born >= STEADY_AFTER:
                pause = FIRST_PAUSE
            self.restarts += 1
            self._enter(State.RESTARTING, f"{ending}; starts again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._enter(State.STOPPED, "stopped")

    async def _live_once(self) -> str:
        """Run the command until it ends, and say how it ended."""
        try:
            process = self._process = await self._spawn()
        except OSError as error:
            return f"could not be started: {error}"
        if self._stop.is_set():  # asked to stop while the process was being made
            self.kill()
        self._enter(State.STARTING, "starting")
        probing = asyncio.create_task(self._until_ready())
        try:
            code = await process.wait()
        finally:
            probing.cancel()
            self.ready.clear()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"ended with {how} (last words in {self.log}: {_last_line(self.log)!r})"

    async def _spawn(self) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.command.argv,
                env={**os.environ, **self.command.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C reaches the supervisor only
                preexec_fn=ends_with_parent(),
            )

    async def _until_ready(self) -> None:
        while not await self.command.is_ready():  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(PROBE_INTERVAL)
        sentence = await self._tuned()
        if not self._stop.is_set() and self.pid:
            self.ready.set()
            self._enter(State.READY, sentence)

    async def _tuned(self) -> str:
        if self.command.tune is not None:
            try:
                await asyncio.to_thread(self.command.tune)
            except CommandError as error:
                return f"ready, {error}"
        return "ready"

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self.pid:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _enter(self, state: State, sentence: str) -> None:
        if state is State.STARTING and self._stop.is_set():
            state, sentence = State.STOPPING, "stopping"
        self.state = state
        self._changed(self, sentence)


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2000))
        lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
