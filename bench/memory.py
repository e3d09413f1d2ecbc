"""Memory of the idle stack, process by process: `python -m bench.memory`."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.machine import machine
from tests.running import running_stack

SETTLE_S = 5


async def measure() -> dict[str, object]:
    """Resident and proportional set sizes in MiB, some seconds after everything is ready."""
    with tempfile.TemporaryDirectory() as folder:
        first = await _start(Path(folder))
        second = await _start(Path(folder))
    return {
        "machine": machine(),
        "first_start_s": first["start_s"],
        "second_start_s": second["start_s"],
        "processes": second["processes"],
    }


async def _start(folder: Path) -> dict[str, object]:
    started = time.perf_counter()
    (folder / "status.json").unlink(missing_ok=True)
    async with running_stack(folder) as stack:
        start_s = time.perf_counter() - started
        await asyncio.sleep(SETTLE_S)
        processes = {"supervisor": stack.supervisor.pid}
        processes |= {entry["role"]: entry["pid"] for entry in stack.status()["processes"]}
        return {
            "start_s": start_s,
            "processes": {name: _mib(pid) for name, pid in processes.items()},
        }


def _mib(pid: int) -> dict[str, float]:
    memory = psutil.Process(pid).memory_full_info()
    return {"rss": memory.rss / 2**20, "pss": memory.pss / 2**20}


def main() -> None:
    figures = asyncio.run(measure())
    table = Table("process", "resident MiB", "proportional MiB")
    processes: dict[str, dict[str, float]] = figures["processes"]  # type: ignore[assignment]
    for name, memory in processes.items():
        table.add_row(name, f"{memory['rss']:.0f}", f"{memory['pss']:.0f}")
    rss = sum(memory["rss"] for memory in processes.values())
    pss = sum(memory["pss"] for memory in processes.values())
    table.add_section()
    table.add_row("all", f"{rss:.0f}", f"{pss:.0f}")
    console = Console()
    console.print(table)
    console.print(
        f"start: {figures['first_start_s']:.1f} s, second {figures['second_start_s']:.1f} s"
    )
    path = Path("bench/results/memory.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
