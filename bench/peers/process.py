"""Drives `bench.peers.serve` from outside: ask, kill, start again."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from bench.peers.steps import Json


class Peer:
    """One engine with a folder that outlives its process."""

    def __init__(
        self, engine: str, sandbox: str, credentials: Path, folder: Path, servers: dict[str, str]
    ) -> None:
        """`servers`: the environment that tells where brokers and databases are."""
        self.engine = engine
        self._folder = folder
        self._command = ["-m", "bench.peers.serve", engine, "--sandbox", sandbox]
        self._command += ["--credentials", str(credentials), "--folder", str(folder)]
        self._env = os.environ | servers
        self._env |= {"PEER_SANDBOX": sandbox, "PEER_CREDENTIALS": str(credentials)}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> list[Json]:
        """Until it is ready; returns the turns of before that have ended by then."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self._command),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._env,
                start_new_session=True,
            )
        ended = []
        while "ready" not in (line := await self._line(60)):
            ended.append(line)
        return ended

    async def ask(self, turn_id: str, text: str) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"id": turn_id, "text": text}).encode() + b"\n")
        await self._process.stdin.drain()

    async def ended(self, turn_id: str, seconds: float = 60) -> Json:
        """Raises TimeoutError when it does not end in time."""
        async with asyncio.timeout(seconds):
            while (line := await self._line(seconds))["id"] != turn_id:
                pass
        return line

    async def _line(self, seconds: float) -> Json:
        assert self._process
        assert self._process.stdout
        line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        if not line:
            raise EOFError(f"{self.engine} has ended, see {self._folder / 'log'}")
        return json.loads(line)

    async def kill(self) -> None:
        """kill -9, of the process and whatever it had started that does its work."""
        assert self._process
        worker = self._folder / "celery.pid"
        if worker.exists():
            os.killpg(int(worker.read_text()), signal.SIGKILL)
        os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> None:
        if self._process and self._process.returncode is None and self._process.stdin:
            self._process.stdin.close()
            await self._process.wait()
