"""promtool, which comes with Prometheus: Debian's package `prometheus` has it."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

RULES = Path(__file__).resolve().parents[1] / "deploy" / "prometheus" / "rules.yml"


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Skips the test where Prometheus is not installed, except in CI, which installs it."""
    found = shutil.which("promtool")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("promtool is not installed: apt-get install prometheus")
        pytest.skip("promtool is not installed: apt-get install prometheus")
    return subprocess.run(
        [found, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def verify_alarms(
    series: Mapping[str, str],
    interval: str,
    firing: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    among: str = ".+",
) -> None:
    """Replays series through the rules: at each time exactly those alarms must fire.

    `series`: by name and labels, one value for each interval, in promtool's notation.
    `firing`: by the time since the first value ("5m"), the labels of each alarm, `alertname` too.
    `among`: a pattern of the names that are looked at.
    """
    test: dict[str, Any] = {
        "rule_files": [str(RULES)],
        "evaluation_interval": interval,
        "tests": [
            {
                "interval": interval,
                "input_series": [
                    {"series": name, "values": values} for name, values in series.items()
                ],
                "promql_expr_test": [
                    {
                        "expr": f'ALERTS{{alertstate="firing", alertname=~"{among}"}}',
                        "eval_time": at,
                        "exp_samples": [
                            {"labels": _series_of(labels), "value": 1} for labels in alarms
                        ],
                    }
                    for at, alarms in firing.items()
                ],
            }
        ],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(test, file)  # which is YAML, too
        file.flush()
        done = promtool("test", "rules", file.name)
    assert done.returncode == 0, done.stdout + done.stderr


def _series_of(labels: Mapping[str, str]) -> str:
    inside = ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f'ALERTS{{alertstate="firing", {inside}}}'
