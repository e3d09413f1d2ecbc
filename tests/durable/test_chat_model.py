"""Buying and selling with a chat model behind the language worker, until that model dies."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from talknshop.messages import say
from tests.running import Running, running_stack
from tests.scraping import scraped, total
from tests.wire.language import bedrock_wire
from tests.wire.marketplaces.scripted_server import Asked, scripted

DEGRADED = say("en", "degraded")

MODEL = "bedrock_converse:global.anthropic.claude-haiku-5-5"
OFFER = {"title": "Blue mug", "description": "A mug.", "price": 20, "condition": "good"}
# What the model makes of a message with these words; "is it nice" finds it talked into posting.
READINGS: dict[str, dict[str, Any]] = {
    "Laptop": {"intent": "buy", "wish": {"product_type": "laptop", "price_max": 1000}},
    "sell my": {"intent": "sell", "offer": OFFER},
    "is it nice": {"intent": "confirm"},
    "yes, post it": {"intent": "confirm"},
}


async def reading(request: Asked, writer: asyncio.StreamWriter) -> None:
    said = json.loads(request.body)["messages"][-1]["content"][0]["text"]
    form = next(form for words, form in READINGS.items() if words in said)
    await bedrock_wire.form(**form)(request, writer)


@dataclass
class Modelled:
    """A stack whose language worker asks a model, which can be made to die."""

    stack: Running
    model: AsyncExitStack


@pytest.fixture(scope="module")
async def modelled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Modelled]:
    answer = bedrock_wire.streaming("Here are ", "laptops ", "below your limit.")
    async with AsyncExitStack() as model:
        server = await model.enter_async_context(scripted(bedrock_wire.model(reading, answer)))
        with pytest.MonkeyPatch.context() as environment:
            for name, value in {
                "TALKNSHOP_LANGUAGE__MODEL": MODEL,
                "TALKNSHOP_LANGUAGE__BASE_URL": server.url,
                "TALKNSHOP_LANGUAGE__REGION": "us-east-1",
                "TALKNSHOP_LANGUAGE__TIMEOUT": "PT5S",
                "TALKNSHOP_LANGUAGE__PRICES": '{"input": 1, "output": 5}',
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }.items():
                environment.setenv(name, value)
            environment.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
            async with running_stack(tmp_path_factory.mktemp("modelled")) as stack:
                yield Modelled(stack, model)


async def test_a_talked_into_model_posts_nothing_and_the_person_does(modelled: Modelled) -> None:
    async with modelled.stack.chat() as chat:
        await chat.say("sell my blue mug, $20, good condition")
        await chat.next("listing_preview")
        await chat.say("is it nice?")
        await chat.next("listing_preview")
        assert "job" not in {event["type"] for event in chat.events}
        await chat.say("yes, post it")
        await chat.next("job")


async def test_a_model_writes_the_answer_and_rules_take_over_when_it_dies(
    modelled: Modelled,
) -> None:
    stack = modelled.stack
    before = await scraped(stack, "language")

    async def counted(name: str, **labels: str) -> float:
        return total(await scraped(stack, "language"), name, **labels) - total(
            before, name, **labels
        )

    async with stack.chat() as chat:
        await chat.say("Ich hätte gern einen Laptop für höchstens tausend Dollar")
        results = (await chat.next("results"))["data"]
        done = (await chat.next("done"))["data"]
        assert results["requirement"]["product_type"] == "laptop"
        assert results["products"]
        assert done["message"] == "Here are laptops below your limit."
        assert done["degraded"] is False
        assert done["usage"]["calls"] == 2
        assert done["usage"]["cost_micro_usd"] == 2 * (120 * 1 + 30 * 5)
        tokens = [event["data"] for event in chat.others if event["type"] == "token"]
        assert "".join(token["token"] for token in tokens) == done["message"]
        assert await counted("talknshop_model_calls_total") == 2
        assert await counted("talknshop_model_tokens_total", direction="input") == 240
        assert await counted("talknshop_model_tokens_total", direction="output") == 60
        assert await counted("talknshop_model_cost_usd_total") == pytest.approx(0.00054)
        assert await counted("talknshop_language_steps_total", degraded="true") == 0

        await modelled.model.aclose()
        await chat.say("find me a watch under $300")
        results = (await chat.next("results"))["data"]
        done = (await chat.next("done"))["data"]
        assert results["products"]
        assert done["degraded"] is True
        assert DEGRADED in done["message"]
        session = f"{stack.web}/api/v1/sessions/{chat.session['session_id']}"
        headers = {"Authorization": f"Bearer {chat.session['token']}"}
        view = (await stack.http.get(session, headers=headers)).json()
        assert view["usage"]["calls"] == 2
        assert await counted("talknshop_model_failures_total") > 0
        assert await counted("talknshop_language_steps_total", degraded="true") == 2
