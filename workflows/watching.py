"""One workflow for each person's price alerts: it looks, and tells the conversation."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    FailureError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.searching import SearchingActivities
    from talknshop.errors import FailureCode
    from talknshop.headlines import watch_headline
    from talknshop.messages import sentence
    from talknshop.model import UserId
    from talknshop.notices import news_of
    from talknshop.products import ProductRequest, ProductResult
    from talknshop.watches import (
        MOST_WATCHES,
        StopWatching,
        Watch,
        WatchNews,
        WatchOffer,
        WatchStatus,
    )
    from workflows import policies
    from workflows.delivery import notify
    from workflows.failures import code_of, refused, sentence_of
    from workflows.ids import SEARCH, conversation_id
    from workflows.pages import watches_page
    from workflows.visibility import KIND, USER_ID

# A thing that has not become cheaper by then is forgotten by the person too.
WATCHED_FOR = timedelta(days=90)
# Nobody waits for these looks, so a slow marketplace may take its time.
LOOK_DEADLINE_MS = 8000
# A run takes 2,000 updates; the suggestion by events comes at about 4,000.
UPDATES_PER_RUN = 500


class WatchesState(BaseModel):
    """All that a person watches; it travels whole into the next run. `interval`: between looks."""

    user_id: UserId
    interval: timedelta
    watches: list[Watch] = []


@workflow.defn
class WatchesWorkflow:
    """Never ends: it costs a row while nothing is watched."""

    @workflow.init
    def __init__(self, state: WatchesState) -> None:
        self._state = state
        self._changed = False
        self._updates = 0

    @workflow.run
    async def run(self, state: WatchesState) -> None:
        workflow.upsert_search_attributes(
            [USER_ID.value_set(state.user_id), KIND.value_set("watches")]
        )
        self._describe()
        while True:
            self._changed = False
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._changed or self._should_continue_as_new(),
                    timeout=self._until_next_look(),
                    timeout_summary="until the next look",
                )
            await asyncio.gather(*(self._look(watch) for watch in self._due()))
            if self._should_continue_as_new():
                # A handler still running would be cut off when this run ends.
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    def _should_continue_as_new(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() or self._updates >= UPDATES_PER_RUN

    def _active(self) -> list[Watch]:
        return [w for w in self._state.watches if w.status is WatchStatus.WATCHING]

    def _due(self) -> list[Watch]:
        return [watch for watch in self._active() if watch.next_look_at <= workflow.now()]

    def _until_next_look(self) -> timedelta | None:
        """None while there is nothing to look at."""
        times = [watch.next_look_at for watch in self._active()]
        return max(min(times) - workflow.now(), timedelta(0)) if times else None

    async def _look(self, watch: Watch) -> None:
        now = workflow.now()
        offer, failure = None, None
        try:
            offer = await self._read(watch.marketplace, watch.product_id)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            failure = error
        current = self._find(watch.watch_id)
        if current is None:
            return  # stopped while it was looked at
        if offer is not None:
            seen = current.seen(offer, now)
        else:
            assert failure is not None
            seen = current.not_seen(sentence_of(failure), now)
            if code_of(failure) is FailureCode.NOT_FOUND:
                seen = seen.model_copy(update={"status": WatchStatus.GONE})
        if seen.status is WatchStatus.WATCHING and now >= seen.ends_at:
            seen = seen.model_copy(update={"status": WatchStatus.OVER})
        seen = seen.model_copy(update={"next_look_at": now + self._pause()})
        is_news = offer is not None and seen.is_news
        if is_news:
            seen = seen.model_copy(update={"told_price": seen.price, "told_at": now})
        self._keep(seen)
        if is_news:
            await self._tell(seen, dropped=True)
            if workflow.patched("tell-account"):
                await self._tell_account(seen)

    async def _read(self, marketplace: str, product_id: str) -> ProductResult:
        return await workflow.execute_activity_method(
            SearchingActivities.read_product,
            ProductRequest(
                marketplace=marketplace, product_id=product_id, deadline_ms=LOOK_DEADLINE_MS
            ),
            task_queue=SEARCH,
            summary=f"the price of {product_id} on {marketplace}"[:200],
            **policies.BUYER_STEP,
        )

    def _pause(self) -> timedelta:
        """Not the same for all, so that not everybody asks a marketplace at once."""
        return self._state.interval * (0.9 + 0.2 * workflow.random().random())

    def _find(self, watch_id: str) -> Watch | None:
        return next((w for w in self._state.watches if w.watch_id == watch_id), None)

    def _keep(self, watch: Watch) -> None:
        others = [w for w in self._state.watches if w.watch_id != watch.watch_id]
        newest = sorted([watch, *others], key=lambda w: (w.created_at, w.watch_id), reverse=True)
        ended = [w for w in newest if w.status is not WatchStatus.WATCHING]
        forgotten = {w.watch_id for w in ended[MOST_WATCHES:]}
        self._state.watches = [w for w in newest if w.watch_id not in forgotten]
        self._describe()

    async def _tell(self, watch: Watch, *, dropped: bool) -> None:
        if not watch.session_id:
            return
        conversation = workflow.get_external_workflow_handle(conversation_id(watch.session_id))
        try:
            await conversation.signal("watch_changed", WatchNews(watch=watch, dropped=dropped))
        except FailureError:
            workflow.logger.info("conversation is gone")

    async def _tell_account(self, watch: Watch) -> None:
        news = news_of(
            lambda language: watch_headline(watch, language),
            f"{watch.watch_id}-{workflow.uuid4().hex}",
            workflow.now(),
            session_id=watch.session_id,
        )
        if news is not None:
            await notify(self._state.user_id, news)

    @workflow.update
    async def watch(self, offer: WatchOffer) -> Watch:
        """Begin to watch, from the price as it is now; or change when to tell of a watched one."""
        self._updates += 1
        known = self._find(offer.watch_id)
        try:
            now_sold = await self._read(offer.marketplace, offer.product_id)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            kind = "no_such_offer" if code_of(error) is FailureCode.NOT_FOUND else "not_readable"
            raise refused(kind, sentence_of(error)) from error
        self._check_room(offer)  # others may have been quicker
        now = workflow.now()
        watch = Watch(
            watch_id=offer.watch_id,
            session_id=offer.session_id,
            marketplace=offer.marketplace,
            product_id=offer.product_id,
            title=now_sold.title,
            image_url=now_sold.image_url,
            deep_link=now_sold.deep_link,
            currency=now_sold.currency,
            first_price=now_sold.price,
            price=now_sold.price,
            lowest_price=min(known.lowest_price, now_sold.price) if known else now_sold.price,
            availability=now_sold.availability,
            target=offer.terms.target,
            drop_percent=offer.terms.drop_percent,
            created_at=known.created_at if known else now,
            looked_at=now,
            next_look_at=now + self._pause(),
            ends_at=now + WATCHED_FOR,
        )
        # A target that is met already is not news but known: the person has just seen the price.
        if watch.is_met:
            watch = watch.model_copy(update={"told_price": watch.price})
        self._keep(watch)
        self._changed = True
        await self._tell(watch, dropped=False)
        return watch

    @watch.validator
    def _may_watch(self, offer: WatchOffer) -> None:
        self._check_owner(offer.user_id)
        self._check_room(offer)

    def _check_room(self, offer: WatchOffer) -> None:
        """What is over makes room by itself."""
        others = [w for w in self._active() if w.watch_id != offer.watch_id]
        if len(others) >= MOST_WATCHES:
            raise refused(
                "too_many_watches", sentence("refused_too_many_watches", most=MOST_WATCHES)
            )

    @workflow.update
    async def stop(self, stop: StopWatching) -> None:
        """Forget the watch."""
        self._updates += 1
        watch = self._find(stop.watch_id)
        if watch is None:
            return  # stopped by another hand at the same moment
        self._state.watches = [w for w in self._state.watches if w.watch_id != stop.watch_id]
        self._changed = True
        self._describe()
        if workflow.patched("tell-stopped"):
            stopped = watch.model_copy(update={"status": WatchStatus.STOPPED})
            await self._tell(stopped, dropped=False)

    @stop.validator
    def _may_stop(self, stop: StopWatching) -> None:
        self._check_owner(stop.user_id)
        if self._find(stop.watch_id) is None:
            raise refused("no_such_watch", sentence("api_no_such_watch"))

    def _check_owner(self, user_id: UserId) -> None:
        if user_id != self._state.user_id:
            raise refused("not_owner", sentence("refused_not_owner"))

    def _describe(self) -> None:
        workflow.set_current_details(watches_page(self._state.user_id, self._state.watches))

    @workflow.query
    def watches(self) -> list[Watch]:
        """What is watched, and what was until it ended; the newest first."""
        return self._state.watches
