"""Supervisor: starts stages of children one after the other, stops them in the opposite order."""

import asyncio
from collections.abc import Sequence

from talknshop.cli.processes import Child, State


class Supervisor:
    """A stage starts when every child of the one before it is ready."""

    def __init__(self, stages: Sequence[Sequence[Child]]) -> None:
        self._stages = stages
        self.children = [child for stage in stages for child in stage]

    @property
    def is_ready(self) -> bool:
        return all(child.state is State.READY for child in self.children)

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event) -> None:
        """Keep all children alive until `stop`, then end them; `hurry` ends them without grace."""
        starting = asyncio.create_task(self._start())
        await stop.wait()
        starting.cancel()
        await asyncio.wait({starting})
        stopping = asyncio.create_task(self._stop())
        hurrying = asyncio.create_task(hurry.wait())
        await asyncio.wait({stopping, hurrying}, return_when=asyncio.FIRST_COMPLETED)
        hurrying.cancel()
        if not stopping.done():
            for child in self.children:
                child.kill()
        await stopping

    async def _start(self) -> None:
        for stage in self._stages:
            for child in stage:
                child.start()
            for child in stage:
                await child.ready.wait()

    async def _stop(self) -> None:
        """The members of a stage do not need each other, so they stop at the same time."""
        for stage in reversed(self._stages):
            await asyncio.gather(*(child.stop() for child in stage))
