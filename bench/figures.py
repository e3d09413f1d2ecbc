"""What every benchmark needs of its figures: percentiles, a table, and a file."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.machine import machine

RESULTS = Path("bench/results")


def percentile(values: Sequence[float], share: float) -> float:
    """Of seconds, in milliseconds; the nearest rank."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def keep(name: str, figures: object, path: Path | None = None) -> None:
    """Writes bench/results/NAME.json or `path`, with what it was measured on."""
    path = path or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {"machine": machine(), name: figures}
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False), encoding="utf-8")
