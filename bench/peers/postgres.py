"""PostgreSQL from the system's packages, for as long as a measurement takes."""

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from talknshop.cli.ports import free_ports


def binaries() -> Path:
    """Where initdb and pg_ctl are. Raises FileNotFoundError with what to install."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise FileNotFoundError("PostgreSQL's server is not installed: apt-get install postgresql")
    return Path(found).parent


@asynccontextmanager
async def postgres(folder: Path) -> AsyncIterator[str]:
    """Its URL. A folder that has a database goes on with it, a crash included."""
    bin_dir = binaries()
    (port,) = free_ports(1)
    fresh = _made(folder)
    if fresh:
        await _run(bin_dir / "initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    await _run(bin_dir / "pg_ctl", "-D", folder, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        await _run(bin_dir / "pg_ctl", "-D", folder, "-m", "fast", "stop")


def _made(folder: Path) -> bool:
    """Whether the folder is new. PostgreSQL refuses to run as root, so it is its own user's."""
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if fresh and os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    return fresh


async def _run(*command: str | Path) -> None:
    as_postgres = {"user": "postgres"} if os.geteuid() == 0 else {}
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        **as_postgres,  # type: ignore[arg-type]
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {said.decode()}")
