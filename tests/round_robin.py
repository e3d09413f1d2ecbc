"""A plain round-robin in front of several servers, as a load balancer for TCP is one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle


@asynccontextmanager
async def round_robin(ports: Sequence[int]) -> AsyncIterator[str]:
    """The address in front. A server that takes no connection is passed over."""
    turns = cycle(ports)
    open_: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in ports:
            try:
                behind = await asyncio.open_connection("127.0.0.1", next(turns))
            except OSError:
                continue
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, behind[1]))
                group.create_task(_pump(behind[0], writer))
            return
        writer.close()

    async def carry_noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        task.add_done_callback(open_.discard)
        with suppress(asyncio.CancelledError):
            await carry(reader, writer)

    server = await asyncio.start_server(carry_noted, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(open_):
            task.cancel()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    except OSError:
        pass
    finally:
        with suppress(OSError):
            target.close()
