"""Which model is asked, how often, and what happens when it stops answering."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import bedrock_wire
import openai_wire
import pytest
from conftest import BEDROCK, OPENAI, bedrock, bedrock_choice, openai, openai_choice, written

from adapters.language.factory import build_language
from adapters.language.port import Restarted
from talknshop.chat_models import EMBEDDED
from talknshop.messages import say
from talknshop.settings import LanguageSettings
from talknshop.understanding import AnswerRequest, Intent, Utterance
from talknshop.usage import Usage
from tests.wire.marketplaces.scripted_server import Asked, never, scripted
from workers.language import make_room_for_models

DEGRADED = say("en", "degraded")

SAID = Utterance(text="a laptop under $1000")
FACTS = AnswerRequest(session_id="s", turn_id="t", kind="results", facts=["I found 10 laptops."])
LAPTOP: dict[str, Any] = {"intent": "buy", "wish": {"product_type": "laptop", "price_max": 1000}}


async def test_a_retired_model_is_left_for_the_next_one_and_not_asked_again() -> None:
    retired = bedrock_wire.refusing(404, "ResourceNotFoundException")
    async with scripted(retired) as first, scripted(openai_wire.form(**LAPTOP)) as second:
        language = build_language(bedrock_choice(first.url), openai_choice(second.url))
        once, twice = await language.understand(SAID), await language.understand(SAID)
        assert len(first.asked) == 1
        assert len(second.asked) == 2
    assert {once.model, twice.model} == {OPENAI}
    assert not once.degraded
    assert DEGRADED not in once.assumptions


@pytest.mark.parametrize(
    ("opened", "wire", "passing"),
    [
        (bedrock, bedrock_wire, bedrock_wire.refusing(429, "ThrottlingException")),
        (bedrock, bedrock_wire, bedrock_wire.refusing(503, "ServiceUnavailableException")),
        (bedrock, bedrock_wire, bedrock_wire.refusing(408, "ModelTimeoutException")),
        (openai, openai_wire, openai_wire.refusing(429)),
        (openai, openai_wire, openai_wire.refusing(503)),
    ],
    ids=["throttled", "unavailable", "timed out", "openai throttled", "openai unavailable"],
)
async def test_what_passes_is_tried_once_more(opened: Any, wire: Any, passing: Any) -> None:
    async with scripted(passing, wire.form(**LAPTOP)) as server:
        understood = await opened(server.url).understand(SAID)
        assert len(server.asked) == 2
    assert not understood.degraded
    async with scripted(passing, wire.streaming("Ten laptops.")) as server:
        _, whole = await written(opened(server.url).compose(FACTS))
    assert whole.text == "Ten laptops."


@pytest.mark.parametrize(
    ("opened", "final"),
    [
        (bedrock, bedrock_wire.refusing(400, "ValidationException")),
        (bedrock, bedrock_wire.refusing(403, "AccessDeniedException")),
        (bedrock, bedrock_wire.refusing(404, "ResourceNotFoundException")),
        (openai, openai_wire.refusing(400)),
        (openai, openai_wire.refusing(401)),
        (openai, openai_wire.refusing(404)),
        (openai, openai_wire.refusing(429, retry_after="60")),
    ],
    ids=["invalid", "denied", "gone", "bad request", "bad key", "not found", "a long wait"],
)
async def test_what_does_not_pass_is_not_tried_again(opened: Any, final: Any) -> None:
    async with scripted(final) as server:
        assert (await opened(server.url).understand(SAID)).degraded
        assert len(server.asked) == 1


@pytest.mark.parametrize("code", ["throttlingException", "internalServerException"])
async def test_a_stream_that_fails_before_its_first_word_is_tried_once_more(code: str) -> None:
    failing = bedrock_wire.streaming(then=bedrock_wire.exception(code))
    async with scripted(failing, bedrock_wire.streaming("Ten laptops.")) as server:
        pieces, whole = await written(bedrock(server.url).compose(FACTS))
        assert len(server.asked) == 2
    assert pieces == ["Ten ", "laptops."]
    assert not whole.degraded


BROKEN_STREAMS = [
    pytest.param(bedrock, bedrock_wire.streaming("I found ", ends=False), id="no end"),
    pytest.param(bedrock, bedrock_wire.breaking_off("I found "), id="cut off"),
    *(
        pytest.param(
            bedrock,
            bedrock_wire.streaming("I found ", then=bedrock_wire.exception(code)),
            id=code,
        )
        for code in (
            "throttlingException",
            "modelStreamErrorException",
            "internalServerException",
            "serviceUnavailableException",
        )
    ),
    pytest.param(bedrock, bedrock_wire.stalling("I found "), id="stalled"),
    pytest.param(openai, openai_wire.streaming("I found ", ends=False), id="openai cut off"),
]


@pytest.mark.parametrize(("opened", "broken"), BROKEN_STREAMS)
async def test_half_an_answer_is_begun_anew_by_the_next(opened: Any, broken: Any) -> None:
    async with scripted(broken) as server:
        language = opened(server.url, timeout=timedelta(seconds=1))
        pieces, whole = await written(language.compose(FACTS))
        assert len(server.asked) == 1
    assert pieces[:2] == ["I found ", Restarted()]
    assert "".join(map(str, pieces[2:])) == whole.text == f"I found 10 laptops. {DEGRADED}"
    assert whole.degraded


async def test_half_an_answer_is_begun_anew_by_the_second_model() -> None:
    broken = bedrock_wire.breaking_off("I found ")
    async with scripted(broken) as first, scripted(openai_wire.streaming("Ten.")) as second:
        language = build_language(bedrock_choice(first.url), openai_choice(second.url))
        pieces, whole = await written(language.compose(FACTS))
    assert pieces == ["I found ", Restarted(), "Ten."]
    assert (whole.text, whole.model, whole.degraded) == ("Ten.", OPENAI, False)


async def test_who_keeps_failing_is_left_alone_for_a_while() -> None:
    async with scripted(bedrock_wire.refusing(503, "ServiceUnavailableException")) as server:
        language = bedrock(server.url)
        for _ in range(5):
            assert (await language.understand(SAID)).degraded
        assert len(server.asked) == 3 * 2  # three failures of two calls each


async def test_when_rules_stand_in_both_the_reading_and_the_answer_say_so() -> None:
    async with scripted(bedrock_wire.refusing(403, "AccessDeniedException")) as server:
        language = bedrock(server.url)
        understood = await language.understand(SAID)
        _, whole = await written(
            language.compose(FACTS.model_copy(update={"facts": understood.assumptions}))
        )
    assert DEGRADED in understood.assumptions
    assert whole.text.count(DEGRADED) == 1


async def test_every_call_is_counted_and_priced_the_vain_ones_too() -> None:
    prices = {"input": "1.00", "output": "5.00"}
    async with scripted(bedrock_wire.text("Sure!"), bedrock_wire.form(**LAPTOP)) as server:
        understood = await bedrock(server.url, prices=prices).understand(SAID)
    assert understood.usage == Usage(
        calls=2,
        input_tokens=240,
        output_tokens=60,
        cost_micro_usd=2 * (120 * 1 + 30 * 5),
        prompts={"understand": 1},
    )
    async with scripted(bedrock_wire.text("Sure!")) as server:
        understood = await bedrock(server.url, prices=prices).understand(SAID)
    assert understood.degraded
    assert understood.usage.calls == 2


async def test_cached_input_has_a_price_of_its_own() -> None:
    prices = {"input": "1.00", "output": "5.00", "cache_read": "0.10", "cache_write": "1.25"}
    usage = {"cacheReadInputTokens": 1000, "cacheWriteInputTokens": 400}
    async with scripted(bedrock_wire.streaming("Ten.", usage=usage)) as server:
        language = bedrock(server.url, prices=prices, cache_prompt=True)
        _, whole = await written(language.compose(FACTS))
        system = json.loads(server.asked[0].body)["system"]
    assert system[-1] == {"cachePoint": {"type": "default"}}
    assert whole.usage.cached_tokens == 1000
    assert whole.usage.cost_micro_usd == 120 + 100 + 500 + 150


async def test_a_cancelled_answer_hangs_up_on_the_model() -> None:
    hung_up = asyncio.Event()

    async def talking_on(_: Asked, writer: asyncio.StreamWriter) -> None:
        await bedrock_wire.begin(writer)
        try:
            while True:
                await bedrock_wire.say(writer, "and ")
                await asyncio.sleep(0.01)
        except ConnectionError:
            hung_up.set()
            raise

    async with scripted(talking_on) as server:
        begun = asyncio.Event()

        async def listen() -> None:
            async for _ in bedrock(server.url).compose(FACTS):
                begun.set()

        listening = asyncio.create_task(listen())
        await asyncio.wait_for(begun.wait(), 10)
        listening.cancel()
        await asyncio.wait([listening])
        del listening  # its traceback holds the connection
        await asyncio.wait_for(hung_up.wait(), 10)


async def test_many_people_are_answered_at_once() -> None:
    """More calls than a small machine's default executor has threads."""
    together, count = asyncio.Event(), 40

    async def all_at_once(request: Asked, writer: asyncio.StreamWriter) -> None:
        if len(server.asked) == count:
            together.set()
        await together.wait()
        await bedrock_wire.form(**LAPTOP)(request, writer)

    async with scripted(all_at_once) as server:
        make_room_for_models(LanguageSettings(model=BEDROCK))
        language = bedrock(server.url)
        understood = await asyncio.gather(*(language.understand(SAID) for _ in range(count)))
    assert not any(one.degraded for one in understood)


async def test_no_model_behind_embedded_is_asked() -> None:
    async with scripted(never) as server:
        chosen = LanguageSettings(model=EMBEDDED, fallbacks=[bedrock_choice(server.url)])
        language = build_language(chosen, *chosen.fallbacks)
        understood = await language.understand(SAID)
    assert understood.intent is Intent.BUY
    assert not understood.degraded
