"""Price alerts, on an engine that skips time and on the running product."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.failures import typed_failures
from adapters.errors import NotFound, Unavailable
from talknshop.messages import in_words
from talknshop.notices import News
from talknshop.products import ProductRequest, ProductResult
from talknshop.watches import MOST_WATCHES, StopWatching, Terms, Watch, WatchOffer, WatchStatus
from tests.durable.conftest import register_search_attributes
from tests.running import Running, bearer
from tests.watched import posted_on_ebay
from workers.sandbox import workflow_runner
from workflows import watching
from workflows.client import data_converter
from workflows.conversation import (
    ConversationSettings,
    ConversationState,
    ConversationWorkflow,
    new_conversation,
)
from workflows.ids import (
    CONVERSATIONS,
    SEARCH,
    account_workflow_id,
    conversation_id,
    watches_workflow_id,
)
from workflows.watching import WatchesState, WatchesWorkflow

USER = "u1"
HOUR = timedelta(hours=1)


@dataclass
class Shop:
    """A marketplace of price tags: an amount, or the error that a look meets."""

    prices: dict[str, Decimal | Exception] = field(default_factory=dict)
    looks: int = 0

    @activity.defn
    async def read_product(self, request: ProductRequest) -> ProductResult:
        self.looks += 1
        with typed_failures(patience=timedelta(0)):
            price = self.prices.get(request.product_id, NotFound("There is no such offer."))
            if isinstance(price, Exception):
                raise price
        return ProductResult(
            product_id=request.product_id,
            title=f"Thing {request.product_id}",
            price=price,
            currency="USD",
            marketplace=request.marketplace,
            deep_link="https://example.com/thing",
        )


@dataclass
class Alerts:
    """One person's alerts and the conversation that is told."""

    environment: WorkflowEnvironment
    shop: Shop
    handle: WorkflowHandle[WatchesWorkflow, None]
    session_id: str

    async def watch(
        self,
        product: str,
        user: str = USER,
        session_id: str | None = None,
        **terms: Any,
    ) -> Watch:
        offer = WatchOffer(
            watch_id=f"watch-{product}",
            user_id=user,
            session_id=self.session_id if session_id is None else session_id,
            marketplace="one",
            product_id=product,
            terms=Terms.model_validate(terms),
        )
        return await self.handle.execute_update(WatchesWorkflow.watch, offer)

    async def stop(self, product: str, user: str = USER) -> None:
        stop = StopWatching(user_id=user, watch_id=f"watch-{product}")
        await self.handle.execute_update(WatchesWorkflow.stop, stop)

    async def watches(self) -> dict[str, Watch]:
        found = await self.handle.query(WatchesWorkflow.watches)
        return {watch.product_id: watch for watch in found}

    async def told(self) -> list[str]:
        """The titles of the conversation's notifications."""
        conversation: WorkflowHandle[ConversationWorkflow, None] = (
            self.environment.client.get_workflow_handle_for(
                ConversationWorkflow.run, conversation_id(self.session_id)
            )
        )
        page = await conversation.query(ConversationWorkflow.events_since, args=[0, 100])
        return [event.data.title for event in page.events if event.type == "notification"]

    async def passes(self, time: timedelta) -> None:
        await self.environment.sleep(time)


@workflow.defn(name="AccountWorkflow", sandboxed=False)
class Account:
    """Hears what the real one would tell browsers and programs."""

    def __init__(self) -> None:
        self._heard: list[News] = []

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def notify(self, news: News) -> None:
        self._heard.append(news)

    @workflow.query
    def heard(self) -> list[News]:
        return self._heard


@pytest.fixture
async def alerts() -> AsyncIterator[Alerts]:
    binary = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(None), test_server_existing_path=str(binary)
    ) as environment:
        await register_search_attributes(environment)
        client, shop = environment.client, Shop()
        session_id = uuid.uuid4().hex
        settings = ConversationSettings(marketplaces=["one"], posting_marketplaces=["one"])
        state: ConversationState = new_conversation(session_id, USER, settings)
        async with (
            Worker(
                client,
                task_queue=CONVERSATIONS,
                workflows=[Account, ConversationWorkflow, WatchesWorkflow],
                workflow_runner=workflow_runner(),
            ),
            Worker(client, task_queue=SEARCH, activities=[shop.read_product]),
        ):
            await client.start_workflow(
                ConversationWorkflow.run,
                state,
                id=conversation_id(session_id),
                task_queue=CONVERSATIONS,
            )
            handle = await client.start_workflow(
                WatchesWorkflow.run,
                WatchesState(user_id=USER, interval=HOUR),
                id=watches_workflow_id(USER),
                task_queue=CONVERSATIONS,
            )
            yield Alerts(environment, shop, handle, session_id)


def refusal(caught: pytest.ExceptionInfo[WorkflowUpdateFailedError]) -> str | None:
    cause = caught.value.cause
    assert isinstance(cause, ApplicationError)
    return cause.type


async def test_a_drop_below_the_target_is_told_once_and_a_lower_price_again(
    alerts: Alerts,
) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    begun = await alerts.watch("bike", target=80)
    assert (begun.first_price, begun.status) == (Decimal(100), WatchStatus.WATCHING)
    await alerts.passes(3 * HOUR)
    assert await alerts.told() == []
    alerts.shop.prices["bike"] = Decimal("79.50")
    await alerts.passes(5 * HOUR)
    assert await alerts.told() == ["Thing bike costs $79.50 now."]
    alerts.shop.prices["bike"] = Decimal(70)
    await alerts.passes(5 * HOUR)
    assert await alerts.told() == ["Thing bike costs $79.50 now.", "Thing bike costs $70 now."]


async def test_a_drop_is_told_outside_of_the_page_too_in_the_person_s_language(
    alerts: Alerts,
) -> None:
    account = await alerts.environment.client.start_workflow(
        Account.run, id=account_workflow_id(USER), task_queue=CONVERSATIONS
    )
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    alerts.shop.prices["bike"] = Decimal(70)
    await alerts.passes(3 * HOUR)
    (news,) = await account.query(Account.heard)
    spanish = news.in_language("es")
    assert (spanish.kind, spanish.title) == ("price_drop", "Thing bike cuesta ahora $70.")
    assert spanish.session_id == alerts.session_id
    assert await alerts.told() == ["Thing bike costs $70 now."]


async def test_a_fall_by_a_part_of_the_price_is_told(alerts: Alerts) -> None:
    alerts.shop.prices["lamp"] = Decimal(50)
    await alerts.watch("lamp", drop_percent=10)
    alerts.shop.prices["lamp"] = Decimal("45.01")
    await alerts.passes(3 * HOUR)
    assert await alerts.told() == []
    alerts.shop.prices["lamp"] = Decimal(45)
    await alerts.passes(3 * HOUR)
    assert await alerts.told() == ["Thing lamp costs $45 now."]


async def test_each_offer_is_looked_at_about_once_in_the_interval(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=1)
    begun = alerts.shop.looks
    await alerts.passes(10 * HOUR)
    assert 9 <= alerts.shop.looks - begun <= 11


async def test_a_marketplace_that_is_away_costs_a_look_and_not_the_watch(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    alerts.shop.prices["bike"] = Unavailable("It is down.")
    await alerts.passes(2 * HOUR)
    away = (await alerts.watches())["bike"]
    assert (in_words(away.problem, "en"), away.status) == ("It is down.", WatchStatus.WATCHING)
    alerts.shop.prices["bike"] = Decimal(60)
    await alerts.passes(2 * HOUR)
    assert await alerts.told() == ["Thing bike costs $60 now."]
    assert (await alerts.watches())["bike"].problem == ""


async def test_an_offer_that_is_gone_is_looked_at_no_more(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    del alerts.shop.prices["bike"]
    await alerts.passes(2 * HOUR)
    assert (await alerts.watches())["bike"].status is WatchStatus.GONE
    looks = alerts.shop.looks
    await alerts.passes(timedelta(days=2))
    assert alerts.shop.looks == looks


async def test_a_watch_is_over_after_its_time(
    alerts: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "WATCHED_FOR", timedelta(days=1))
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    await alerts.passes(timedelta(hours=22))
    assert (await alerts.watches())["bike"].status is WatchStatus.WATCHING
    await alerts.passes(timedelta(hours=4))
    assert (await alerts.watches())["bike"].status is WatchStatus.OVER
    looks = alerts.shop.looks
    await alerts.passes(timedelta(days=1))
    assert alerts.shop.looks == looks


async def test_a_stopped_watch_is_forgotten(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    await alerts.stop("bike")
    assert await alerts.watches() == {}
    looks = alerts.shop.looks
    alerts.shop.prices["bike"] = Decimal(10)
    await alerts.passes(timedelta(days=2))
    assert (alerts.shop.looks, await alerts.told()) == (looks, [])
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await alerts.stop("bike")
    assert refusal(caught) == "no_such_watch"


async def test_the_same_offer_again_changes_when_to_tell(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    await alerts.watch("bike", target=95)
    assert [w.target for w in (await alerts.watches()).values()] == [95]
    alerts.shop.prices["bike"] = Decimal(90)
    await alerts.passes(2 * HOUR)
    assert await alerts.told() == ["Thing bike costs $90 now."]


async def test_one_person_may_watch_so_many_offers_and_no_more(alerts: Alerts) -> None:
    names = [f"thing{number}" for number in range(MOST_WATCHES + 5)]
    alerts.shop.prices.update({name: Decimal(100) for name in names})
    # Temporal takes ten updates of a workflow at a time.
    results: list[Watch | BaseException] = []
    for start in range(0, len(names), 8):
        some = (alerts.watch(name, target=1) for name in names[start : start + 8])
        results += await asyncio.gather(*some, return_exceptions=True)
    refused = [result for result in results if isinstance(result, WorkflowUpdateFailedError)]
    assert len(refused) == 5
    assert {getattr(error.cause, "type", None) for error in refused} == {"too_many_watches"}
    assert len(await alerts.watches()) == MOST_WATCHES
    kept = next(iter(await alerts.watches()))
    await alerts.stop(kept)
    await alerts.watch(kept, target=1)


async def test_what_is_not_for_sale_cannot_be_watched(alerts: Alerts) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await alerts.watch("nothing", target=80)
    assert refusal(caught) == "no_such_offer"
    assert await alerts.watches() == {}


async def test_alerts_of_somebody_else_cannot_be_touched(alerts: Alerts) -> None:
    alerts.shop.prices["bike"] = Decimal(100)
    await alerts.watch("bike", target=80)
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await alerts.stop("bike", user="u2")
    assert refusal(caught) == "not_owner"
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await alerts.watch("bike", user="u2", target=10)
    assert refusal(caught) == "not_owner"


async def test_alerts_outlive_the_conversation_and_continue_as_new(
    alerts: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "UPDATES_PER_RUN", 2)
    alerts.shop.prices.update({"bike": Decimal(100), "lamp": Decimal(50)})
    first = (await alerts.handle.describe()).run_id
    await alerts.watch("bike", target=80)
    await alerts.watch("lamp", session_id="erased-long-ago", target=40)
    await alerts.passes(HOUR / 4)
    assert (await alerts.handle.describe()).run_id != first
    alerts.shop.prices.update({"bike": Decimal(70), "lamp": Decimal(30)})
    await alerts.passes(2 * HOUR)
    assert await alerts.told() == ["Thing bike costs $70 now."]
    assert (await alerts.watches())["lamp"].told_price == 30


async def test_offers_are_watched_by_chat_and_by_rest_and_only_by_their_owner(
    stack: Running,
) -> None:
    """What one person sells on eBay, another one watches."""
    offer, _ = await posted_on_ebay(stack, price=100)
    async with stack.chat() as chat:
        await chat.say("hello")
        await chat.next("done")
        await chat.act("watch_price", marketplace="ebay", product_id=offer, target=80)
        begun = await chat.next("watch")
        assert begun["data"]["watch"]["first_price"] == 100
        watch_id = begun["data"]["watch"]["watch_id"]
        mine = bearer(chat.session)
        url = f"{stack.web}/api/v1/watches"
        listed = (await stack.http.get(url, headers=mine)).json()
        assert [entry["watch_id"] for entry in listed["items"]] == [watch_id]
        assert listed["most"] == MOST_WATCHES
        stranger = bearer(await stack.guest())
        assert (await stack.http.get(url, headers=stranger)).json()["items"] == []
        refused = await stack.http.delete(f"{url}/{watch_id}", headers=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_watch")
        told = {"marketplace": "ebay", "product_id": offer, "drop_percent": 5}
        there = {"session_id": chat.session["session_id"]}
        elsewhere = await stack.http.post(url, json=told | there, headers=stranger)
        assert elsewhere.status_code == 404
        wrong = await stack.http.post(url, json={**told, "drop_percent": 99}, headers=mine)
        assert wrong.status_code == 422
        nothing = await stack.http.post(
            url, json={"marketplace": "ebay", "product_id": offer}, headers=mine
        )
        assert (nothing.status_code, nothing.json()["code"]) == (422, "invalid_watch")
        unknown = await stack.http.post(
            url, json=told | {"product_id": "v1|999999999999|0"}, headers=mine
        )
        assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_offer")
        changed = await stack.http.post(url, json=told | there, headers=mine)
        assert (changed.status_code, changed.json()["watch_id"]) == (201, watch_id)
        await chat.act("stop_watching", watch_id=watch_id)
        await chat.next_where(
            lambda event: (
                event["type"] == "watch" and event["data"]["watch"]["status"] == "stopped"
            ),
            "the end of the watch",
        )
        assert (await stack.http.get(url, headers=mine)).json()["items"] == []


async def test_a_watched_price_that_falls_is_told_in_the_conversation(
    observed: Running,
) -> None:
    offer, edit = await posted_on_ebay(observed, price=100)
    async with observed.chat() as chat:
        await chat.say("hello")
        await chat.next("done")
        await chat.act("watch_price", marketplace="ebay", product_id=offer, target=80)
        await chat.next("watch")
        await edit(79)
        news = await chat.next("notification")
    assert news["data"]["kind"] == "price_drop"
    assert news["data"]["title"].endswith("costs $79 now.")
