"""Both vendors' real client code against their wire formats, in good days and bad."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import bedrock_wire
import openai_wire
import pytest
from conftest import bedrock, openai, written

from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.requirement import PriceRange, RequirementSpec
from talknshop.understanding import AnswerRequest, Intent, Utterance
from tests.wire.marketplaces.scripted_server import hanging_up, never, scripted

VENDORS = pytest.mark.parametrize(
    ("opened", "wire"), [(bedrock, bedrock_wire), (openai, openai_wire)], ids=["bedrock", "openai"]
)
LAPTOP = {
    "intent": "buy",
    "wish": {
        "product_type": "laptop",
        "attributes": [{"name": "memory", "value": "16GB"}],
        "price_max": 999.99,
        "excluded_brands": ["HP"],
        "condition": "new",
        "marketplaces": ["ebay", "nowhere"],
    },
}
SAID = Utterance(text="a new laptop under $1000, not HP, on eBay", marketplaces=["ebay", "amazon"])
FACTS = AnswerRequest(
    session_id="s1",
    turn_id="t1",
    kind="results",
    facts=["I found 10 laptops", "The cheapest is Slim 14 for $499 on ebay."],
)


@VENDORS
async def test_a_form_becomes_the_whole_requirement(opened: Any, wire: Any) -> None:
    async with scripted(wire.form(**LAPTOP)) as server:
        understood = await opened(server.url).understand(SAID)
    assert understood.intent is Intent.BUY
    assert not understood.degraded
    assert understood.requirement == RequirementSpec(
        product_type="laptop",
        attributes={"memory": "16GB"},
        price=PriceRange(max=Decimal("999.99")),
        excluded_brands=["HP"],
        condition="new",
        marketplaces=["ebay"],
    )


@VENDORS
async def test_what_is_to_be_remembered_is_read_in_the_persons_own_words(
    opened: Any, wire: Any
) -> None:
    """No form can make it up: it has no such field, and the rules decide."""
    async with scripted(wire.form(**LAPTOP), wire.form(**LAPTOP)) as server:
        told = await opened(server.url).understand(
            SAID.model_copy(update={"text": "find me boots, I always wear 42"})
        )
        silent = await opened(server.url).understand(SAID)
        calls = len(server.asked)
        alone = await opened(server.url).understand(
            SAID.model_copy(update={"text": "forget what you know about me"})
        )
    assert [(entry.kind, entry.value) for entry in told.told] == [("size", "42")]
    assert "42" in told.reply
    assert silent.told == []
    assert [entry.do for entry in alone.told] == ["forget"]
    assert len(server.asked) == calls


@VENDORS
async def test_an_offer_keeps_the_drafts_photos_and_targets(opened: Any, wire: Any) -> None:
    draft = ListingSpec(title="iPhone", media_refs=["m1"], target_marketplaces=["ebay"])
    said = Utterance(text="make it $650, good condition", listing=draft, marketplaces=["ebay"])
    offer = {"title": "iPhone 13", "price": 650, "condition": "good"}
    async with scripted(wire.form(intent="sell", offer=offer)) as server:
        understood = await opened(server.url).understand(said)
    assert understood.listing == draft.model_copy(
        update={"title": "iPhone 13", "price": Decimal(650), "condition": Condition.GOOD}
    )


async def test_every_vendor_gets_the_schema_in_its_own_way() -> None:
    async with scripted(bedrock_wire.form(**LAPTOP)) as server:
        await bedrock(server.url).understand(SAID)
        asked = json.loads(server.asked[0].body)
    structure = asked["outputConfig"]["textFormat"]["structure"]["jsonSchema"]
    assert "wish" in json.loads(structure["schema"])["properties"]
    assert "temperature" not in asked["inferenceConfig"]
    async with scripted(openai_wire.form(**LAPTOP)) as server:
        await openai(server.url).understand(SAID)
        asked = json.loads(server.asked[0].body)
    assert "wish" in asked["response_format"]["json_schema"]["schema"]["properties"]
    assert asked["response_format"]["json_schema"]["strict"] is True


async def test_a_model_without_schemas_is_given_a_tool() -> None:
    nova = "bedrock_converse:global.amazon.nova-2-lite-v1:0"
    async with scripted(bedrock_wire.tool_call(LAPTOP)) as server:
        understood = await bedrock(server.url, model=nova).understand(SAID)
        asked = json.loads(server.asked[0].body)
    assert asked["toolConfig"]["tools"][0]["toolSpec"]["name"] == "Form"
    assert "outputConfig" not in asked
    assert understood.model == nova


async def test_a_form_may_come_as_a_tool_call() -> None:
    async with scripted(bedrock_wire.tool_call(LAPTOP)) as server:
        language = bedrock(server.url, structured_output="function_calling")
        understood = await language.understand(SAID)
    assert understood.requirement
    assert understood.requirement.product_type == "laptop"
    async with scripted(openai_wire.tool_call(json.dumps(LAPTOP))) as server:
        language = openai(server.url, structured_output="function_calling")
        understood = await language.understand(SAID)
    assert understood.requirement
    assert understood.requirement.product_type == "laptop"


@VENDORS
@pytest.mark.parametrize(
    "unusable",
    ["Sure! You want a laptop.", '{"intent": "dance"}', '{"intent": "buy", "wish"', "null"],
    ids=["prose", "unknown intent", "cut off", "null"],
)
async def test_what_is_no_form_is_asked_for_once_more(
    opened: Any, wire: Any, unusable: str
) -> None:
    async with scripted(wire.text(unusable), wire.form(**LAPTOP)) as server:
        understood = await opened(server.url).understand(SAID)
        again = server.asked[1].body.decode()
    assert understood.requirement
    assert understood.requirement.product_type == "laptop"
    assert "could not be used" in again


@VENDORS
async def test_what_the_spec_refuses_is_asked_for_once_more_with_the_reason(
    opened: Any, wire: Any
) -> None:
    refused = {"intent": "buy", "wish": {"product_type": "laptop", "price_max": -5}}
    async with scripted(wire.form(**refused), wire.form(**LAPTOP)) as server:
        understood = await opened(server.url).understand(SAID)
        again = server.asked[1].body.decode()
    assert understood.requirement
    assert understood.requirement.price.max == Decimal("999.99")
    assert "price.max" in again


@VENDORS
async def test_prose_twice_leaves_it_to_the_rules(opened: Any, wire: Any) -> None:
    async with scripted(wire.text("I would love to help!")) as server:
        understood = await opened(server.url).understand(SAID)
        assert len(server.asked) == 2
    assert understood.degraded
    assert understood.model == "embedded"
    assert understood.requirement
    assert understood.requirement.price.max == Decimal(1000)


@VENDORS
async def test_an_answer_comes_in_pieces_with_what_it_cost(opened: Any, wire: Any) -> None:
    async with scripted(wire.streaming("I found ", "10 laptops.")) as server:
        pieces, whole = await written(opened(server.url).compose(FACTS))
    assert pieces == ["I found ", "10 laptops."]
    assert whole.text == "I found 10 laptops."
    assert (whole.usage.input_tokens, whole.usage.output_tokens) == (120, 30)
    assert not whole.degraded


BEDROCK_FAULTS = {
    "throttled": bedrock_wire.refusing(429, "ThrottlingException"),
    "unavailable": bedrock_wire.refusing(503, "ServiceUnavailableException"),
    "too slow": bedrock_wire.refusing(408, "ModelTimeoutException"),
    "no access": bedrock_wire.refusing(403, "AccessDeniedException"),
    "retired": bedrock_wire.refusing(404, "ResourceNotFoundException"),
    "unknown id": bedrock_wire.refusing(400, "ValidationException"),
    "hanging up": hanging_up,
    "never": never,
}
OPENAI_FAULTS = {
    "throttled": openai_wire.refusing(429),
    "unavailable": openai_wire.refusing(503),
    "no access": openai_wire.refusing(401),
    "retired": openai_wire.refusing(404),
    "refused": openai_wire.refusing(400),
    "hanging up": hanging_up,
    "never": never,
}
FAULTS = pytest.mark.parametrize(
    ("opened", "fault"),
    [
        *(pytest.param(bedrock, fault, id=f"bedrock-{k}") for k, fault in BEDROCK_FAULTS.items()),
        *(pytest.param(openai, fault, id=f"openai-{k}") for k, fault in OPENAI_FAULTS.items()),
    ],
)
SHORT = timedelta(seconds=1)


@FAULTS
async def test_a_model_that_fails_is_stood_in_for_by_the_rules(opened: Any, fault: Any) -> None:
    async with scripted(fault) as server:
        language = opened(server.url, timeout=SHORT)
        understood = await language.understand(SAID)
        pieces, whole = await written(language.compose(FACTS))
    assert understood.degraded
    assert understood.requirement
    assert understood.requirement.product_type
    assert whole.degraded
    assert "".join(pieces) == whole.text
    assert "Slim 14 for $499" in whole.text


@pytest.mark.parametrize("opened", [bedrock, openai])
async def test_a_refused_connection_is_a_failing_model(opened: Any) -> None:
    language = opened("http://127.0.0.1:9")
    assert (await language.understand(SAID)).degraded
