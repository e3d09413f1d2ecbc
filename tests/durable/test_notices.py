"""News outside of the page: real HTTP to a push service and to a program, on a skipping clock."""

import hashlib
import time
import uuid
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.worker import Worker

from activities.notifying import NotifyingActivities
from adapters.errors import Rejected
from adapters.keys import KeyRing
from adapters.notify.channels import Channels, PushKeys
from adapters.notify.vapid import Vapid, check_keys
from adapters.notify.web_push import WebPush
from adapters.notify.webhooks import SignedWebhooks, new_secret, signature
from adapters.outbound import PublicHttp
from adapters.secrets.encrypted_files import EncryptedFiles
from talknshop.accounts import AccountView, Connection, Preferences, QuietHours
from talknshop.messages import in_words
from talknshop.notices import ChannelRef, News, PushSubscription, Webhook
from talknshop.watches import Terms, WatchOffer
from tests.durable.test_watching import Shop
from tests.market import USER, Job, Market
from tests.receiver import Browser, Received, Receiver, receiving
from tests.running import eventually
from workers.sandbox import workflow_runner
from workflows.account import PUSHES_APART, AccountState, AccountWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.ids import (
    ACCOUNTS,
    CONVERSATIONS,
    NOTIFY,
    SEARCH,
    account_workflow_id,
    watches_workflow_id,
)
from workflows.watching import WatchesState, WatchesWorkflow

PUSHED, POSTED = "/push/1", "/hook"


class Person:
    """Somebody with an account, a browser and a program, all at one real receiver."""

    def __init__(self, market: Market, receiver: Receiver, channels: Channels) -> None:
        self._market = market
        self._channels = channels
        self.receiver = receiver
        self.browser = Browser(receiver.url + PUSHED)
        self.secret = new_secret()
        self.account: WorkflowHandle[AccountWorkflow, None] = market.client.get_workflow_handle_for(
            AccountWorkflow.run, account_workflow_id(USER)
        )

    async def begin(self, state: AccountState | None = None) -> None:
        await self._market.client.start_workflow(
            AccountWorkflow.run,
            state or AccountState(user_id=USER),
            id=account_workflow_id(USER),
            task_queue=ACCOUNTS,
        )

    async def subscribe(self, browser: Browser | None = None) -> str:
        browser = browser or self.browser
        subscription_id = hashlib.sha256(browser.endpoint.encode()).hexdigest()[:32]
        keys = browser.subscription["keys"]
        await self._channels.put_push(
            USER, subscription_id, PushKeys(endpoint=browser.endpoint, **keys)
        )
        subscription = PushSubscription(
            subscription_id=subscription_id, host="127.0.0.1", created_at=await self.now()
        )
        await self.account.execute_update(AccountWorkflow.add_push_subscription, subscription)
        return subscription_id

    async def is_known(self, subscription_id: str) -> bool:
        return await self._channels.push(USER, subscription_id) is not None

    async def listen(self) -> str:
        webhook_id = uuid.uuid4().hex
        await self._channels.put_signing_secret(USER, webhook_id, self.secret)
        webhook = Webhook(
            webhook_id=webhook_id, url=self.receiver.url + POSTED, created_at=await self.now()
        )
        await self.account.execute_update(AccountWorkflow.add_webhook, webhook)
        return webhook_id

    async def prefer(self, **preferences: Any) -> None:
        await self.account.execute_update(
            AccountWorkflow.set_preferences, Preferences(**preferences)
        )

    async def be_quiet(self, zone: str, hours: float) -> None:
        """From an hour ago on the person's own clock, for so many hours more."""
        now = (await self.now()).astimezone(ZoneInfo(zone))
        start, end = now - timedelta(hours=1), now + timedelta(hours=hours)
        quiet = QuietHours(start=start.time().replace(tzinfo=None), end=end.time())
        await self.prefer(timezone=zone, quiet_hours=quiet)

    async def now(self) -> Any:
        return await self._market.environment.get_current_time()

    async def hear(self, title: str, kind: str = "job_completed") -> None:
        news = News.model_validate(
            {
                "news_id": uuid.uuid4().hex,
                "kind": kind,
                "words": {"en": {"title": title, "body": ""}},
                "at": await self.now(),
            }
        )
        await self.account.signal(AccountWorkflow.notify, news)

    async def view(self) -> AccountView:
        return await self.account.query(AccountWorkflow.account)

    @property
    def pushes(self) -> list[dict[str, Any]]:
        return [self.browser.opened(each.body) for each in self.receiver.at(PUSHED)]

    @property
    def posts(self) -> list[Received]:
        return self.receiver.at(POSTED)

    async def is_pushed(self, number: int = 1) -> list[dict[str, Any]]:
        await eventually(lambda: len(self.pushes) >= number, f"{number} pushes came")
        return self.pushes

    async def is_posted(self, number: int = 1) -> list[Received]:
        await eventually(lambda: len(self.posts) >= number, f"{number} posts came")
        return self.posts


VAPID = Vapid(KeyRing(["p" * 40]), "mailto:operator@example.com")


@pytest.fixture
async def person(market: Market, tmp_path: Path) -> AsyncIterator[Person]:
    channels = Channels(EncryptedFiles(tmp_path, KeyRing(["k" * 40])))
    async with AsyncExitStack() as stack:
        receiver = stack.enter_context(receiving())
        http = PublicHttp([receiver.host])
        stack.push_async_callback(http.aclose)
        notifying = NotifyingActivities(channels, WebPush(http, VAPID), SignedWebhooks(http))
        accounts = Worker(
            market.client,
            task_queue=ACCOUNTS,
            workflows=[AccountWorkflow, DeliveryWorkflow],
            workflow_runner=workflow_runner(),
        )
        watches = Worker(
            market.client,
            task_queue=CONVERSATIONS,
            workflows=[WatchesWorkflow],
            workflow_runner=workflow_runner(),
        )
        carriers = Worker(
            market.client,
            task_queue=NOTIFY,
            activities=[notifying.push_notice, notifying.post_notice, notifying.forget_channel],
        )
        await stack.enter_async_context(accounts)
        await stack.enter_async_context(watches)
        await stack.enter_async_context(carriers)
        person = Person(market, receiver, channels)
        await person.begin()
        yield person


async def live(market: Market, **changes: Any) -> Job:
    job = await market.post(**changes)
    await job.becomes(one="live", two="live")
    return job


async def test_a_push_is_encrypted_for_the_browser_and_signed_by_us(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    job = await live(market)
    (push,) = await person.is_pushed()
    assert push["kind"] == "job_completed"
    assert push["title"] == "✓ Your Bike is live on 2 marketplaces!"
    assert push["notice_id"] == f"{job.job_id}-1"
    (request,) = person.receiver.at(PUSHED)
    assert b"Bike" not in request.body
    assert request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["ttl"] == "86400"
    token, key = (
        part.split("=", 1)[1]
        for part in request.headers["authorization"].removeprefix("vapid ").split(",")
    )
    assert key == VAPID.public_key
    point = urlsafe_b64decode(key + "=" * (-len(key) % 4))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=person.receiver.url)
    assert claims["sub"] == "mailto:operator@example.com"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600


async def test_a_program_can_check_who_sent_it_and_when(market: Market, person: Person) -> None:
    await person.listen()
    job = await live(market)
    (post,) = await person.is_posted()
    headers, message = post.headers, post.json
    assert (message["type"], message["data"]["job_id"]) == ("job_completed", job.job_id)
    assert headers["webhook-id"] == message["data"]["notice_id"]
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    expected = signature(
        person.secret, headers["webhook-id"], headers["webhook-timestamp"], post.body
    )
    assert headers["webhook-signature"] == expected
    forged = signature(new_secret(), headers["webhook-id"], headers["webhook-timestamp"], post.body)
    assert forged != expected


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


async def test_each_piece_of_news_is_told_once(market: Market, person: Person) -> None:
    await person.listen()
    job = await live(market)
    await person.is_posted(1)
    await job.edit(price=90)
    await job.sold("one", "o1")
    await person.is_posted(2)
    await job.sold("one", "o1")
    await job.becomes(one="sold", two="withdrawn")
    assert [post.json["type"] for post in person.posts] == ["job_completed", "sold"]
    ids = [post.headers["webhook-id"] for post in person.posts]
    assert len(set(ids)) == 2


async def test_a_program_that_fails_is_tried_again_with_the_same_id(person: Person) -> None:
    await person.listen()
    person.receiver.answers[POSTED] = [(500, {}), (429, {"Retry-After": "1"}), (404, {})]
    await person.hear("Sold!", "sold")
    posts = await person.is_posted(4)
    assert len({post.headers["webhook-id"] for post in posts}) == 1
    assert (await person.view()).webhooks[0].status == "active"


async def test_a_program_that_says_gone_is_told_no_more(person: Person) -> None:
    await person.listen()
    person.receiver.answers[POSTED] = [(410, {})]
    await person.hear("Sold!", "sold")

    async def is_removed() -> bool:
        return (await person.view()).webhooks == []

    await eventually(is_removed, "the webhook is removed")
    await person.subscribe()
    await person.hear("Sold again!", "sold")
    await person.is_pushed()
    assert len(person.posts) == 1


async def test_redirects_of_a_program_are_not_followed_and_shown_as_failing(
    person: Person,
) -> None:
    await person.listen()
    person.receiver.answers[POSTED] = [(307, {"Location": "/elsewhere"})]
    await person.hear("Sold!", "sold")

    async def is_failing() -> bool:
        (webhook,) = (await person.view()).webhooks
        return webhook.status == "failing" and "307" in in_words(webhook.problem, "en")

    await eventually(is_failing, "the webhook is shown as failing")
    assert person.receiver.at("/elsewhere") == []
    await person.hear("Sold again!", "sold")

    async def is_active() -> bool:
        return (await person.view()).webhooks[0].status == "active"

    await eventually(is_active, "it is shown as active once it takes news again")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_wants_no_more_is_forgotten(person: Person, status: int) -> None:
    await person.subscribe()
    person.receiver.answers[PUSHED] = [(status, {})]
    await person.hear("Sold!", "sold")

    async def is_removed() -> bool:
        return (await person.view()).push_subscriptions == []

    await eventually(is_removed, "the subscription is removed")


async def test_one_browser_that_fails_holds_up_no_other(person: Person) -> None:
    other = Browser(f"{person.receiver.url}/push/2")
    await person.subscribe()
    await person.subscribe(other)
    person.receiver.answers[PUSHED] = [(500, {})] * 3
    await person.hear("Sold!", "sold")
    await eventually(lambda: bool(person.receiver.at("/push/2")), "the other one got it")
    assert other.opened(person.receiver.at("/push/2")[0].body)["title"] == "Sold!"
    await person.is_pushed(4)


async def test_muted_kinds_are_told_nowhere_outside(person: Person) -> None:
    await person.subscribe()
    await person.listen()
    await person.prefer(muted=["price_drop"])
    await person.hear("Cheaper!", "price_drop")
    await person.hear("Sold!", "sold")
    assert [push["kind"] for push in await person.is_pushed()] == ["sold"]
    assert [post.json["type"] for post in await person.is_posted()] == ["sold"]


async def test_quiet_hours_hold_pushes_back_until_they_end_where_the_person_is(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    await person.listen()
    await person.be_quiet("Asia/Kolkata", hours=3)
    await person.hear("Sold!", "sold")
    await person.is_posted()  # programs do not sleep
    await market.environment.sleep(timedelta(hours=2, minutes=50))
    assert person.pushes == []
    await market.environment.sleep(timedelta(minutes=20))
    (push,) = await person.is_pushed()
    assert push["title"] == "Sold!"


async def test_what_came_while_it_was_quiet_is_one_push_in_the_person_s_language(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    await person.be_quiet("America/Los_Angeles", hours=3)
    quiet = (await person.view()).preferences
    await person.prefer(**(quiet.model_dump() | {"language": "de"}))
    for number in range(6):
        kind = "sold" if number == 2 else "job_completed"
        await person.hear(f"News {number}", kind)
    await market.environment.sleep(timedelta(hours=4))
    (push,) = await person.is_pushed()
    assert push["title"] == "6 Neuigkeiten"
    assert push["body"] == "News 2\nNews 3\nNews 4\nNews 5\nund 2 weitere"
    assert (push["kind"], push["count"]) == ("sold", 6)


async def test_ending_quiet_hours_lets_go_what_was_held(person: Person) -> None:
    await person.subscribe()
    await person.be_quiet("UTC", hours=3)
    await person.hear("Sold!", "sold")
    await person.prefer()
    assert (await person.is_pushed())[0]["title"] == "Sold!"


async def test_many_things_at_once_are_two_pushes(market: Market, person: Person) -> None:
    await person.subscribe()
    await person.hear("First")
    await person.is_pushed(1)
    for number in range(30):
        await person.hear(f"News {number}")
    await market.environment.sleep(PUSHES_APART * 2)
    first, rest = await person.is_pushed(2)
    assert (first["count"], rest["count"]) == (1, 30)


async def test_a_test_notice_comes_although_it_is_quiet(person: Person) -> None:
    await person.subscribe()
    await person.listen()
    await person.be_quiet("UTC", hours=3)
    reached = await person.account.execute_update(AccountWorkflow.test_notices, USER)
    assert (reached.push, reached.webhooks) == (1, 1)
    assert (await person.is_pushed())[0]["title"] == "Notifications work."
    assert (await person.is_posted())[0].json["type"] == "test"


async def test_a_removed_browser_is_told_no_more_and_its_keys_are_gone(person: Person) -> None:
    subscription_id = await person.subscribe()
    assert await person.is_known(subscription_id)
    channel = ChannelRef(user_id=USER, channel_id=subscription_id)
    assert await person.account.execute_update(AccountWorkflow.remove_channel, channel)
    assert not await person.account.execute_update(AccountWorkflow.remove_channel, channel)
    assert not await person.is_known(subscription_id)


async def test_there_are_so_many_webhooks_and_no_more(person: Person) -> None:
    for _ in range(5):
        await person.listen()
    with pytest.raises(WorkflowUpdateFailedError):
        await person.listen()


async def test_an_account_carries_its_news_over_into_its_next_run(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    await person.be_quiet("UTC", hours=3)
    await person.hear("Sold!", "sold")
    first = (await person.account.describe()).run_id
    preferences = (await person.view()).preferences
    for _ in range(500):
        await person.account.execute_update(AccountWorkflow.set_preferences, preferences)

    async def is_in_its_next_run() -> bool:
        return (await person.account.describe()).run_id != first

    await eventually(is_in_its_next_run, "the account went on as new")
    await market.environment.sleep(timedelta(hours=4))
    assert (await person.is_pushed())[0]["title"] == "Sold!"


async def test_the_end_of_an_access_is_told_a_week_and_a_day_before(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    now = await person.now()
    state = AccountState(
        user_id=USER,
        preferences=Preferences(language="fr"),
        push_subscriptions=(await person.view()).push_subscriptions,
        connections={
            name: Connection(marketplace=name, linked_at=now, expires_at=now + timedelta(days=days))
            for name, days in {"facebook": 60, "ebay": 500}.items()
        },
    )
    # As if they had linked both.
    await person.account.terminate()
    await person.begin(state)
    await market.environment.sleep(timedelta(days=52))
    assert person.pushes == []
    await market.environment.sleep(timedelta(days=2))
    date = f"{now + timedelta(days=60):%Y-%m-%d}"
    (push,) = await person.is_pushed()
    assert push["title"] == f"Votre compte Facebook Marketplace est lié jusqu’au {date}"
    assert push["kind"] == "needs_action"
    await market.environment.sleep(timedelta(days=6))
    assert len(await person.is_pushed(2)) == 2
    await market.environment.sleep(timedelta(days=30))
    facebook, _ = (await person.view()).connections
    assert (facebook.reminders, len(person.pushes)) == (2, 2)


def test_keys_that_no_browser_gave_are_refused() -> None:
    good = Browser("https://push.example/1").subscription["keys"]
    check_keys(PushKeys(endpoint="https://push.example/1", **good))
    for wrong in ({"auth": "AAAA"}, {"p256dh": "B" * 87}, {"p256dh": "é" * 80}):
        with pytest.raises(Rejected):
            check_keys(PushKeys(endpoint="https://push.example/1", **(good | wrong)))


async def test_news_come_in_the_person_s_language(market: Market, person: Person) -> None:
    await person.subscribe()
    await person.prefer(language="de")
    await live(market)
    (push,) = await person.is_pushed()
    assert push["title"] == "✓ Dein Bike ist auf 2 Marktplätzen online!"


async def test_a_price_that_drops_is_told_also_without_a_conversation(
    market: Market, person: Person
) -> None:
    await person.subscribe()
    shop = Shop({"p1": Decimal(100)})
    await market.client.start_workflow(
        WatchesWorkflow.run,
        WatchesState(user_id=USER, interval=timedelta(hours=1)),
        id=watches_workflow_id(USER),
        task_queue=CONVERSATIONS,
    )
    watches: WorkflowHandle[WatchesWorkflow, None] = market.client.get_workflow_handle_for(
        WatchesWorkflow.run, watches_workflow_id(USER)
    )
    async with Worker(market.client, task_queue=SEARCH, activities=[shop.read_product]):
        offer = WatchOffer(
            watch_id="w1",
            user_id=USER,
            marketplace="one",
            product_id="p1",
            terms=Terms(target=Decimal(80)),
        )
        await watches.execute_update(WatchesWorkflow.watch, offer)
        shop.prices["p1"] = Decimal(75)
        await market.environment.sleep(timedelta(hours=2))
        (push,) = await person.is_pushed()
    assert push["kind"] == "price_drop"
    assert "$75" in push["title"]
