"""Every alarm is raised by what it is for, and by nothing less."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.promtool import RULES, promtool, verify_alarms

ROOT = Path(__file__).resolve().parents[2]
ALARMS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES.read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
}

# What a healthy installation shows, so that only what a case changes is wrong.
HEALTHY = {
    'up{job="gateway", instance="g1"}': "1x400",
    'up{job="gateway", instance="g2"}': "1x400",
    'up{job="worker", role="seller", instance="s1"}': "1x400",
    'up{job="worker", role="seller", instance="s2"}': "1x400",
    'up{job="sandbox", instance="sandbox"}': "1x400",
    'talknshop_gateway_temporal_up{job="gateway", instance="g1"}': "1x400",
    'talknshop_gateway_temporal_up{job="gateway", instance="g2"}': "1x400",
    'talknshop_gateway_live_feed{job="gateway", instance="g1"}': "1x400",
    'talknshop_queue_pollers{queue="post-ebay", instance="g1"}': "2x400",
    'talknshop_queue_backlog{queue="post-ebay", instance="g1"}': "1000x400",
    'talknshop_needs_action_oldest_seconds{reason="problem", instance="g1"}': "3600x400",
    'temporal_worker_task_slots_available{role="seller", worker_type="ActivityWorker"}': "1x400",
}


def steady(name: str, per_minute: float, **labels: str) -> dict[str, str]:
    """A counter that grows by so much in each minute."""
    inside = ", ".join(f'{key}="{value}"' for key, value in labels.items())
    return {f"{name}{{{inside}}}": f"0+{per_minute:g}x400"}


def searches(fast: float, slow: float) -> dict[str, str]:
    """Searches per minute that took up to 5 s, and longer."""
    name = "talknshop_search_seconds_bucket"
    return {
        **steady(name, fast, le="4"),
        **steady(name, fast, le="5"),
        **steady(name, fast + slow, le="10"),
        **steady(name, fast + slow, le="+Inf"),
        **steady("talknshop_search_seconds_count", fast + slow),
    }


def turns(answered: float, failed: float) -> dict[str, str]:
    name = "talknshop_turn_seconds_count"
    return {
        **steady(name, answered, flow="buyer", outcome="answered"),
        **steady(name, failed, flow="buyer", outcome="failed"),
    }


def postings(live: float, problem: float, handed_over: float = 0) -> dict[str, str]:
    name = "talknshop_posting_seconds_count"
    return {
        **steady(name, live, marketplace="ebay", outcome="live"),
        **steady(name, problem, marketplace="ebay", outcome="problem"),
        **steady(name, handed_over, marketplace="poshmark", outcome="handed_over"),
    }


def jobs(live: float, failed: float) -> dict[str, str]:
    name = "talknshop_jobs_settled_total"
    return {**steady(name, live, status="live"), **steady(name, failed, status="failed")}


def calls(done: float, failed: float) -> dict[str, str]:
    name = "talknshop_marketplace_call_seconds_count"
    return {
        **steady(name, done, marketplace="ebay", outcome="done"),
        **steady(name, failed, marketplace="ebay", outcome="unavailable"),
    }


def language(by_model: float, by_rules: float) -> dict[str, str]:
    name = "talknshop_language_steps_total"
    return {
        **steady(name, by_model, step="understand", degraded="false"),
        **steady(name, by_rules, step="understand", degraded="true"),
    }


def uploads(stored: float, refused: float) -> dict[str, str]:
    name, route = "talknshop_gateway_request_seconds_count", "/api/v1/media"
    return {
        **steady(name, stored, method="POST", route=route, status="201"),
        **steady(name, refused, method="POST", route=route, status="503"),
        **steady(name, 1, method="GET", route="/health/ready", status="503"),
    }


@dataclass(frozen=True)
class Case:
    """`raises` brings the alarm about, with those labels; `spares` is the nearest that does not.

    `after`: when the alarm must be there, and no other.
    """

    alarm: str
    raises: dict[str, str]
    spares: dict[str, str]
    labels: dict[str, str]
    after: str = "30m"


def went(series: str, values: str) -> dict[str, str]:
    assert series in HEALTHY, series
    return {series: values}


G1, G2 = 'up{job="gateway", instance="g1"}', 'up{job="gateway", instance="g2"}'
S1, S2 = (f'up{{job="worker", role="seller", instance="{name}"}}' for name in ("s1", "s2"))
T1, T2 = (
    f'talknshop_gateway_temporal_up{{job="gateway", instance="{name}"}}' for name in ("g1", "g2")
)
FEED = 'talknshop_gateway_live_feed{job="gateway", instance="g1"}'
SANDBOX = 'up{job="sandbox", instance="sandbox"}'
POLLERS = 'talknshop_queue_pollers{queue="post-ebay", instance="g1"}'
BACKLOG = 'talknshop_queue_backlog{queue="post-ebay", instance="g1"}'
OLDEST = 'talknshop_needs_action_oldest_seconds{reason="problem", instance="g1"}'
SLOTS = 'temporal_worker_task_slots_available{role="seller", worker_type="ActivityWorker"}'
TASKS = "temporal_workflow_task_execution_failed_total"

CASES = [
    Case("GatewayDown", went(G1, "0x400") | went(G2, "0x400"), went(G1, "0x400"), {}),
    Case("GatewayErrors", uploads(90, 10), uploads(96, 4), {"route": "/api/v1/media"}),
    Case(
        "WorkerDown",
        went(S1, "0x400") | went(S2, "0x400"),
        went(S1, "0x400"),
        {"role": "seller"},
    ),
    Case("PollersMissing", went(POLLERS, "0x400"), went(POLLERS, "1x400"), {"queue": "post-ebay"}),
    Case("TemporalDown", went(T1, "0x400") | went(T2, "0x400"), went(T1, "0x400"), {}),
    Case("RedisDown", went(FEED, "0x400"), went(FEED, "1x27 0x1 1x300"), {}),
    Case(
        "SandboxDown",
        went(SANDBOX, "0x400"),
        went(SANDBOX, "1x29 0x0 1x300"),
        {"job": "sandbox", "instance": "sandbox"},
    ),
    Case("SearchSlow", searches(90, 10), searches(96, 4), {}),
    Case("MarketplaceFailing", calls(4, 6), calls(6, 4), {"marketplace": "ebay"}),
    Case("ModelDegraded", language(80, 20), language(95, 5), {}),
    Case(
        "BuyerBudgetBurnsFast",
        turns(98, 2),
        turns(99.9, 0.05),
        {},
    ),
    Case(
        "BuyerBudgetBurnsSlowly",
        turns(99.8, 0.2),
        turns(99.95, 0.05),
        {},
        after="3h",
    ),
    Case(
        "PostingBacklog",
        went(BACKLOG, "1001x400"),
        went(BACKLOG, "1000x400"),
        {"queue": "post-ebay"},
    ),
    Case("JobFailureRate", jobs(7, 3), jobs(8, 2), {}),
    Case(
        "NeedsActionOld", went(OLDEST, "3601x400"), went(OLDEST, "3600x400"), {"reason": "problem"}
    ),
    Case("SellerBudgetBurnsFast", postings(20, 80), postings(97, 3, handed_over=500), {}),
    Case(
        "SellerBudgetBurnsSlowly", postings(92, 8), postings(96, 4, handed_over=500), {}, after="3h"
    ),
    Case(
        "WorkflowTasksFail",
        steady(TASKS, 1, workflow_type="CrosspostWorkflow"),
        {f'{TASKS}{{workflow_type="CrosspostWorkflow"}}': "0x10 1x10 2x300"},
        {"workflow_type": "CrosspostWorkflow"},
    ),
    Case(
        "WorkerSlotsUsedUp",
        went(SLOTS, "0x400"),
        went(SLOTS, "1x400"),
        {"role": "seller", "worker_type": "ActivityWorker"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alarm)
def test_an_alarm_is_raised(case: Case) -> None:
    rule = ALARMS[case.alarm]
    labels = {"alertname": case.alarm, **rule["labels"], **case.labels}
    verify_alarms({**HEALTHY, **case.raises}, "1m", {case.after: [labels]})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alarm)
def test_an_alarm_is_not_raised_by_less(case: Case) -> None:
    verify_alarms({**HEALTHY, **case.spares}, "1m", {case.after: []})


def test_a_gateway_that_is_gone_altogether_raises_an_alarm_too() -> None:
    others = {name: values for name, values in HEALTHY.items() if 'job="gateway"' not in name}
    down = {"alertname": "GatewayDown", "severity": "page", "job": "gateway"}
    verify_alarms(others, "1m", {"30m": [down]})


def test_a_marketplace_that_never_answered_raises_an_alarm_too() -> None:
    name = "talknshop_marketplace_call_seconds_count"
    failing = {"alertname": "MarketplaceFailing", "severity": "ticket", "marketplace": "ebay"}
    series = steady(name, 6, marketplace="ebay", outcome="unavailable")
    verify_alarms({**HEALTHY, **series}, "1m", {"30m": [failing]})


def test_a_marketplace_that_is_left_alone_raises_an_alarm_too() -> None:
    name = "talknshop_marketplace_resting"
    failing = {"alertname": "MarketplaceFailing", "severity": "ticket", "marketplace": "ebay"}
    probes = steady(
        "talknshop_marketplace_call_seconds_count", 1, marketplace="ebay", outcome="unavailable"
    )
    rests = {f'{name}{{marketplace="ebay", instance="b{n}"}}': "1x400" for n in (1, 2)}
    verify_alarms({**HEALTHY, **probes, **rests}, "1m", {"30m": [failing]})
    half = rests | {f'{name}{{marketplace="ebay", instance="b1"}}': "0x400"}
    verify_alarms({**HEALTHY, **probes, **half}, "1m", {"30m": []})


def test_messages_that_cannot_be_taken_burn_the_buyers_budget() -> None:
    frames = "talknshop_gateway_frames_total"
    series = turns(98, 0) | steady(frames, 2, type="message", outcome="unavailable")
    fast = {"alertname": "BuyerBudgetBurnsFast", "severity": "page"}
    verify_alarms({**HEALTHY, **series}, "1m", {"30m": [fast]})


def test_nothing_is_raised_where_nothing_happens() -> None:
    verify_alarms(HEALTHY, "1m", {"5m": [], "1h": [], "5h": []})


def test_every_alarm_has_its_cases() -> None:
    assert sorted(case.alarm for case in CASES) == sorted(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_says_what_it_means_and_where_to_read_on(alarm: str) -> None:
    annotations = ALARMS[alarm]["annotations"]
    assert annotations["summary"]
    assert annotations["description"]
    assert annotations["runbook_url"] == f"docs/runbooks/{alarm}.md"
    assert (ROOT / annotations["runbook_url"]).exists()
    assert ALARMS[alarm]["labels"]["severity"] in ("page", "ticket")


def test_prometheus_takes_the_rules() -> None:
    done = promtool("check", "rules", RULES)
    assert done.returncode == 0, done.stdout + done.stderr
