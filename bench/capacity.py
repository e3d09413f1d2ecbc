"""What a turn, a job and the rest cost Temporal: events, bytes, actions; measured, then multiplied.

`python -m bench.capacity` measures on a stack of its own and simulates months of a load;
`--measured FILE` simulates with figures that were measured before. docs/capacity.md says what is
assumed.
"""

import argparse
import asyncio
import json
import math
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from bench.figures import keep, show
from bench.mixed_load import MARKETPLACES, buy, post, search, sell
from tests.running import Running, eventually, running_stack
from workflows.client import connect
from workflows.ids import job_workflow_id, listing_workflow_id

# What Temporal Cloud bills as an action, by its event: https://docs.temporal.io/cloud/actions
BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "started",
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: "child started",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "search attributes",
    EventType.EVENT_TYPE_MARKER_RECORDED: "marker",
}


# Long enough that no turn is cut off from the next by it here.
REST = "PT20S"
BUYER_RESTS = "of that, open once it rests: a buyer's five turns"
SELLER_RESTS = "of that, open once it rests: a seller's conversation"


@dataclass(frozen=True)
class Cost:
    """Of one piece of work, in all workflows that it touches."""

    events: float
    bytes: float
    actions: float

    def plus(self, other: "Cost") -> "Cost":
        return Cost(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Cost)))

    def times(self, factor: float) -> "Cost":
        return Cost(*(getattr(self, f.name) * factor for f in fields(Cost)))


def actions_of(events: list[HistoryEvent]) -> Counter[str]:
    """A child is billed as two (its start, and the command), an activity by its attempts."""
    found: Counter[str] = Counter()
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            found["activity"] += event.activity_task_started_event_attributes.attempt
        elif name := BILLED.get(event.event_type):
            found[name] += 1
    return found


async def cost_of(client: Client, *workflow_ids: str) -> Cost:
    """As they are stored: compressed and sealed. Of every run."""
    cost = Cost(0, 0, 0)
    for workflow_id in workflow_ids:
        await has_runs(client, workflow_id, 1)
        async for run in client.list_workflows(f'WorkflowId = "{workflow_id}"'):
            cost = cost.plus(await cost_of_run(client, workflow_id, run.run_id))
    return cost


async def has_runs(client: Client, workflow_id: str, least: int) -> None:
    """Waits until so many are listed."""

    async def listed() -> bool:
        return (await client.count_workflows(f'WorkflowId = "{workflow_id}"')).count >= least

    await eventually(listed, f"{workflow_id} has {least} runs")


async def cost_of_run(client: Client, workflow_id: str, run_id: str | None = None) -> Cost:
    """Without a run: of the present one."""
    history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    return Cost(
        events=len(history.events),
        bytes=sum(event.ByteSize() for event in history.events),
        actions=actions_of(list(history.events)).total(),
    )


async def at_rest(client: Client, workflow_ids: list[str]) -> Cost:
    """What stays open of each conversation once it has rested; waits until they have."""
    cost = Cost(0, 0, 0)
    for workflow_id in workflow_ids:
        await has_runs(client, workflow_id, 2)
        cost = cost.plus(await cost_of_run(client, workflow_id))
    return cost.times(1 / len(workflow_ids))


def listings_of(job_id: str) -> list[str]:
    return [listing_workflow_id(job_id, name) for name in MARKETPLACES]


async def measure(stack: Running, repeats: int) -> dict[str, Cost]:
    client = await connect(stack.access, role="bench", codec=None)
    short = [await buy(stack, n, turns=1) for n in range(repeats)]
    long = [await buy(stack, n, turns=5) for n in range(repeats)]
    sold = [await sell(stack) for _ in range(repeats)]
    conversations = [conversation for conversation, _ in sold]
    resting = {
        BUYER_RESTS: await at_rest(client, long),
        SELLER_RESTS: await at_rest(client, conversations),
    }
    await at_rest(client, short)
    first = (await cost_of(client, *short)).times(1 / repeats)
    five = (await cost_of(client, *long)).times(1 / repeats)
    selling = (await cost_of(client, *conversations)).times(1 / repeats)
    jobs = [job for _, job in sold]
    jobs_cost = await cost_of(
        client, *(w for job in jobs for w in (job_workflow_id(job), *listings_of(job)))
    )
    alone = [await post(stack, ["facebook"]) for _ in range(repeats)]
    alone_cost = await cost_of(
        client,
        *(w for job in alone for w in (job_workflow_id(job), listing_workflow_id(job, "facebook"))),
    )
    for number in range(repeats):
        await search(stack, number)
    found = [w.id async for w in client.list_workflows('WorkflowType = "SearchWorkflow"')]
    return {
        "a buyer's first turn": first,
        "a buyer's further turn": five.plus(first.times(-1)).times(1 / 4),
        "a seller's conversation, to a job at rest": selling,
        "a job on four marketplaces": jobs_cost.times(1 / repeats),
        "a job on one marketplace": alone_cost.times(1 / repeats),
        "a search by REST": (await cost_of(client, *found)).times(1 / len(found)),
        **resting,
    }


@dataclass(frozen=True)
class Assumptions:
    """What is not measured; docs/capacity.md gives the reasons and the source of the prices."""

    conversations_a_day: float = 1_000_000
    selling_share: float = 0.1
    turns: float = 4  # of a buying conversation
    queries_a_turn: float = 6  # of gateways: on hints, and when somebody comes back
    fairness_share: float = 0.1  # Temporal Cloud bills fairness as so many actions for each
    days_open: float = 30  # from a conversation's or a job's begin until its workflow closes
    days_rest: float = 1  # without a turn, until a conversation's history closes but for its state
    days_kept: float = 30  # from then on: the namespace's retention
    days: float = 90  # simulated; where everything is closed in time, the last day is every day
    night_share: float = 0.15  # of the busiest hour's load, at the quietest hour
    events_a_shard_second: float = 50  # that one history shard should be asked for at most


# Dollars for a million actions, up to so many millions in a month; list prices of Temporal Cloud
# (https://docs.temporal.io/cloud/pricing, read in November 2026). Above 200 it says "contact
# sales": the last price is taken, so a real one is lower.
ACTIONS = ((5, 50), (10, 45), (20, 40), (50, 35), (100, 30), (float("inf"), 25))
OPEN_GBH, KEPT_GBH = 0.042, 0.00105  # dollars for a gigabyte-hour
MONTH_DAYS, MONTH_HOURS = 30.4, 730
# Each marketplace's sales are looked at once a minute: an activity and a timer.
LOOKS_A_DAY = len(MARKETPLACES) * 1440 * 2


def actions_price(millions: float) -> float:
    """Of a month's actions, each part at its tier's price."""
    price = below = 0.0
    for upto, each in ACTIONS:
        price += max(0.0, min(millions, upto) - below) * each
        below = upto
    return price


@dataclass
class Hour:
    """What one simulated hour asked of Temporal, and what lay there at its end."""

    events: float
    actions: float
    open_gb: float
    kept_gb: float
    open_workflows: float


def simulate(costs: dict[str, Cost], given: Assumptions) -> list[Hour]:
    """Hour by hour: people come by day more than by night; what they began stays open, then is
    kept, then is gone. A conversation's history is closed when it rests, its state stays open."""
    conversation = conversation_cost(costs, given)
    resting, jobs = left_open(costs, given)
    said = conversation.bytes - jobs
    weights = [
        given.night_share + (1 - given.night_share) * (1 - math.cos(2 * math.pi * h / 24)) / 2
        for h in range(24)
    ]
    arrivals = [given.conversations_a_day * w / sum(weights) for w in weights]
    workflows = 1 + given.selling_share * (1 + len(MARKETPLACES))
    hours: list[Hour] = []
    for hour in range(int(given.days * 24)):
        came = arrivals[hour % 24]

        def arrived(from_days: float, for_days: float, hour: int = hour) -> float:
            return sum(arrivals[h % 24] for h in _window(hour, from_days, for_days))

        rests = min(given.days_rest, given.days_open)
        opened = arrived(0, given.days_open)
        awake, kept = arrived(0, rests), arrived(given.days_open, given.days_kept)
        hours.append(
            Hour(
                events=came * conversation.events,
                actions=came * conversation.actions + LOOKS_A_DAY / 24,
                open_gb=(awake * said + (opened - awake) * resting + opened * jobs) / 1e9,
                kept_gb=(arrived(rests, given.days_kept) * said + kept * (resting + jobs)) / 1e9,
                open_workflows=opened * workflows,
            )
        )
    return hours


def _window(hour: int, from_days: float, for_days: float) -> range:
    """The hours whose arrivals are now older than `from_days`, and that for at most `for_days`."""
    latest = hour - int(from_days * 24)
    return range(max(0, latest - int(for_days * 24) + 1), max(0, latest + 1))


def left_open(costs: dict[str, Cost], given: Assumptions) -> tuple[float, float]:
    """Bytes of the average conversation that rests, and of its jobs."""
    buyer, seller = costs[BUYER_RESTS].bytes, costs[SELLER_RESTS].bytes
    resting = buyer * (1 - given.selling_share) + seller * given.selling_share
    return resting, costs["a job on four marketplaces"].bytes * given.selling_share


def conversation_cost(costs: dict[str, Cost], given: Assumptions) -> Cost:
    """Of the average conversation with all that comes of it; actions with queries and fairness."""
    buyer = costs["a buyer's first turn"].plus(
        costs["a buyer's further turn"].times(given.turns - 1)
    )
    seller = costs["a seller's conversation, to a job at rest"].plus(
        costs["a job on four marketplaces"]
    )
    both = buyer.times(1 - given.selling_share).plus(seller.times(given.selling_share))
    actions = (both.actions + given.turns * given.queries_a_turn) * (1 + given.fairness_share)
    return Cost(both.events, both.bytes, actions)


def summary(costs: dict[str, Cost], given: Assumptions) -> dict[str, float]:
    """Of the last simulated day, and of a month like it."""
    hours = simulate(costs, given)
    last, busiest = hours[-24:], max(hours, key=lambda hour: hour.events)
    actions = sum(hour.actions for hour in last)
    open_gb = sum(hour.open_gb for hour in last) / 24
    kept_gb = sum(hour.kept_gb for hour in last) / 24
    peak = busiest.events / 3600
    dollars = {
        "actions": actions_price(actions * MONTH_DAYS / 1e6),
        "open histories": open_gb * MONTH_HOURS * OPEN_GBH,
        "kept histories": kept_gb * MONTH_HOURS * KEPT_GBH,
    }
    return {
        "events a day, millions": sum(hour.events for hour in last) / 1e6,
        "events a second in the busiest hour": peak,
        "actions a day, millions": actions / 1e6,
        "actions a second in the busiest hour": busiest.actions / 3600,
        "open workflows, millions": last[-1].open_workflows / 1e6,
        "GB of open histories": open_gb,
        "GB of closed histories": kept_gb,
        "history shards": 2 ** math.ceil(math.log2(max(1.0, peak / given.events_a_shard_second))),
        **{f"dollars a month: {name}": value for name, value in dollars.items()},
        "dollars for a thousand conversations": sum(dollars.values())
        / (given.conversations_a_day * MONTH_DAYS)
        * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--measured", type=Path, help="figures that were measured before")
    parser.add_argument("--json", type=Path, help="instead of bench/results/capacity.json")
    for each in fields(Assumptions):
        if each.type is float:
            parser.add_argument(
                f"--{each.name.replace('_', '-')}", type=float, default=each.default
            )
    arguments = parser.parse_args()
    if arguments.measured:
        measured = json.loads(arguments.measured.read_text())["capacity"]["costs"]
        costs = {name: Cost(**cost) for name, cost in measured.items()}
    else:
        costs = asyncio.run(measured_anew(arguments.repeats))
    chosen = {f.name: getattr(arguments, f.name) for f in fields(Assumptions) if f.type is float}
    figures = summary(costs, Assumptions(**chosen))
    show_both(costs, figures)
    result: dict[str, Any] = {
        "costs": {name: asdict(cost) for name, cost in costs.items()},
        "assumed": asdict(Assumptions(**chosen)),
        "figures": figures,
    }
    keep("capacity", result, arguments.json)


async def measured_anew(repeats: int) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder), TALKNSHOP_CONVERSATION_REST=REST) as stack:
            return await measure(stack, repeats)


def show_both(costs: dict[str, Cost], figures: dict[str, float]) -> None:
    show(
        "measured",
        ("", "events", "kB", "actions"),
        (
            (name, f"{cost.events:.0f}", f"{cost.bytes / 1e3:.1f}", f"{cost.actions:.0f}")
            for name, cost in costs.items()
        ),
    )
    show(
        "of that load",
        ("", ""),
        ((n, f"{v:,.{0 if v >= 10 else 2}f}") for n, v in figures.items()),
    )


if __name__ == "__main__":
    main()
