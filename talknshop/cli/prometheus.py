"""Prometheus beside the embedded stack: what it scrapes, and by which rules it raises alarms."""

import json
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import talknshop
from talknshop.cli.errors import CommandError
from talknshop.cli.health import answers_http
from talknshop.cli.processes import Command

LOOPBACK = "127.0.0.1"
RULES = Path(talknshop.__file__).parents[1] / "deploy" / "prometheus" / "rules.yml"
# The rules look at minutes: more often than in production, so that a person sees something soon.
SCRAPE_INTERVAL = "5s"
GRACE = 3.0


def scrape_configs(commands: list[Command], temporal_metrics: int | None) -> list[dict[str, Any]]:
    """Every process of the stack that counts, under the names that the rules use."""
    jobs: list[dict[str, Any]] = []
    workers = []
    for command in commands:
        target = f"{LOOPBACK}:{command.port}"
        match command.role:
            case "gateway" | "sandbox":
                jobs.append(_job(command.role, {"targets": [target]}))
            case "temporal":
                if temporal_metrics:
                    jobs.append(_job("temporal", {"targets": [f"{LOOPBACK}:{temporal_metrics}"]}))
            case "valkey":
                pass
            case role:
                workers.append({"targets": [target], "labels": {"role": role}})
    return [*jobs, _job("worker", *workers)]


def prometheus(port: int, data_dir: Path, scraped: list[dict[str, Any]]) -> Command:
    """Writes its configuration. Raises CommandError when the program or the rules are missing."""
    program = shutil.which("prometheus")
    if program is None:
        raise CommandError(
            "Prometheus is not installed: `apt-get install prometheus`, or put its program"
            " from https://prometheus.io/download on the PATH."
        )
    if not RULES.exists():
        raise CommandError(f"The alarms' rules are not at {RULES}: start it from a checkout.")
    folder = data_dir / "prometheus"
    folder.mkdir(parents=True, exist_ok=True)
    config: Mapping[str, Any] = {
        "global": {"scrape_interval": SCRAPE_INTERVAL, "evaluation_interval": SCRAPE_INTERVAL},
        "rule_files": [str(RULES)],
        "scrape_configs": scraped,
    }
    file = folder / "prometheus.yml"
    file.write_text(json.dumps(config, indent=2))  # JSON is YAML
    argv = [program, f"--config.file={file}", f"--storage.tsdb.path={folder / 'series'}"]
    argv += [f"--web.listen-address={LOOPBACK}:{port}", "--storage.tsdb.retention.time=2d"]
    argv += ["--log.level=warn"]
    return Command(
        role="prometheus",
        argv=tuple(argv),
        port=port,
        url=f"http://{LOOPBACK}:{port}",
        is_ready=partial(answers_http, LOOPBACK, port, "/-/ready"),
        grace=GRACE,
    )


def _job(name: str, *static: dict[str, Any]) -> dict[str, Any]:
    return {"job_name": name, "static_configs": list(static)}
