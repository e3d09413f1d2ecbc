"""Grafana's dashboards: complete, and in queries that Prometheus can parse."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.promtool import promtool

GRAFANA = Path(__file__).resolve().parents[2] / "deploy" / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
SOURCE = "talknshop"


def dashboard(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def queries(path: Path) -> list[str]:
    """Of the panels and annotations, with Grafana's variables filled in."""
    shown = dashboard(path)
    targets = [target for panel in shown["panels"] for target in panel["targets"]]
    every = [*targets, *shown["annotations"]["list"]]
    return [each["expr"].replace("$__rate_interval", "1m") for each in every]


def test_there_is_one_for_buyers_sellers_gateways_and_temporal() -> None:
    assert [path.stem for path in DASHBOARDS] == ["buyer", "gateway", "seller", "temporal"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_is_one_that_grafana_loads(path: Path) -> None:
    shown = dashboard(path)
    assert shown["uid"] == f"talknshop-{path.stem}"
    assert shown["schemaVersion"] >= 36
    ids = [panel["id"] for panel in shown["panels"]]
    assert len(set(ids)) == len(ids)
    cells = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in shown["panels"]]
    assert len(set(cells)) == len(cells), "panels lie on each other"
    for panel in shown["panels"]:
        assert panel["title"]
        assert panel["type"] in ("timeseries", "stat")
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {SOURCE}


def test_the_data_source_is_the_one_that_they_name() -> None:
    file = GRAFANA / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(file.read_text())["datasources"]
    assert (source["uid"], source["type"]) == (SOURCE, "prometheus")


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_prometheus_can_parse_every_query(path: Path, tmp_path: Path) -> None:
    rules = [
        {"record": f"query:{number}", "expr": query} for number, query in enumerate(queries(path))
    ]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
