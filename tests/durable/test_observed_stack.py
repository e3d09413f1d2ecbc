"""`make observe`: a real Prometheus beside the stack finds every series that anybody asks for."""

import re
import shutil
from typing import Any

import pytest
import yaml

from tests.promtool import RULES, promtool
from tests.running import Running, eventually
from tests.selling import preview, settled
from tests.unit.test_dashboards import DASHBOARDS, queries

_SERIES = re.compile(r"\b((?:talknshop|temporal|sandbox|process)[_:][a-z0-9_:]+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!=|!~|=)")
# What is only there once a code's tasks fail; the test makes one fail.
FAILING = "temporal_workflow_task_execution_failed_total"


@pytest.fixture(scope="module")
async def busy(observed: Running) -> Running:
    if shutil.which("prometheus") is None:
        promtool("--version")  # skips, or fails where it must be there
    async with observed.chat() as chat:
        await chat.say("find me a laptop under $1000")
        await chat.next("done")
        await preview(observed, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        await chat.next_where(settled, "a settled job")
    client = await observed.temporal()
    await client.start_workflow("Unheard", id="unheard", task_queue="conversations")
    return observed


async def ask(stack: Running, query: str) -> list[dict[str, Any]]:
    url = stack.status()["urls"]["prometheus"]
    reply = await stack.http.get(f"{url}/api/v1/query", params={"query": query})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["data"]["result"]
    return found


def asked_for() -> dict[str, set[str]]:
    """Every series that the rules and dashboards name, with the labels that they select by."""
    rules = yaml.safe_load(RULES.read_text())
    texts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    texts += [query for path in DASHBOARDS for query in queries(path)]
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, selection in _SERIES.findall(text):
            found.setdefault(name, set()).update(_LABEL.findall(selection))
    return found


async def test_the_rules_are_loaded_and_every_process_is_scraped(busy: Running) -> None:
    async def all_up() -> bool:
        up = await ask(busy, "up")
        return len(up) >= 8 and all(each["value"][1] == "1" for each in up)

    await eventually(all_up, "every target is up")
    up = await ask(busy, "up")
    roles = {each["metric"].get("role", each["metric"]["job"]) for each in up}
    assert roles == {
        *("gateway", "sandbox", "temporal"),
        *("conversation", "buyer", "seller", "media", "language"),
    }
    url = busy.status()["urls"]["prometheus"]
    groups = (await busy.http.get(f"{url}/api/v1/rules")).json()["data"]["groups"]
    unwell = [
        (rule["name"], rule["lastError"])
        for group in groups
        for rule in group["rules"]
        if rule["health"] == "err"
    ]
    assert groups
    assert unwell == []


async def test_every_series_that_rules_and_dashboards_ask_for_exists(busy: Running) -> None:
    missing: list[str] = []

    async def all_there() -> bool:
        missing.clear()
        for name, labels in asked_for().items():
            # Also what was there a moment ago.
            found = await ask(busy, f"last_over_time({name}[5m])")
            have = {label for each in found for label in each["metric"]}
            if not found:
                missing.append(name)
            elif lacking := labels - have:
                missing.append(f"{name} by {sorted(lacking)}")
        return not missing

    try:
        await eventually(all_there, "all series exist", 90)
    except AssertionError:
        pytest.fail(f"nobody exposes {missing}")


async def test_an_alarm_waits_for_nobody_on_a_healthy_stack(busy: Running) -> None:
    pages = await ask(busy, 'ALERTS{alertstate="firing", severity="page"}')
    assert [each["metric"]["alertname"] for each in pages] == []
