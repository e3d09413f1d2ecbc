"""One workflow for each crosspost job: a child for each marketplace, one stock for all."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import (
    ActivityError,
    ChildWorkflowError,
    FailureError,
    WorkflowAlreadyStartedError,
)
from temporalio.workflow import ChildWorkflowHandle, ExternalWorkflowHandle, ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.publishing import PublishingActivities
    from talknshop.errors import FailureCode
    from talknshop.fields import status_said
    from talknshop.headlines import headline, marketplace_title
    from talknshop.jobs import (
        CrosspostRequest,
        JobDetails,
        JobError,
        JobState,
        JobStatus,
        JobView,
        ListingOrder,
        ListingRequest,
        ListingStatus,
        MarketplaceJob,
        SaleRecord,
        SaleReport,
        SaleStatus,
        TimelineEntry,
        job_status,
    )
    from talknshop.messages import Said, Sentence, sentence
    from talknshop.notices import News, news_of
    from talknshop.posting import (
        CancelSale,
        EditJob,
        ListingCommand,
        ListingState,
        MarkSold,
        RelistListing,
    )
    from workflows import metrics, policies
    from workflows.delivery import notice_to, notify
    from workflows.failures import refused, sentence_of
    from workflows.ids import (
        bulk_workflow_id,
        conversation_id,
        listing_workflow_id,
        posting_queue,
    )
    from workflows.listing import ANSWER_WITHIN, ListingWorkflow, check_changes
    from workflows.pages import job_page
    from workflows.telling import tell, telling
    from workflows.visibility import (
        JOB_STATUS,
        KIND,
        MARKETPLACE,
        SESSION_ID,
        STAGE,
        USER_ID,
        job_memo,
    )

# A second buyer's order comes late, and what is withdrawn may be listed again. It costs nothing.
KEEP_OPEN = timedelta(days=30)
# When an operator ended it, only what was bought before it came down is waited for.
LATE_ORDERS = timedelta(minutes=3)

# A person reads the last of them; the whole log travels in the state of a continue-as-new.
MAX_TIMELINE = 200
SALES_SHOWN = 20

# What a person says is sold, until the marketplace reports the same.
_BY_PERSON = "person/"


@workflow.defn
class CrosspostWorkflow:
    """Stays open while anything can still be sold, edited, withdrawn or listed again."""

    @workflow.init
    def __init__(self, request: CrosspostRequest) -> None:
        self._request = request
        self._state = request.state or _new_state(request, workflow.now())
        self._children: dict[str, ChildWorkflowHandle[Any, MarketplaceJob]] = {}
        # Those of the run before are there; their end is told by a signal.
        self._started = set(self._state.listings) if request.state else set[str]()
        self._orders: dict[str, ListingOrder] = {}  # not yet told
        self._tasks: set[asyncio.Task[None]] = set()  # short ones: all end by themselves
        self._unreported = False
        self._is_telling = False
        self._is_over = False
        self._is_counted = request.state is not None  # it came to rest, and that was counted

    @workflow.run
    async def run(self, request: CrosspostRequest) -> JobView:
        living = asyncio.create_task(self._live(request))
        try:
            return await asyncio.shield(living)
        except asyncio.CancelledError:
            # By Temporal's own Web UI or CLI: nothing may stay up that nobody looks after.
            self._state.is_called_off = True
            self._call_off()
            await living
            raise

    async def _live(self, request: CrosspostRequest) -> JobView:
        if request.state is None:
            metrics.job_created()
            for name in self._state.listings:
                self._list_on(name)
            status = self._refresh()
            if request.edition < 2:
                workflow.upsert_search_attributes(
                    [
                        USER_ID.value_set(request.user_id),
                        SESSION_ID.value_set(request.session_id),
                        KIND.value_set("job"),
                        MARKETPLACE.value_set(sorted(self._state.listings)),
                        JOB_STATUS.value_set(status.value),
                    ]
                )
        reporting = asyncio.create_task(self._report())
        while await self._is_still_of_use():
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(self._is_quiet)
                workflow.continue_as_new(
                    request.model_copy(update={"state": self._state}),
                    memo={**workflow.memo(), **job_memo(self._state.listing)},
                )
        await workflow.wait_condition(self._is_quiet)
        self._is_over = True
        await reporting
        return self.job()

    async def _is_still_of_use(self) -> bool:
        """Returns when that may have changed; True also when the history has grown long."""
        has_grown = workflow.info().is_continue_as_new_suggested
        await workflow.wait_condition(lambda: self._are_all_final() or has_grown())
        if has_grown():
            return True
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: not self._are_all_final() or has_grown(),
                timeout=LATE_ORDERS if self._state.is_called_off else KEEP_OPEN,
                timeout_summary="nothing is up any more",
            )
            return True
        return False

    def _are_all_final(self) -> bool:
        return all(entry.status.is_final for entry in self._state.listings.values())

    def _is_quiet(self) -> bool:
        # What is being told is lost when this run ends: unlike a signal, it has not left yet.
        has_told = not self._unreported and not self._is_telling
        return not self._tasks and has_told and workflow.all_handlers_finished()

    # Listings.

    def _list_on(self, marketplace: str) -> None:
        self._started.discard(marketplace)
        self._log("posting", marketplace)
        self._state.listings[marketplace] = MarketplaceJob(
            marketplace=marketplace,
            status=ListingStatus.POSTING,
            revision=self._state.revision,
            changed_at=workflow.now(),
        )
        self._spawn(self._start_child(marketplace))

    async def _start_child(self, marketplace: str) -> None:
        state = self._state
        listing = state.listing.model_copy(update={"quantity": max(state.stock, 1)})
        child_state = ListingState(
            request=ListingRequest(
                job_id=self._request.job_id,
                user_id=self._request.user_id,
                marketplace=marketplace,
                listing=listing,
            ),
            entry=state.listings[marketplace],
            order=ListingOrder(revision=state.revision),
            edition=self._request.edition,
        )
        while True:
            try:
                child = await workflow.start_child_workflow(
                    ListingWorkflow.run,
                    child_state,
                    id=listing_workflow_id(self._request.job_id, marketplace),
                    parent_close_policy=ParentClosePolicy.ABANDON,
                    static_summary=f"{listing.title} on {marketplace}",
                    search_attributes=self._attributes_of(marketplace),
                )
            except WorkflowAlreadyStartedError:
                # The one that was withdrawn has said so, and closes in a moment.
                await workflow.sleep(timedelta(seconds=1))
            else:
                break
        self._children[marketplace] = child
        self._started.add(marketplace)
        # Not among the short tasks: it ends with the child, which may live for months.
        asyncio.create_task(self._watch(marketplace, child))  # noqa: RUF006 -- the run holds it

    def _attributes_of(self, marketplace: str) -> TypedSearchAttributes:
        return TypedSearchAttributes(
            [
                SearchAttributePair(USER_ID, self._request.user_id),
                SearchAttributePair(KIND, "listing"),
                SearchAttributePair(STAGE, ListingStatus.POSTING.value),
                SearchAttributePair(MARKETPLACE, [marketplace]),
            ]
        )

    async def _watch(
        self, marketplace: str, child: ChildWorkflowHandle[Any, MarketplaceJob]
    ) -> None:
        try:
            entry = await child
        except ChildWorkflowError as error:
            workflow.logger.error("listing workflow ended: %s", error)
            entry = self._stopped(marketplace)
        if self._children.get(marketplace) is child:
            self._record(entry)

    def _stopped(self, marketplace: str) -> MarketplaceJob:
        message = sentence("told_stopped")
        return self._state.listings[marketplace].model_copy(
            update={
                "status": ListingStatus.FAILED,
                "needs": None,
                "error": JobError(code=FailureCode.INTERNAL, message=message),
            }
        )

    @workflow.signal
    def listing_changed(self, listing: MarketplaceJob) -> None:
        """News from a child."""
        self._record(listing)

    def _record(self, listing: MarketplaceJob) -> None:
        before = self._state.listings[listing.marketplace]
        if listing == before:
            return
        self._state.listings[listing.marketplace] = listing
        if listing.status is not before.status:
            self._log(listing.status.value, listing.marketplace)
        self._note_change()

    def _order(self, marketplace: str, **wanted: Any) -> None:
        """Tell a listing what is wanted of it: in order, and at once what came up meanwhile."""
        order = ListingOrder(revision=self._state.revision, **wanted)
        waiting = self._orders.get(marketplace)
        self._orders[marketplace] = waiting.then(order) if waiting else order
        if waiting is None:
            self._spawn(self._tell(marketplace))

    async def _tell(self, marketplace: str) -> None:
        listing: ExternalWorkflowHandle[ListingWorkflow] = (
            workflow.get_external_workflow_handle_for(
                ListingWorkflow.run, listing_workflow_id(self._request.job_id, marketplace)
            )
        )
        await workflow.wait_condition(lambda: marketplace in self._started)
        while (order := self._orders[marketplace]).revision:
            self._orders[marketplace] = ListingOrder(revision=0)
            try:
                await listing.signal(ListingWorkflow.revised, order)
            except FailureError:
                # It has ended, and said so before: else it was an operator who ended it.
                if not self._state.listings[marketplace].status.is_final:
                    self._record(self._stopped(marketplace))
        del self._orders[marketplace]

    def _open(self) -> list[str]:
        return [n for n, entry in self._state.listings.items() if not entry.status.is_final]

    # Stock.

    @workflow.signal
    def sale_reported(self, sale: SaleReport) -> None:
        """News of an order; may come twice, and its cancellation before itself."""
        self._count(sale)

    def _count(self, sale: SaleReport) -> None:
        state, key = self._state, _key(sale)
        known = state.sales.get(key) or self._marked_by_person(sale)
        if known is None:
            if sale.cancelled:
                self._keep(sale, SaleStatus.CANCELLED)
            elif sale.quantity > state.stock:
                self._keep(sale, SaleStatus.OVERSOLD)
                self._spawn(self._revoke(sale))
            else:
                state.stock -= sale.quantity
                self._keep(sale, SaleStatus.COUNTED)
                self._spread_stock()
        elif sale.cancelled and known.status is SaleStatus.COUNTED:
            state.stock += sale.quantity
            self._keep(sale, SaleStatus.CANCELLED)
            self._spread_stock()
        elif sale.cancelled and known.status is SaleStatus.TO_REVOKE:
            self._keep(sale, SaleStatus.REVOKED)

    def _marked_by_person(self, sale: SaleReport) -> SaleRecord | None:
        """The person was faster than the marketplace: its report names the same sale."""
        for key, record in self._state.sales.items():
            of_person = record.sale
            if (
                of_person.sale_id.startswith(_BY_PERSON)
                and of_person.marketplace == sale.marketplace
                and of_person.quantity == sale.quantity
                and not sale.sale_id.startswith(_BY_PERSON)
            ):
                del self._state.sales[key]
                matched = record.model_copy(update={"sale": sale})
                self._state.sales[_key(sale)] = matched
                return matched
        return None

    def _keep(self, sale: SaleReport, status: SaleStatus, reason: Said = "") -> None:
        self._state.sales[_key(sale)] = SaleRecord(
            sale=sale, status=status, at=workflow.now(), reason=reason
        )
        self._log(f"sale {status.value}", sale.marketplace)
        self._note_change()

    def _spread_stock(self) -> None:
        """Every marketplace shows what is left, the one that sold it included: its own count may
        have been overwritten by what another sale led us to say there a moment before."""
        state = self._state
        state.revision += 1
        sold_on = {
            record.sale.marketplace
            for record in state.sales.values()
            if record.status is SaleStatus.COUNTED
        }
        for name in self._open():
            if state.stock == 0:
                self._order(name, take_down=True, sold=name in sold_on)
            else:
                self._order(name, changes={"quantity": state.stock})

    async def _revoke(self, sale: SaleReport) -> None:
        """There is nothing left for this buyer."""
        request = ListingRequest(
            job_id=self._request.job_id,
            user_id=self._request.user_id,
            marketplace=sale.marketplace,
            listing=self._state.listing,
        )
        try:
            await workflow.execute_activity_method(
                PublishingActivities.cancel_sale,
                CancelSale(listing=request, sale=sale),
                task_queue=posting_queue(sale.marketplace),
                summary=f"cancel the second sale on {sale.marketplace}",
                priority=policies.URGENT,
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            self._keep(sale, SaleStatus.TO_REVOKE, sentence_of(error))
        else:
            self._keep(sale, SaleStatus.REVOKED)

    # What a person may ask for.

    @workflow.update
    async def cancel(self, command: ListingCommand) -> JobView:
        """Withdraw what is live and post nothing more."""
        self._call_off()
        await self._until(self._is_carried_out)
        return self.job()

    def _call_off(self) -> None:
        self._state.revision += 1
        self._log("cancelled")
        for name in self._open():
            self._order(name, take_down=True)

    @cancel.validator
    def _may_cancel(self, command: ListingCommand) -> None:
        self._check_owner(command.user_id)

    @workflow.update
    async def edit(self, command: EditJob) -> JobView:
        """Change price, text or number everywhere; back when it is done, or after some seconds."""
        state = self._state
        state.listing = state.listing.changed(command.changes)
        if "quantity" in command.changes:
            state.stock = state.listing.quantity
        state.revision += 1
        if "title" in command.changes and workflow.patched("title-in-memo"):
            workflow.upsert_memo(job_memo(state.listing))
        self._log(f"edited: {', '.join(command.changes)}")
        for name in self._open():
            self._order(name, changes=command.changes)
        self._note_change()
        await self._until(self._is_carried_out)
        return self.job()

    @edit.validator
    def _may_edit(self, command: EditJob) -> None:
        self._check_owner(command.user_id)
        if not self._open():
            raise refused("already_final", sentence("refused_ended_as", status=self._ended_as()))
        check_changes(self._state.listing, command.changes, fixed={"target_marketplaces"})

    def _ended_as(self) -> Sentence:
        is_sold = any(e.status is ListingStatus.SOLD for e in self._state.listings.values())
        return sentence("status_sold" if is_sold else "not_listed_any_more")

    @workflow.update
    async def mark_sold(self, command: MarkSold) -> MarketplaceJob:
        """Sold there; the same stock is offered everywhere else."""
        self._count(_marked(command))
        await self._until(self._is_carried_out)
        return self._state.listings[command.marketplace]

    @mark_sold.validator
    def _may_mark_sold(self, command: MarkSold) -> None:
        self._check_owner(command.user_id)
        if _key(_marked(command)) in self._state.sales:
            return
        entry = self._entry_on(command.marketplace)
        if entry.status.is_final:
            status = status_said(entry.status)
            raise refused("already_final", sentence("refused_already_final", status=status))
        if not entry.confirmation_link:
            raise refused("not_live", sentence("refused_not_live"))
        if command.quantity > self._state.stock:
            raise refused(
                "not_enough_left", sentence("refused_not_enough_left", left=self._state.stock)
            )

    @workflow.update
    async def relist(self, command: RelistListing) -> MarketplaceJob:
        """Put what was withdrawn, has expired or failed up again."""
        marketplace = command.marketplace
        self._list_on(marketplace)
        self._note_change()
        await self._until(lambda: self._state.listings[marketplace].status.is_settled)
        return self._state.listings[marketplace]

    @relist.validator
    def _may_relist(self, command: RelistListing) -> None:
        self._check_owner(command.user_id)
        status = self._entry_on(command.marketplace).status
        if status is ListingStatus.SOLD or self._state.stock == 0:
            raise refused("sold_out", sentence("refused_sold_out"))
        if not status.is_final:
            raise refused("not_ended", sentence("refused_not_ended", status=status_said(status)))

    def _entry_on(self, marketplace: str) -> MarketplaceJob:
        entry = self._state.listings.get(marketplace)
        if entry is None:
            raise refused(
                "no_such_listing",
                sentence("api_no_such_listing", marketplace=marketplace_title(marketplace)),
            )
        return entry

    def _check_owner(self, user_id: str) -> None:
        if user_id != self._request.user_id:
            raise refused("not_owner", sentence("refused_not_owner"))

    def _is_carried_out(self) -> bool:
        return all(
            self._state.listings[name].revision >= self._state.revision for name in self._open()
        )

    async def _until(self, condition: Callable[[], bool]) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(condition, timeout=ANSWER_WITHIN)

    # What others see.

    def _log(self, event: str, marketplace: str = "") -> None:
        entry = TimelineEntry(at=workflow.now(), marketplace=marketplace, event=event)
        self._state.timeline = [*self._state.timeline, entry][-MAX_TIMELINE:]

    def _note_change(self) -> None:
        before = self._state.status
        status = self._refresh()
        if not self._is_counted and self._is_at_rest():
            self._is_counted = True
            metrics.job_settled(self._outcome())
        if status is not before:
            workflow.upsert_search_attributes([JOB_STATUS.value_set(status.value)])

    def _refresh(self) -> JobStatus:
        state = self._state
        state.status = job_status(list(state.listings.values()))
        workflow.set_current_details(job_page(self.job(), state.listing))
        self._unreported = True
        return state.status

    async def _report(self) -> None:
        """Tell the conversation, one message for all that changed since the last; and the bulk
        upload that the job is of, once, that it has come to rest."""
        while True:
            await workflow.wait_condition(lambda: self._unreported or self._is_over)
            if not self._unreported:
                return
            session_id = self._request.session_id
            if self._request.edition >= 3:
                await self._tell_others(session_id, self._request.bulk_id)
                continue
            if self._request.edition >= 2:
                # At once: one workflow task for both, not one for each.
                await asyncio.gather(self._tell_conversation(session_id), self._tell_account())
            else:
                await self._tell_conversation(session_id)
                if self._request.edition >= 1:
                    await self._tell_account()
            if self._request.bulk_id and not self._state.is_bulk_told and self._is_at_rest():
                await self._tell_bulk(self._request.bulk_id)

    async def _tell_others(self, session_id: str, bulk_id: str) -> None:
        state, job, self._unreported = self._state, self.job(), False
        tellings = []
        if session_id:
            tellings.append(telling(conversation_id(session_id), "job_changed", job))
        if news := self._news():
            tellings.append(notice_to(self._request.user_id, news))
        if bulk_id and not state.is_bulk_told and self._is_at_rest():
            state.is_bulk_told = True
            tellings.append(telling(bulk_workflow_id(bulk_id), "job_settled", job))
        if not tellings:
            return
        self._is_telling = True
        await tell(*tellings)
        self._is_telling = False

    async def _tell_conversation(self, session_id: str) -> None:
        job, self._unreported = self.job(), False
        if not session_id:
            return
        handle = workflow.get_external_workflow_handle(conversation_id(session_id))
        try:
            await handle.signal("job_changed", job)
        except FailureError:
            # The conversation was erased; the job goes on.
            workflow.logger.info("conversation is gone")

    async def _tell_account(self) -> None:
        if news := self._news():
            await notify(self._request.user_id, news)

    def _news(self) -> News | None:
        """Each piece once. How a bulk upload's row began is in the upload's own news."""
        state, request, job = self._state, self._request, self.job()
        english = headline(job, "en")
        if english is None or state.news == english.title + english.body:
            return None
        state.news = english.title + english.body
        if request.bulk_id and not state.is_bulk_told:
            return None
        state.notices += 1
        return news_of(
            lambda language: headline(job, language),
            f"{request.job_id}-{state.notices}",
            workflow.now(),
            session_id=request.session_id,
            job_id=request.job_id,
        )

    def _is_at_rest(self) -> bool:
        return all(entry.status.is_settled for entry in self._state.listings.values())

    def _outcome(self) -> str:
        """`failed` when it is neither up anywhere nor handed over to be posted by hand."""
        entries = self._state.listings.values()
        if any(entry.status is ListingStatus.LIVE for entry in entries):
            return "live"
        if any(entry.needs and entry.needs.code is FailureCode.HANDOFF for entry in entries):
            return "handed_over"
        has_trouble = any(
            entry.status in (ListingStatus.NEEDS_ACTION, ListingStatus.FAILED) for entry in entries
        )
        return "failed" if has_trouble else "called_off"

    async def _tell_bulk(self, bulk_id: str) -> None:
        self._state.is_bulk_told = True
        bulk = workflow.get_external_workflow_handle(bulk_workflow_id(bulk_id))
        try:
            await bulk.signal("job_settled", self.job())
        except FailureError:
            # It was cancelled and has ended; the job goes on.
            workflow.logger.info("bulk upload is gone")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @workflow.query
    def job(self) -> JobView:
        """The job with where each listing stands."""
        return JobView(**self._fields())

    @workflow.query
    def details(self) -> JobDetails:
        """The job with what is offered and what happened to it."""
        return JobDetails(
            **self._fields(), listing=self._state.listing, timeline=self._state.timeline
        )

    def _fields(self) -> dict[str, Any]:
        state = self._state
        return {
            "job_id": self._request.job_id,
            "user_id": self._request.user_id,
            "session_id": self._request.session_id,
            "title": state.listing.title,
            "photo": next(iter(state.listing.media_refs), ""),
            "status": state.status,
            "marketplace_jobs": list(state.listings.values()),
            "stock": state.stock,
            "sales": list(state.sales.values())[-SALES_SHOWN:],
            "revision": state.revision,
            "created_at": state.created_at,
        }


def _new_state(request: CrosspostRequest, now: datetime) -> JobState:
    return JobState(
        listing=request.listing,
        stock=request.listing.quantity,
        listings={
            name: MarketplaceJob(marketplace=name, changed_at=now)
            for name in request.listing.target_marketplaces
        },
        created_at=now,
    )


def _key(sale: SaleReport) -> str:
    return f"{sale.marketplace}/{sale.sale_id}"


def _marked(command: MarkSold) -> SaleReport:
    return SaleReport(
        marketplace=command.marketplace,
        sale_id=f"{_BY_PERSON}{command.command_id}",
        quantity=command.quantity,
    )
