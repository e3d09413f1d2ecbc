"""Memory of the idle stack, process by process: `python -m bench.memory`."""

import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from bench.figures import keep, show
from tests.running import running_stack

SETTLE_S = 5


async def measure() -> dict[str, object]:
    """Resident and proportional set sizes in MiB, some seconds after everything is ready."""
    with tempfile.TemporaryDirectory() as folder:
        first = await _start(Path(folder))
        second = await _start(Path(folder))
    return {
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
    keep("memory", figures)
    processes: dict[str, dict[str, float]] = figures["processes"]  # type: ignore[assignment]
    both = {kind: sum(memory[kind] for memory in processes.values()) for kind in ("rss", "pss")}
    show(
        f"start: {figures['first_start_s']:.1f} s, second {figures['second_start_s']:.1f} s",
        ("process", "resident MiB", "proportional MiB"),
        (
            (name, f"{memory['rss']:.0f}", f"{memory['pss']:.0f}")
            for name, memory in {"all": both, **processes}.items()
        ),
    )


if __name__ == "__main__":
    main()
