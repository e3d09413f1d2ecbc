"""Buying with a chat model behind the language worker, and after that model has died."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.language.chain import DEGRADED
from tests.running import running_stack
from tests.wire.language import bedrock_wire
from tests.wire.marketplaces.scripted_server import scripted

MODEL = "bedrock_converse:global.anthropic.claude-haiku-5-5"
WISH = {"product_type": "laptop", "price_max": 1000, "brand_preferences": []}


async def test_a_model_writes_the_answer_and_rules_take_over_when_it_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = bedrock_wire.model(
        bedrock_wire.form(intent="buy", wish=WISH),
        bedrock_wire.streaming("Here are ", "laptops ", "below your limit."),
    )
    async with AsyncExitStack() as fake:
        server = await fake.enter_async_context(scripted(answers))
        for name, value in {
            "TALKNSHOP_LANGUAGE__MODEL": MODEL,
            "TALKNSHOP_LANGUAGE__BASE_URL": server.url,
            "TALKNSHOP_LANGUAGE__REGION": "us-east-1",
            "TALKNSHOP_LANGUAGE__TIMEOUT": "PT5S",
            "TALKNSHOP_LANGUAGE__PRICES": '{"input": 1, "output": 5}',
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
        async with running_stack(tmp_path) as stack, stack.chat() as chat:
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

            await fake.aclose()
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
