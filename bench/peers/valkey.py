"""A Valkey of a peer's own, whose data outlives its process as far as Valkey promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from talknshop.cli.health import answers_ping
from talknshop.cli.ports import free_ports
from talknshop.cli.stack import valkey_server
from tests.running import eventually


@asynccontextmanager
async def valkey(folder: Path) -> AsyncIterator[str]:
    """Its URL. Appends each write to a file, flushed every second, as its makers advise."""
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(valkey_server(), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
        *("--save", "", "--appendonly", "yes", "--appendfsync", "everysec"),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await eventually(lambda: answers_ping("127.0.0.1", port), "Valkey answers")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        await process.wait()
