"""What a running installation tells of itself: numbers, traces and logs that belong together."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from talknshop.settings import Settings
from tests.otlp import Collector, Span
from tests.running import Running, bearer, eventually
from tests.scraping import Samples, scraped, total
from tests.selling import preview, settled
from workers.replay import replay_histories
from workflows.client import data_converter
from workflows.conversation import ConversationWorkflow
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import conversation_id, job_workflow_id, queues
from workflows.listing import ListingWorkflow
from workflows.tracing import CallerTraces

WANTED = "velociraptor"
COUNTING = ("gateway", "conversation", "buyer", "seller", "media", "language", "sandbox")


async def whole_trace(
    collector: Collector, ends_with: str, services: set[str], **root: str
) -> list[Span]:
    """A trace, once those services told of it, and a call of a marketplace whose URL has that.

    What called it ends later, and may be told of later.
    """

    def is_there() -> bool:
        trace = collector.trace_of(**root)
        calls = [span for span in trace if ends_with in str(span.attributes.get("http.url"))]
        return (
            bool(calls)
            and services <= {span.service for span in trace}
            and all(collector.is_rooted(call) for call in calls)
        )

    await eventually(is_there, f"the trace has a call of {ends_with}")
    return collector.trace_of(**root)


def path_to(collector: Collector, trace: list[Span], url_part: str) -> list[str]:
    """From the marketplace's call up to the frame: the spans' names."""
    call = next(span for span in trace if url_part in str(span.attributes.get("http.url")))
    return [span.name for span in collector.ancestors(call)]


async def test_one_trace_leads_from_each_frame_to_the_marketplaces(
    observed: Running, collector: Collector
) -> None:
    async with observed.chat() as chat:
        said = []
        for words in (f"find me a {WANTED} poster under $77", "find me a laptop under $900"):
            said.append(await chat.say(words))
            await chat.next("done")
    services = {f"talknshop-{role}" for role in ("gateway", "conversation", "buyer")}
    traces = [
        await whole_trace(collector, "/buy/browse", services, message_id=message_id)
        for message_id in said
    ]
    for trace in traces:
        assert path_to(collector, trace, "/buy/browse") == [
            "RunActivity:find_offers",
            "StartActivity:find_offers",
            "StartUpdateWithStartWorkflow:ConversationWorkflow",
            "frame message",
        ]
        # Looks tell nothing that the spans around them do not.
        assert not [span.name for span in trace if "Query" in span.name]
    # The second turn of a conversation has a trace of its own.
    assert traces[0][0].trace_id != traces[1][0].trace_id


async def test_a_press_of_confirm_is_traced_to_the_post_on_the_marketplace(
    observed: Running, collector: Collector
) -> None:
    async with observed.chat() as chat:
        await preview(observed, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        await chat.next_where(settled, "a settled job")
    trace = await whole_trace(
        collector,
        "/publish",
        {"talknshop-gateway", "talknshop-conversation", "talknshop-seller"},
        session_id=chat.session["session_id"],
        action="confirm_listing",
    )
    assert path_to(collector, trace, "/publish") == [
        "RunActivity:publish_listing",
        "StartActivity:publish_listing",
        "StartChildWorkflow:ListingWorkflow",
        "StartChildWorkflow:CrosspostWorkflow",
        "StartWorkflowUpdate:perform_action",
        "frame action",
    ]


async def test_no_span_and_no_log_has_a_persons_words_or_a_key(
    observed: Running, collector: Collector
) -> None:
    async with observed.chat() as chat:
        message_id = await chat.say(f"find me a {WANTED} statue under $88")
        await chat.next("done")
    await whole_trace(collector, "/buy/browse", set(), message_id=message_id)
    credentials = json.loads((observed.data_dir / "sandbox" / "credentials.json").read_text())
    keys = [
        value
        for vendor in credentials.values()
        for value in vendor.values()
        if isinstance(value, str) and len(value) >= 16
    ]
    assert keys
    secrets = [WANTED, chat.session["token"], *keys]
    logs = (observed.data_dir / "logs").glob("*.log")
    told = {path.name: path.read_bytes() for path in logs}
    told |= {f"span {span.name}": span.raw for span in collector.spans}
    for where, text in told.items():
        for secret in secrets:
            assert secret.encode() not in text, f"{secret[:6]}… is in {where}"


async def test_a_frames_log_line_names_its_trace(observed: Running, collector: Collector) -> None:
    async with observed.chat() as chat:
        message_id = await chat.say("find me a tablet under $500")
        await chat.next("done")
    trace = await whole_trace(collector, "/buy/browse", set(), message_id=message_id)
    lines = [json.loads(line) for line in log_of(observed, "gateway")]
    (line,) = [line for line in lines if line.get("message_id") == message_id]
    assert line["trace_id"] == trace[0].trace_id
    assert line["session_id"] == chat.session["session_id"]
    assert line["role"] == "gateway"
    assert "text" not in line


async def test_what_was_traced_replays_with_tracing_and_without(observed: Running) -> None:
    async with observed.chat() as chat:
        await chat.say("find me a monitor under $400")
        await chat.next("done")
        await preview(observed, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        job = await chat.next_where(settled, "a settled job")
    job_id = job["data"]["job_id"]
    client = await observed.temporal()
    ids = [
        conversation_id(chat.session["session_id"]),
        job_workflow_id(job_id),
        f"listing/{job_id}/ebay",
    ]
    histories = [await client.get_workflow_handle(each).fetch_history() for each in ids]
    assert histories[0].to_json().count('"_tracer-data"') > 5, (
        "the histories were recorded with tracing"
    )
    outcomes = await replay_histories(histories, observed.codec)
    assert [outcome.divergence for outcome in outcomes] == ["", "", ""]
    await replay_traced(histories, observed)


async def replay_traced(histories: list[WorkflowHistory], stack: Running) -> None:
    replayer = Replayer(
        workflows=[ConversationWorkflow, CrosspostWorkflow, ListingWorkflow],
        data_converter=data_converter(stack.codec),
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[TracingInterceptor(), CallerTraces()],
    )
    for history in histories:
        await replayer.replay_workflow(history)


HISTORIES = Path(__file__).parent.parent / "histories"


@pytest.mark.parametrize("name", ["buyer", "seller-with-clarification", "job"])
async def test_what_was_not_traced_replays_with_tracing(name: str) -> None:
    history = WorkflowHistory.from_json(name, (HISTORIES / f"{name}.json").read_text())
    replayer = Replayer(
        workflows=[ConversationWorkflow, CrosspostWorkflow],
        data_converter=data_converter(None),
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[TracingInterceptor(), CallerTraces()],
    )
    await replayer.replay_workflow(history)


@pytest.mark.parametrize("role", COUNTING)
async def test_every_process_serves_its_numbers(stack: Running, role: str) -> None:
    samples = await scraped(stack, role)
    names = {name for name, _ in samples}
    assert "process_resident_memory_bytes" in names
    if role != "sandbox":
        assert "temporal_request_latency_seconds_count" in names, "the SDK's are there"
    ids = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}|conversation/|job/|listing/")
    for name, labels in samples:
        assert not ids.search(str(labels)), f"{name} has a label for each thing: {labels}"


async def everything_counted(stack: Running) -> Samples:
    """Of all processes of ours; their series differ."""
    return {k: v for role in COUNTING for k, v in (await scraped(stack, role)).items()}


async def test_a_turn_and_a_job_are_counted(stack: Running) -> None:
    before = await everything_counted(stack)
    async with stack.chat() as chat:
        for _ in range(2):
            await chat.say("find me a camera under $612")
            await chat.next("done")
        await preview(stack, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        await chat.next_where(settled, "a settled job")
        after = await everything_counted(stack)

    def more(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    assert more("talknshop_gateway_messages_total") == 3
    assert more("talknshop_gateway_frames_total", type="action", outcome="done") == 1
    assert total(after, "talknshop_gateway_sockets") >= 1
    assert more("talknshop_turn_seconds_count", flow="buyer", outcome="answered") == 2
    assert more("talknshop_turn_seconds_count", flow="seller", outcome="asked") == 1
    assert more("talknshop_search_seconds_count", outcome="full") == 2
    assert more("talknshop_node_seconds_count", node="search_marketplaces") == 2
    for marketplace in ("ebay", "amazon", "walmart", "bestbuy"):
        call = {"marketplace": marketplace, "outcome": "done"}
        assert more("talknshop_marketplace_call_seconds_count", **call) >= 1, marketplace
        assert total(after, "talknshop_marketplace_connected", marketplace=marketplace) >= 1
    assert more("talknshop_search_cache_total", answer="miss") >= 4
    assert more("talknshop_search_cache_total", answer="hit") >= 4
    assert more("talknshop_language_steps_total", degraded="false") >= 4
    assert more("talknshop_jobs_created_total") == 1
    assert more("talknshop_jobs_settled_total", status="live") == 1
    assert more("talknshop_posting_seconds_count", outcome="live") == 3
    assert more("talknshop_posting_seconds_count", outcome="handed_over") == 1


async def test_queues_and_listings_that_wait_are_watched(stack: Running) -> None:
    async with stack.chat() as chat:
        await preview(stack, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("confirm_listing")
        await chat.next_where(settled, "a settled job")

    async def is_told() -> bool:
        samples = await scraped(stack, "gateway")
        waits = total(samples, "talknshop_needs_action", reason="handoff")
        age = total(samples, "talknshop_needs_action_oldest_seconds", reason="handoff")
        return waits >= 1 and age > 0

    await eventually(is_told, "what Poshmark leaves to a person is counted", 90)
    samples = await scraped(stack, "gateway")
    for queue in queues(Settings(_env_file=None).posting_marketplaces):
        assert total(samples, "talknshop_queue_pollers", queue=queue) >= 1, queue
        assert total(samples, "talknshop_queue_backlog", queue=queue) == 0, queue
    assert total(samples, "talknshop_gateway_temporal_up") == 1
    assert total(samples, "talknshop_gateway_live_feed") == 1


async def test_a_request_is_answered_while_it_is_counted(stack: Running) -> None:
    guest = await stack.guest()
    await stack.http.get(f"{stack.web}/api/v1/jobs", headers=bearer(guest))
    samples = await scraped(stack, "gateway")
    assert total(samples, "talknshop_gateway_request_seconds_count", route="/api/v1/jobs") >= 1


def log_of(stack: Running, role: str) -> list[Any]:
    return (stack.data_dir / "logs" / f"{role}.log").read_text().splitlines()
