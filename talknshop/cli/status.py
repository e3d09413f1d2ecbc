"""The status file: what runs, as JSON, for programs that watch the stack."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from talknshop.cli.processes import Child


def snapshot(
    *,
    ready: bool,
    children: Sequence[Child],
    urls: Mapping[str, str],
    external: Mapping[str, str],
) -> dict[str, Any]:
    """`external` names what was running already, with its address."""
    return {
        "ready": ready,
        "processes": [
            {
                "role": child.role,
                "pid": child.pid,
                "port": child.command.port,
                "url": child.command.url,
                "state": child.state.value,
                "restarts": child.restarts,
            }
            for child in children
        ],
        "urls": dict(urls),
        "external": dict(external),
    }


def write(path: Path, status: Mapping[str, Any]) -> None:
    """Replaced as a whole: a reader never sees half a file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(status, indent=2) + "\n")
    temporary.replace(path)
