"""One workflow for each person's account: preferences, linked accounts, and where to tell news."""

from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.accounts import AccountActivities
    from activities.notifying import NotifyingActivities
    from talknshop.accounts import (
        AccessLost,
        AccountRef,
        AccountView,
        ChosenPlace,
        Connection,
        ConnectionStatus,
        LinkAccount,
        Preferences,
    )
    from talknshop.errors import FailureCode
    from talknshop.events import NotificationData
    from talknshop.headlines import marketplace_title
    from talknshop.learning import Unusable, all_erased, changed, entered, erased, learned
    from talknshop.memory import (
        ChangedItem,
        Memory,
        MemorySwitch,
        NewItem,
        ObservationBatch,
        Recollection,
        Remembered,
        recollection_of,
    )
    from talknshop.messages import say, sentence
    from talknshop.model import MarketplaceName, UserId
    from talknshop.notices import (
        ChannelRef,
        Delivery,
        News,
        Notice,
        PushSubscription,
        TestedChannels,
        Webhook,
        WebhookNews,
        WebhookStatus,
        digest,
        news_of,
    )
    from workflows import policies
    from workflows.delivery import DeliveryWorkflow
    from workflows.failures import code_of, logged, refused, sentence_of
    from workflows.ids import ACCOUNTS, CROSSPOST, NOTIFY, account_sales_id, delivery_workflow_id
    from workflows.pages import account_page
    from workflows.sales import SalesWatch, SalesWorkflow
    from workflows.visibility import KIND, USER_ID

# By then every worker has noticed the new grant; a listing that begins to wait meanwhile shows up
# in the search for waiting ones about a second later.
LOOKS_AFTER = (timedelta(seconds=3), timedelta(seconds=5))
# A refusal that comes sooner may be of the grant before.
NEW_GRANT_COUNTS_AFTER = timedelta(seconds=3)
# Whoever puts up many things at once is told of the first, and then of all others together.
PUSHES_APART = timedelta(seconds=15)
MOST_HELD = 100
# A person who is away for a weekend still has the time to link it again.
REMIND_BEFORE = (timedelta(days=7), timedelta(days=1))
MOST_SUBSCRIPTIONS = 20
MOST_WEBHOOKS = 5
# A run takes 2,000 updates; people make a few a year.
UPDATES_PER_RUN = 500
# A retry comes within seconds: so many observations are remembered as learned from.
REMEMBERED_OBSERVATIONS = 50


class AccountState(BaseModel):
    """All that an account is; it travels whole into the next run. No token is in it."""

    user_id: UserId
    preferences: Preferences = Preferences()
    connections: dict[MarketplaceName, Connection] = {}
    memory: Memory = Memory()
    observed: list[str] = []  # ids, the newest last
    to_resume: list[MarketplaceName] = []  # linked just now: listings may be waiting for it
    push_subscriptions: list[PushSubscription] = []
    webhooks: list[Webhook] = []
    held: list[Notice] = []  # to be pushed when it is not quiet any more
    pushed_at: datetime | None = None


def _reminded_at(connection: Connection) -> datetime | None:
    """When the person is next to be told that the access ends."""
    left = REMIND_BEFORE[connection.reminders :]
    is_linked = connection.status is ConnectionStatus.LINKED
    if connection.expires_at is None or not left or not is_linked:
        return None
    return connection.expires_at - left[0]


@workflow.defn
class AccountWorkflow:
    """Never ends: it costs a row while nobody asks for anything."""

    @workflow.init
    def __init__(self, state: AccountState) -> None:
        self._state = state
        self._updates = 0
        self._is_otherwise = False  # what decides when to push has changed

    @workflow.run
    async def run(self, state: AccountState) -> None:
        workflow.upsert_search_attributes(
            [USER_ID.value_set(state.user_id), KIND.value_set("account")]
        )
        self._describe()
        while True:
            await self._wait()
            if self._state.to_resume:
                await self._resume(self._state.to_resume[0])
                del self._state.to_resume[0]
            elif self._is_time_to_push():
                await self._push()
            elif ending := self._ending():
                await self._remind(ending)
            elif self._should_continue_as_new():
                # A handler still running would be cut off when this run ends.
                await workflow.wait_condition(workflow.all_handlers_finished)
                # One that an earlier build began elsewhere moves.
                workflow.continue_as_new(self._state, task_queue=ACCOUNTS)

    async def _wait(self) -> None:
        """Until there is something to do; returns early, too."""
        self._is_otherwise = False
        held_for, reminded_in = self._held_for(), self._reminded_in()
        waits = [wait for wait in (held_for, reminded_in) if wait is not None]
        if timedelta(0) in waits:
            return
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: (
                    bool(self._state.to_resume)
                    or self._is_otherwise
                    or self._should_continue_as_new()
                ),
                timeout=min(waits, default=None),
                timeout_summary="until it is not quiet any more"
                if reminded_in is None
                else "until there is something to tell",
            )

    def _should_continue_as_new(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() or self._updates >= UPDATES_PER_RUN

    # News.

    @workflow.signal
    async def notify(self, news: News) -> None:
        """Something happened that the person may want to hear of while no page is open."""
        state = self._state
        if news.kind in state.preferences.muted:
            return
        notice = news.in_language(state.preferences.language)
        if state.webhooks:
            delivery = Delivery(user_id=state.user_id, notice=notice, webhooks=state.webhooks)
            await self._deliver(delivery, "webhooks")
        if state.push_subscriptions:
            self._hold(notice)

    def _hold(self, notice: Notice) -> None:
        # After a crash it may be told again.
        held = [*(each for each in self._state.held if each.notice_id != notice.notice_id), notice]
        while len(held) > MOST_HELD:
            first, second, *others = held
            held = [second.model_copy(update={"count": first.count + second.count}), *others]
        self._state.held = held
        self._is_otherwise = True

    def _held_for(self) -> timedelta | None:
        """How long what is held still is; None when nothing is."""
        state, now = self._state, workflow.now()
        if not state.held:
            return None
        too_soon = state.pushed_at + PUSHES_APART - now if state.pushed_at else timedelta(0)
        return max(state.preferences.quiet_for(now), too_soon, timedelta(0))

    def _is_time_to_push(self) -> bool:
        return self._held_for() == timedelta(0)

    def _reminded_in(self) -> timedelta | None:
        """How long it takes until the person is to be told that an access ends; None for never."""
        dates = self._reminders()
        if not dates or not workflow.patched("tell-of-ends"):
            return None
        return max(min(dates.values()) - workflow.now(), timedelta(0))

    def _ending(self) -> Connection | None:
        """The connection whose end is to be told now."""
        if self._reminded_in() != timedelta(0):
            return None
        dates = self._reminders()
        return self._state.connections[min(dates, key=dates.__getitem__)]

    def _reminders(self) -> dict[MarketplaceName, datetime]:
        """When each access that ends is next to be told of."""
        return {
            each.marketplace: due
            for each in self._state.connections.values()
            if (due := _reminded_at(each))
        }

    async def _remind(self, connection: Connection) -> None:
        """By every way that news take; what was due long ago is told once."""
        ends, name = connection.expires_at, marketplace_title(connection.marketplace)
        assert ends is not None
        passed = sum(ends - before <= workflow.now() for before in REMIND_BEFORE)
        self._state.connections[connection.marketplace] = connection.model_copy(
            update={"reminders": passed}
        )
        news = news_of(
            lambda language: NotificationData(
                kind="needs_action",
                title=say(language, "access_ends", marketplace=name, date=f"{ends:%Y-%m-%d}"),
                body=say(language, "access_ends_body", marketplace=name),
            ),
            f"ends-{connection.marketplace}-{ends:%Y%m%d}-{passed}",
            workflow.now(),
        )
        if news is not None and ends > workflow.now():
            await self.notify(news)

    async def _push(self) -> None:
        state = self._state
        notice = digest(state.held, state.preferences.language)
        state.held, state.pushed_at = [], workflow.now()
        if state.push_subscriptions:
            await self._deliver(
                Delivery(
                    user_id=state.user_id,
                    notice=notice,
                    subscriptions=[each.subscription_id for each in state.push_subscriptions],
                ),
                "push",
            )

    async def _deliver(self, delivery: Delivery, way: str) -> None:
        """In a workflow of its own: a receiver may be away for a day."""
        notice = delivery.notice
        try:
            await workflow.start_child_workflow(
                DeliveryWorkflow.run,
                delivery,
                id=delivery_workflow_id(delivery.user_id, notice.notice_id, way),
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=f"{notice.kind} for {delivery.user_id}",
            )
        except WorkflowAlreadyStartedError:
            return  # told already

    @workflow.update
    async def test_notices(self, user_id: UserId) -> TestedChannels:
        """A notice to every browser and program, now, so that the person sees whether it works."""
        self._updates += 1
        state = self._state
        language = state.preferences.language
        notice = Notice(
            notice_id=f"test-{workflow.uuid4().hex}",
            kind="test",
            title=say(language, "test_notice"),
            body=say(language, "test_notice_body"),
            at=workflow.now(),
        )
        subscriptions = [each.subscription_id for each in state.push_subscriptions]
        if subscriptions or state.webhooks:
            await self._deliver(
                Delivery(
                    user_id=state.user_id,
                    notice=notice,
                    subscriptions=subscriptions,
                    webhooks=state.webhooks,
                ),
                "test",
            )
        return TestedChannels(push=len(subscriptions), webhooks=len(state.webhooks))

    @workflow.update
    def add_push_subscription(self, subscription: PushSubscription) -> PushSubscription:
        """A browser that wants to show news; the same one again is there already."""
        self._updates += 1
        others = [
            each
            for each in self._state.push_subscriptions
            if each.subscription_id != subscription.subscription_id
        ]
        # Browsers that are not used any more are never unsubscribed: the oldest makes room.
        self._state.push_subscriptions = [*others, subscription][-MOST_SUBSCRIPTIONS:]
        self._describe()
        return subscription

    @workflow.update
    def add_webhook(self, webhook: Webhook) -> Webhook:
        """A program that wants to hear news."""
        self._updates += 1
        self._state.webhooks = [*self._state.webhooks, webhook]
        self._describe()
        return webhook

    @add_webhook.validator
    def _may_add_webhook(self, webhook: Webhook) -> None:
        if len(self._state.webhooks) >= MOST_WEBHOOKS:
            raise refused(
                "too_many_webhooks", sentence("refused_too_many_webhooks", most=MOST_WEBHOOKS)
            )

    @workflow.update
    async def remove_channel(self, channel: ChannelRef) -> bool:
        """A browser or a program that is not to be told any more; False for one not known."""
        self._updates += 1
        if not self._drop(channel.channel_id):
            return False
        try:
            await workflow.execute_activity_method(
                NotifyingActivities.forget_channel,
                channel,
                task_queue=NOTIFY,
                summary="forget its keys",
                **policies.ACCOUNT_STEP,
            )
        except ActivityError as error:
            # Nothing leads to them any more.
            workflow.logger.warning("keys were not deleted: %s", logged(error))
        return True

    @workflow.signal
    def channel_gone(self, channel: ChannelRef) -> None:
        """It answered that it wants no more; its keys are deleted."""
        self._drop(channel.channel_id)

    def _drop(self, channel_id: str) -> bool:
        state = self._state
        before = len(state.push_subscriptions) + len(state.webhooks)
        state.push_subscriptions = [
            each for each in state.push_subscriptions if each.subscription_id != channel_id
        ]
        state.webhooks = [each for each in state.webhooks if each.webhook_id != channel_id]
        self._describe()
        return len(state.push_subscriptions) + len(state.webhooks) < before

    @workflow.signal
    def webhook_tried(self, news: WebhookNews) -> None:
        """How the delivery of a notice ended."""
        status = WebhookStatus.FAILING if news.problem else WebhookStatus.ACTIVE
        self._state.webhooks = [
            each.model_copy(update={"status": status, "problem": news.problem})
            if each.webhook_id == news.webhook_id
            else each
            for each in self._state.webhooks
        ]
        self._describe()

    # Linked accounts.

    async def _resume(self, marketplace: MarketplaceName) -> None:
        """Listings that waited for the account go on by themselves."""
        for wait in LOOKS_AFTER:
            await workflow.sleep(wait)
            try:
                await workflow.execute_activity_method(
                    AccountActivities.resume_listings,
                    AccountRef(user_id=self._state.user_id, marketplace=marketplace),
                    task_queue=CROSSPOST,
                    summary=f"resume listings on {marketplace}",
                    **policies.ACCOUNT_STEP,
                )
            except ActivityError as error:
                # The person can still retry each of them.
                workflow.logger.warning("listings were not resumed: %s", logged(error))

    @workflow.update
    def set_preferences(self, preferences: Preferences) -> Preferences:
        """What they prefer from now on."""
        self._updates += 1
        self._state.preferences = preferences
        self._is_otherwise = True
        return preferences

    @workflow.signal
    def observe(self, batch: ObservationBatch) -> None:
        """What the person said, opened, bought or dismissed; each is learned from once."""
        self._updates += 1
        for seen in batch.observations:
            if seen.observation_id not in self._state.observed:
                self._state.memory = learned(self._state.memory, seen, workflow.now())
                observed = [*self._state.observed, seen.observation_id]
                self._state.observed = observed[-REMEMBERED_OBSERVATIONS:]

    @workflow.update
    def switch_memory(self, switch: MemorySwitch) -> Memory:
        """Whether to learn and use anything from now on."""
        self._updates += 1
        memory = self._state.memory.model_copy(update={"enabled": switch.enabled})
        self._state.memory = memory
        return memory

    @workflow.update
    def enter_item(self, new: NewItem) -> Remembered:
        """What the person tells by hand."""
        self._updates += 1
        try:
            self._state.memory, item = entered(self._state.memory, new, workflow.now())
        except Unusable as error:
            raise refused("invalid_item", error.said) from error
        return item

    @workflow.update
    def change_item(self, change: ChangedItem) -> Remembered:
        """Corrected by hand."""
        self._updates += 1
        try:
            result = changed(self._state.memory, change.item_id, change.value, workflow.now())
        except Unusable as error:
            raise refused("invalid_item", error.said) from error
        if result is None:
            raise refused("no_such_item", sentence("refused_no_such_item"))
        self._state.memory, item = result
        return item

    @workflow.update
    def erase_item(self, item_id: str) -> None:
        """What is not there is erased already."""
        self._updates += 1
        self._state.memory = erased(self._state.memory, item_id)

    @workflow.update
    def erase_memory(self, user_id: UserId) -> None:
        """All that was learned; whether to go on learning stays as it is."""
        self._updates += 1
        self._state.memory = all_erased(self._state.memory)

    @workflow.query
    def memory(self) -> Memory:
        """All that is remembered, for the person to see."""
        return self._state.memory

    @workflow.query
    def recollection(self) -> Recollection:
        """What a turn may use of it."""
        return recollection_of(self._state.memory)

    @workflow.update
    async def link(self, link: LinkAccount) -> Connection:
        """The marketplace sent the person back with a code: redeem it."""
        self._updates += 1
        try:
            linked = await workflow.execute_activity_method(
                AccountActivities.link_account,
                link,
                task_queue=CROSSPOST,
                summary=f"link {link.marketplace}",
                **policies.ACCOUNT_STEP,
            )
        except ActivityError as error:
            raise refused(f"link_{code_of(error)}", sentence_of(error)) from error
        connection = Connection(
            marketplace=link.marketplace,
            linked_at=workflow.now(),
            expires_at=linked.expires_at,
            scopes=linked.scopes,
            place=linked.place,
            places=linked.places,
        )
        self._state.connections[link.marketplace] = connection
        self._state.to_resume.append(link.marketplace)
        if linked.sales_interval:
            await self._watch_sales(link.marketplace, linked.sales_interval)
        self._describe()
        return connection

    async def _watch_sales(self, marketplace: MarketplaceName, interval: timedelta) -> None:
        try:
            await workflow.start_child_workflow(
                SalesWorkflow.run,
                SalesWatch(marketplace=marketplace, user_id=self._state.user_id, interval=interval),
                id=account_sales_id(marketplace, self._state.user_id),
                task_queue=CROSSPOST,
                parent_close_policy=ParentClosePolicy.ABANDON,
                static_summary=f"sales of {self._state.user_id} on {marketplace}",
            )
        except WorkflowAlreadyStartedError:
            return  # it was linked before: the same watch goes on

    @workflow.update
    async def use_place(self, chosen: ChosenPlace) -> Connection:
        """Another of the person's catalogues, while nothing of theirs is up."""
        self._updates += 1
        try:
            await workflow.execute_activity_method(
                AccountActivities.use_place,
                chosen,
                task_queue=CROSSPOST,
                summary=f"post elsewhere on {chosen.marketplace}",
                **policies.ACCOUNT_STEP,
            )
        except ActivityError as error:
            is_used = code_of(error) is FailureCode.REJECTED
            code = "place_in_use" if is_used else "place_not_moved"
            raise refused(code, sentence_of(error)) from error
        moved = self._state.connections[chosen.marketplace].model_copy(
            update={"place": chosen.place_id}
        )
        self._state.connections[chosen.marketplace] = moved
        return moved

    @use_place.validator
    def _may_use_place(self, chosen: ChosenPlace) -> None:
        connection = self._state.connections.get(chosen.marketplace)
        known = {each.place_id for each in connection.places} if connection else set[str]()
        if chosen.place_id not in known:
            raise refused("no_such_place", sentence("refused_no_such_place"))

    @workflow.update
    async def unlink(self, account: AccountRef) -> None:
        """Forget the grant. What is live stays live, and is that account's own business."""
        self._updates += 1
        try:
            await workflow.execute_activity_method(
                AccountActivities.unlink_account,
                account,
                task_queue=CROSSPOST,
                summary=f"unlink {account.marketplace}",
                **policies.ACCOUNT_STEP,
            )
        except ActivityError as error:
            raise refused("unlink_failed", sentence_of(error)) from error
        self._state.connections.pop(account.marketplace, None)
        self._describe()

    @workflow.signal
    def access_lost(self, lost: AccessLost) -> None:
        """A listing found that the marketplace does not accept the account any more."""
        connection = self._state.connections.get(lost.marketplace)
        if connection is None:
            return
        if workflow.now() - connection.linked_at >= NEW_GRANT_COUNTS_AFTER:
            self._state.connections[lost.marketplace] = connection.model_copy(
                update={"status": ConnectionStatus.ACCESS_LOST, "problem": lost.problem}
            )
            self._describe()

    def _describe(self) -> None:
        workflow.set_current_details(account_page(self.account()))

    @workflow.query
    def account(self) -> AccountView:
        """The account as its owner sees it."""
        state = self._state
        return AccountView(
            user_id=state.user_id,
            preferences=state.preferences,
            connections=list(state.connections.values()),
            push_subscriptions=state.push_subscriptions,
            webhooks=state.webhooks,
        )
