"""Two gateways and Temporal are restarted in turn under people who talk: nothing lost, or doubled.

`TALKNSHOP_CONVERSATIONS=50 TALKNSHOP_PAUSE_S=6 pytest tests/chaos/test_rolling_restart.py` takes
more than CI does: each says something every six seconds.
"""

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import pytest

from tests.round_robin import round_robin
from tests.running import Running, another_gateway, bearer, eventually
from tests.steady import Steady

pytestmark = pytest.mark.timeout(420)

CONVERSATIONS = int(os.environ.get("TALKNSHOP_CONVERSATIONS", "10"))
PAUSE_S = float(os.environ.get("TALKNSHOP_PAUSE_S", "2"))
# Every so many messages somebody looks for something: more events, and processes that take part.
SEARCHES = 5


async def _restart(stack: Running, role: str) -> None:
    """As a deployment does: ask it to stop, wait until it is there again."""
    before = stack.process(role)["pid"]
    os.kill(before, signal.SIGTERM)
    await stack.is_back(role, before)


async def _talk(person: Steady, number: int, over: asyncio.Event) -> None:
    await asyncio.sleep(PAUSE_S * number / CONVERSATIONS)
    said = 0
    while not over.is_set():
        searching = (number + said) % SEARCHES == 0
        await person.says("find me a lamp under $80" if searching else "hello")
        said += 1
        try:
            await asyncio.wait_for(over.wait(), PAUSE_S)
        except TimeoutError:
            continue
    # Whatever was restarted last must still be able to answer.
    await person.says("hello")


async def test_nothing_is_lost_or_doubled_while_everything_is_restarted(
    doomed: Running,
) -> None:
    over = asyncio.Event()
    async with AsyncExitStack() as held:
        second = await held.enter_async_context(another_gateway(doomed))
        first_port = doomed.process("gateway")["port"]
        web = await held.enter_async_context(round_robin([first_port, second.port]))
        people = [
            await held.enter_async_context(Steady(web, await doomed.guest()).present())
            for _ in range(CONVERSATIONS)
        ]
        async with asyncio.TaskGroup() as group:
            for number, person in enumerate(people):
                group.create_task(_talk(person, number, over))
            await _everybody_is_answered_again(people)
            await _restart(doomed, "gateway")
            await _everybody_is_answered_again(people)
            await second.stop()
            await second.start()
            await _everybody_is_answered_again(people)
            await _restart(doomed, "temporal")
            await _everybody_is_answered_again(people)
            over.set()
    for person in people:
        assert person.connections >= 2, "each was thrown out at least once"
        ids = [event["event_id"] for event in person.events]
        assert ids == list(range(1, len(ids) + 1)), "each event once, in order"
        heard = [event["data"]["message_id"] for event in person.of_type("user_message")]
        assert heard == person.said, "each message taken once, in order"
        assert len(person.of_type("done")) == len(person.said), "each message answered once"
        assert not person.of_type("error")
        kept = await doomed.http.get(
            f"{doomed.web}/api/v1/sessions/{person.session['session_id']}/export",
            headers=bearer(person.session),
        )
        assert kept.json()["events"] == person.events, "what came is what is kept"


async def _everybody_is_answered_again(people: list[Steady]) -> None:
    before = [len(person.of_type("done")) for person in people]

    def answered() -> bool:
        return all(
            len(person.of_type("done")) > number
            for person, number in zip(people, before, strict=True)
        )

    await eventually(answered, "everybody has had another answer", 120)
