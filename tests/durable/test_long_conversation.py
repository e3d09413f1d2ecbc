"""A conversation that outgrows one run, or rests, goes on as new, and nobody notices."""

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from tests.chatting import Chat
from tests.running import Running, bearer, eventually
from workers.replay import replay_histories
from workflows.conversation import (
    TURNS_PER_RUN,
    ConversationSettings,
    ConversationWorkflow,
    new_conversation,
)
from workflows.ids import CONVERSATIONS, conversation_id


async def small_talk(chat: Chat, turns: int) -> str:
    """The id of the last message."""
    message_id = ""
    for _ in range(turns):
        message_id = await chat.say("hello")
        await chat.next("done")
    return message_id


async def test_a_long_conversation_continues_as_new_with_all_that_it_knows(
    stack: Running,
) -> None:
    temporal = await stack.temporal()
    async with stack.chat() as chat:
        await chat.say("find me a laptop under $1000")
        await chat.next("done")
        handle = temporal.get_workflow_handle(conversation_id(chat.session["session_id"]))
        first_run = (await handle.describe()).run_id
        last_id = await small_talk(chat, TURNS_PER_RUN)

        async def has_gone_on() -> bool:
            return (await handle.describe()).run_id != first_run

        await eventually(has_gone_on, "the next run")
        await _is_read_first(stack, temporal, chat, first_run)

        # Said again after the server has forgotten the update's id: still done once.
        await chat.say("hello", message_id=last_id)
        await chat.say("only Lenovo")
        results = (await chat.next("results"))["data"]
        await chat.next("done")
    requirement = results["requirement"]
    assert requirement["price"]["max"] == 1000
    assert requirement["brand_preferences"] == ["Lenovo"]
    assert [event["event_id"] for event in chat.events] == list(range(1, len(chat.events) + 1))
    said = [event for event in chat.events if event["type"] == "user_message"]
    assert len(said) == TURNS_PER_RUN + 2
    await _is_erased_whole(stack, chat, first_run)


async def _is_read_first(stack: Running, temporal: Client, chat: Chat, run_id: str) -> None:
    """A run ends some time after its last answer: pages ask it for that, not its history."""
    workflow_id = conversation_id(chat.session["session_id"])
    history = await temporal.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    kinds = [event.event_type for event in history.events]
    assert kinds[-1] == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
    assert EventType.EVENT_TYPE_TIMER_FIRED in kinds[-6:]
    (outcome,) = await replay_histories([history], stack.codec)
    assert outcome.divergence == ""


async def _is_erased_whole(stack: Running, chat: Chat, first_run: str) -> None:
    """With the runs that it went on from, which Temporal would keep until their time is over."""
    temporal = await stack.temporal()
    workflow_id = conversation_id(chat.session["session_id"])
    runs = [first_run, (await temporal.get_workflow_handle(workflow_id).describe()).run_id]

    async def is_kept(run_id: str) -> bool:
        try:
            await temporal.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    assert [await is_kept(run_id) for run_id in runs] == [True, True]
    url = f"{stack.web}/api/v1/sessions/{chat.session['session_id']}"
    assert (await stack.http.delete(url, headers=bearer(chat.session))).status_code == 204
    for run_id in runs:

        async def is_gone(run_id: str = run_id) -> bool:
            return not await is_kept(run_id)

        await eventually(is_gone, f"run {run_id} is deleted")


async def test_a_conversation_that_rests_is_its_state_alone(
    stack: Running,
) -> None:
    temporal = await stack.temporal()
    session = await stack.guest()
    workflow_id = conversation_id(session["session_id"])
    settings = ConversationSettings(
        marketplaces=["ebay", "walmart"], posting_marketplaces=["ebay"], rest_after_s=1
    )
    started = await temporal.start_workflow(
        ConversationWorkflow.run,
        new_conversation(session["session_id"], session["user_id"], settings),
        id=workflow_id,
        task_queue=CONVERSATIONS,
    )
    first = started.first_execution_run_id or ""
    async with stack.chat(session) as chat:
        await chat.say("find me a laptop under $1000")
        await chat.next("done")
    second = await rested(temporal, workflow_id, first)
    resting = await temporal.get_workflow_handle(workflow_id, run_id=second).fetch_history()
    kinds = {event.event_type for event in resting.events}
    assert EventType.EVENT_TYPE_TIMER_STARTED not in kinds, "it rests until somebody comes"

    async with stack.chat(session) as chat:
        assert (await chat.next("results"))["data"]["products"], "what was shown is there"
        await chat.next("done")
        await chat.say("only Lenovo")
        requirement = (await chat.next("results"))["data"]["requirement"]
        assert requirement["price"]["max"] == 1000
        await chat.next("done")
    assert [event["event_id"] for event in chat.events] == list(range(1, len(chat.events) + 1))
    third = await rested(temporal, workflow_id, second)

    runs = (first, second, third)
    handles = [temporal.get_workflow_handle(workflow_id, run_id=run) for run in runs]
    outcomes = await replay_histories([await each.fetch_history() for each in handles], stack.codec)
    assert [outcome.divergence for outcome in outcomes] == ["", "", ""]

    headers = bearer(session)
    listed = (await stack.http.get(f"{stack.web}/api/v1/sessions", headers=headers)).json()
    assert [each["session_id"] for each in listed["items"]] == [session["session_id"]]


async def rested(temporal: Client, workflow_id: str, run: str) -> str:
    """The run after that one, once it has begun to wait."""
    handle = temporal.get_workflow_handle(workflow_id)

    async def is_another() -> bool:
        now = await handle.describe()
        return now.run_id != run and now.history_length > 3

    await eventually(is_another, "the conversation rests")
    return (await handle.describe()).run_id or ""
