"""One listing on one marketplace, from the first attempt to sold, withdrawn or expired."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import SearchAttributeUpdate
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.publishing import PublishingActivities
    from talknshop.accounts import AccessLost
    from talknshop.errors import FailureCode
    from talknshop.fields import field_said, first_problem, path_of, rule_said, status_said
    from talknshop.headlines import marketplace_title
    from talknshop.jobs import (
        Handoff,
        JobError,
        ListingActionName,
        ListingOrder,
        ListingStatus,
        MarketplaceJob,
        Needs,
    )
    from talknshop.listing import ListingSpec
    from talknshop.messages import Said, Sentence, sentence, together
    from talknshop.posting import (
        ListingCommand,
        ListingState,
        Published,
        PublishOutcome,
        RecognizeUrl,
        RenewRequest,
        RetryListing,
        UpdateRequest,
        WithdrawRequest,
    )
    from workflows import metrics, policies
    from workflows.failures import code_of, refused, sentence_of
    from workflows.ids import account_workflow_id, job_workflow_id, posting_queue
    from workflows.pages import listing_page
    from workflows.telling import tell, telling
    from workflows.visibility import NEEDS, NEEDS_SINCE, STAGE


# Whoever asked for something gets to know what came of it, or that it is still going on.
ANSWER_WITHIN = timedelta(seconds=10)

# Early enough for a person to do by hand what could not be done without one.
RENEW_BEFORE = timedelta(days=2)

# What waits for a person is brought up again after each of these, and then no more.
REMIND_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


@workflow.defn
class ListingWorkflow:
    """Brings what the marketplace shows to what is wanted, and waits for people without end."""

    @workflow.init
    def __init__(self, state: ListingState) -> None:
        self._state = state
        self._already_down = False
        self._retry: RetryListing | None = None

    @workflow.run
    async def run(self, state: ListingState) -> MarketplaceJob:
        living = asyncio.create_task(self._live())
        try:
            return await asyncio.shield(living)
        except asyncio.CancelledError:
            # By Temporal's own Web UI or CLI: as when the person withdraws it.
            self._state.order = self._state.order.model_copy(update={"take_down": True})
            return await living

    async def _live(self) -> MarketplaceJob:
        while not self._entry.status.is_final:
            await self._step()
            if workflow.info().is_continue_as_new_suggested() and self._is_at_rest():
                # A handler still running would be cut off when this run ends.
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._is_at_rest():
                    workflow.continue_as_new(self._state)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._entry

    @property
    def _entry(self) -> MarketplaceJob:
        return self._state.entry

    @property
    def _marketplace(self) -> str:
        return self._state.request.marketplace

    def _said(self, key: str) -> Sentence:
        return sentence(key, marketplace=marketplace_title(self._marketplace))

    @property
    def _wanted(self) -> ListingSpec:
        return self._state.request.listing

    async def _step(self) -> None:
        if self._state.order.take_down:
            await self._withdraw()
        elif self._retry is not None:
            await self._try_again(self._retry)
            self._retry = None
        elif not self._entry.status.is_settled:
            await self._post()
        elif self._differs():
            await self._update()
        elif self._entry.revision != self._state.order.revision:
            await self._acknowledge()
        else:
            await self._rest()

    def _differs(self) -> bool:
        return self._entry.status is ListingStatus.LIVE and self._state.shown != self._wanted

    def _is_at_rest(self) -> bool:
        return (
            self._entry.status.is_settled
            and not self._state.order.take_down
            and self._retry is None
            and not self._differs()
            and self._entry.revision == self._state.order.revision
        )

    async def _rest(self) -> None:
        """Until there is something to do, or it is time to renew, to expire or to remind."""
        until = self._next_date()
        if until is None:
            await workflow.wait_condition(lambda: not self._is_at_rest())
            return
        try:
            await workflow.wait_condition(
                lambda: not self._is_at_rest(),
                timeout=max(until - workflow.now(), timedelta(0)),
                timeout_summary="renew, expire or remind",
            )
        except TimeoutError:
            await self._when_due()

    def _next_date(self) -> datetime | None:
        entry = self._entry
        if entry.needs is not None:
            due = REMIND_AFTER[entry.needs.reminders :]
            return entry.changed_at + due[0] if due and entry.changed_at else None
        if entry.expires_at is None:
            return None
        return entry.expires_at - (timedelta(0) if self._state.renewed_in_vain else RENEW_BEFORE)

    async def _when_due(self) -> None:
        needs = self._entry.needs
        if needs is not None:
            reminded = needs.model_copy(update={"reminders": needs.reminders + 1})
            await self._set(ListingStatus.NEEDS_ACTION, needs=reminded, error=self._entry.error)
        elif self._state.renewed_in_vain:
            await self._set(ListingStatus.EXPIRED, expires_at=self._entry.expires_at)
        else:
            await self._renew()

    # Towards the marketplace.

    async def _post(self) -> None:
        sent = self._wanted
        self._state.tried = self._state.tried or sent
        if self._entry.status is not ListingStatus.POSTING:
            await self._set(ListingStatus.POSTING)
        try:
            outcome = await self._publish()
        except ActivityError as error:
            # Called off between two attempts: whatever is there is taken down in the next step.
            if is_cancelled_exception(error):
                return
            if code_of(error) is FailureCode.REJECTED:
                self._state.tried = None
                # Edited meanwhile: what was refused is not what is wanted now.
                if self._wanted != sent:
                    return
            await self._wait_for_person(code_of(error), sentence_of(error))
            return
        if outcome.published is not None:
            # An earlier attempt without an answer may be what was found: then it is changed next.
            await self._go_live(outcome.published, self._state.tried)
        else:
            await self._wait_for_person(
                FailureCode.HANDOFF,
                self._said("ask_post_by_hand"),
                outcome.handoff,
            )

    async def _publish(self) -> PublishOutcome:
        """Called off when the listing is to come down; an attempt under way is let finish."""
        publishing = workflow.start_activity_method(
            PublishingActivities.publish_listing,
            self._state.request,
            task_queue=posting_queue(self._marketplace),
            summary=f"publish on {self._marketplace}",
            **policies.MARKETPLACE_WRITE,
        )
        await workflow.wait_condition(lambda: publishing.done() or self._state.order.take_down)
        if not publishing.done():
            publishing.cancel()
        return await publishing

    async def _go_live(self, published: Published, shown: ListingSpec) -> None:
        self._state.in_doubt = False
        self._state.renewed_in_vain = False
        self._state.shown, self._state.tried = shown, None
        await self._set(
            ListingStatus.LIVE,
            listing_id=published.listing_id,
            confirmation_link=published.url,
            warnings=published.warnings,
            expires_at=workflow.now() + published.lifetime if published.lifetime else None,
        )

    async def _update(self) -> None:
        sent, before = self._wanted, self._state.shown
        assert before is not None
        try:
            outcome = await workflow.execute_activity_method(
                PublishingActivities.update_listing,
                UpdateRequest(
                    listing=self._state.request,
                    listing_id=self._entry.listing_id,
                    changed=_differences(before, sent),
                ),
                task_queue=posting_queue(self._marketplace),
                summary=f"change it on {self._marketplace}",
                priority=policies.URGENT,
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            await self._not_updated(error)
            return
        if outcome.handoff is not None:
            await self._set(
                ListingStatus.NEEDS_ACTION,
                needs=Needs(
                    code=FailureCode.HANDOFF,
                    message=self._said("ask_change_by_hand"),
                    actions=["done", "confirm_url", "cancel"],
                    handoff=outcome.handoff,
                ),
            )
            return
        self._state.shown = sent
        await self._set(
            ListingStatus.LIVE,
            warnings=self._entry.warnings,
            expires_at=self._entry.expires_at,
        )

    async def _not_updated(self, error: ActivityError) -> None:
        if code_of(error) is FailureCode.NOT_FOUND:
            gone = JobError(code=FailureCode.NOT_FOUND, message=self._said("told_gone"))
            await self._set(ListingStatus.EXPIRED, error=gone)
            return
        await self._wait_for_person(
            code_of(error), together(self._said("told_unchanged"), sentence_of(error))
        )

    async def _renew(self) -> None:
        try:
            published = await workflow.execute_activity_method(
                PublishingActivities.renew_listing,
                RenewRequest(listing=self._state.request, listing_id=self._entry.listing_id),
                task_queue=posting_queue(self._marketplace),
                summary=f"renew it on {self._marketplace}",
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            self._state.renewed_in_vain = True
            await self._set(
                ListingStatus.LIVE,
                warnings=[together(self._said("told_not_renewed"), sentence_of(error))],
                expires_at=self._entry.expires_at,
            )
        else:
            assert self._state.shown is not None
            await self._go_live(published, self._state.shown)

    async def _withdraw(self) -> None:
        """Down on the marketplace, or, where only a person can do that, asked of the person."""
        order = self._state.order
        final = ListingStatus.SOLD if order.sold else ListingStatus.WITHDRAWN
        if self._already_down or self._is_certainly_not_there():
            await self._set(final)
            return
        if self._state.in_doubt:
            await self._ask_to_take_down(sentence("told_in_doubt"))
            return
        try:
            await workflow.execute_activity_method(
                PublishingActivities.withdraw_listing,
                WithdrawRequest(listing=self._state.request, listing_id=self._entry.listing_id),
                task_queue=posting_queue(self._marketplace),
                summary=f"withdraw from {self._marketplace}",
                priority=policies.URGENT,
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            if order.sold and code_of(error) is FailureCode.UNSUPPORTED:
                # Sold there by hand, as it was posted there by hand.
                await self._set(final)
                return
            await self._ask_to_take_down(sentence_of(error), code_of(error))
        else:
            await self._set(final)

    def _is_certainly_not_there(self) -> bool:
        needs = self._entry.needs
        return (
            self._state.shown is None
            and needs is not None
            and needs.code in (FailureCode.HANDOFF, FailureCode.REJECTED, FailureCode.UNSUPPORTED)
        )

    async def _ask_to_take_down(
        self, reason: Said, code: FailureCode = FailureCode.IN_DOUBT
    ) -> None:
        self._state.order = self._state.order.model_copy(update={"take_down": False})
        await self._set(
            ListingStatus.NEEDS_ACTION,
            needs=Needs(
                code=code,
                message=together(reason, self._said("ask_take_down")),
                actions=["cancel"],
            ),
        )

    # Towards the person and the job.

    async def _wait_for_person(
        self, code: FailureCode, message: Said, handoff: Handoff | None = None
    ) -> None:
        if code is FailureCode.UNAUTHORIZED:
            await self._tell_account(message)
        actions: list[ListingActionName] = ["retry", "edit", "cancel"]
        if handoff is not None:
            actions = ["confirm_url", "cancel"]
        elif code is FailureCode.IN_DOUBT or self._state.in_doubt:
            code, actions = FailureCode.IN_DOUBT, ["confirm_url", "retry", "cancel"]
        await self._set(
            ListingStatus.NEEDS_ACTION,
            needs=Needs(code=code, message=message, actions=actions, handoff=handoff),
            error=None if handoff else JobError(code=code, message=message),
        )

    async def _tell_account(self, problem: Said) -> None:
        """The account that the person linked shows that it is not accepted any more."""
        request = self._state.request
        account = workflow.get_external_workflow_handle(account_workflow_id(request.user_id))
        try:
            await account.signal(
                "access_lost", AccessLost(marketplace=request.marketplace, problem=problem)
            )
        except FailureError:
            workflow.logger.info("the person linked no account")

    async def _try_again(self, retry: RetryListing) -> None:
        """With the address of what the person posted, their word, or another attempt."""
        if retry.url:
            await self._take_address(retry.url)
            return
        if retry.done:
            self._state.shown = self._wanted
            await self._set(ListingStatus.LIVE)
            return
        if retry.again:
            self._state.in_doubt = False
        self._want(retry.changes)
        if self._state.shown is None:
            await self._post()
        else:
            await self._update()

    async def _take_address(self, url: str) -> None:
        try:
            published = await workflow.execute_activity_method(
                PublishingActivities.recognize_url,
                RecognizeUrl(marketplace=self._marketplace, url=url),
                task_queue=posting_queue(self._marketplace),
                summary="recognize the listing's address",
                **policies.COMPUTE,
            )
        except ActivityError as error:
            await self._set(
                ListingStatus.NEEDS_ACTION,
                needs=self._entry.needs,
                error=JobError(code=code_of(error), message=sentence_of(error)),
            )
        else:
            await self._go_live(published, self._wanted)

    def _want(self, changes: dict[str, object]) -> None:
        if changes:
            listing = self._wanted.changed(changes)
            self._state.request = self._state.request.model_copy(update={"listing": listing})

    async def _set(self, status: ListingStatus, **fields: object) -> None:
        """Where the listing stands now, for the job, the Web UI and whoever asks."""
        before, state = self._entry, self._state
        has_caught_up = status is not ListingStatus.POSTING and (
            status is not ListingStatus.LIVE or state.shown == self._wanted
        )
        state.entry = MarketplaceJob.model_validate(
            {
                "marketplace": self._marketplace,
                "status": status,
                "listing_id": before.listing_id,
                "confirmation_link": before.confirmation_link,
                "revision": state.order.revision if has_caught_up else before.revision,
                "changed_at": workflow.now(),
                **fields,
            }
        )
        needs = state.entry.needs
        if status is not before.status or needs != before.needs:
            code = NEEDS.value_set(needs.code) if needs else NEEDS.value_unset()
            workflow.upsert_search_attributes(
                [STAGE.value_set(status.value), code, self._needs_since(before.needs, needs)]
            )
        workflow.set_current_details(listing_page(state.entry, state.request))
        self._count(before)
        await self._tell_job()

    def _needs_since(
        self, before: Needs | None, needs: Needs | None
    ) -> SearchAttributeUpdate[datetime]:
        """A reminder does not begin the wait anew."""
        if needs is None:
            self._state.needs_since = None
            return NEEDS_SINCE.value_unset()
        if before is None or self._state.needs_since is None:
            self._state.needs_since = workflow.now()
        return NEEDS_SINCE.value_set(self._state.needs_since)

    def _count(self, before: MarketplaceJob) -> None:
        """How long posting took, when it came to rest."""
        entry = self._entry
        if before.status is not ListingStatus.POSTING or not entry.status.is_settled:
            return
        is_handed_over = entry.needs is not None and entry.needs.code is FailureCode.HANDOFF
        outcome = {
            ListingStatus.LIVE: "live",
            ListingStatus.NEEDS_ACTION: "handed_over" if is_handed_over else "problem",
            ListingStatus.FAILED: "failed",
        }.get(entry.status, "called_off")
        metrics.listing_posted(self._marketplace, outcome, before.changed_at)

    async def _acknowledge(self) -> None:
        revision = self._state.order.revision
        self._state.entry = self._entry.model_copy(update={"revision": revision})
        await self._tell_job()

    async def _tell_job(self) -> None:
        if workflow.info().parent is None:
            return
        job_id = job_workflow_id(self._state.request.job_id)
        if self._state.edition >= 3:
            await tell(telling(job_id, "listing_changed", self._entry))
            return
        job = workflow.get_external_workflow_handle(job_id)
        try:
            await job.signal("listing_changed", self._entry)
        except FailureError:
            # The job was terminated by an operator; the listing still has its own life.
            workflow.logger.warning("the job is gone")

    @workflow.signal
    def revised(self, order: ListingOrder) -> None:
        """The job wants it otherwise: edited, sold, cancelled."""
        if self._entry.status.is_final:
            return
        self._state.order = self._state.order.then(order)
        self._want(order.changes)
        needs = self._entry.needs
        may_go_now = needs is not None and needs.code in (
            FailureCode.REJECTED,
            FailureCode.HANDOFF,
        )
        if may_go_now and order.changes.keys() - {"quantity"} and self._retry is None:
            self._retry = RetryListing(user_id=self._state.request.user_id)

    @workflow.update
    async def retry(self, command: RetryListing) -> MarketplaceJob:
        """Try again, with changes or with the address of what the person posted themselves.

        Changes alone also suit a live listing.
        """
        if self._entry.status is ListingStatus.LIVE:
            self._want(command.changes)
        else:
            self._retry = command
        return await self._settled(lambda: self._retry is None and not self._differs())

    @retry.validator
    def _may_retry(self, command: RetryListing) -> None:
        self._check_owner(command.user_id)
        if command.changes:
            check_changes(self._wanted, command.changes, fixed={"quantity", "target_marketplaces"})
        action, needs = _action_of(command), self._entry.needs
        if self._entry.status is ListingStatus.LIVE and action == "edit":
            return
        if needs is None or self._retry is not None:
            raise refused(
                "nothing_to_retry",
                sentence("refused_nothing_to_retry", status=status_said(self._entry.status)),
            )
        if self._state.in_doubt and not (command.url or command.again):
            raise refused("in_doubt", sentence("refused_in_doubt"))
        if action not in needs.actions:
            if needs.code is FailureCode.HANDOFF:
                raise refused("no_url", sentence("refused_no_url"))
            actions = ", ".join(needs.actions)
            raise refused("not_possible", sentence("refused_not_possible", actions=actions))

    @workflow.update
    async def withdraw(self, command: ListingCommand) -> MarketplaceJob:
        """Take the listing down, or give up on it."""
        self._state.order = self._state.order.model_copy(update={"take_down": True})
        self._already_down = command.done_by_person
        return await self._settled(lambda: not self._state.order.take_down)

    @withdraw.validator
    def _may_withdraw(self, command: ListingCommand) -> None:
        self._check_owner(command.user_id)
        if self._entry.status.is_final:
            status = status_said(self._entry.status)
            raise refused("already_final", sentence("refused_already_final", status=status))

    def _check_owner(self, user_id: str) -> None:
        if user_id != self._state.request.user_id:
            raise refused("not_owner", sentence("refused_not_owner"))

    async def _settled(self, taken: Callable[[], bool]) -> MarketplaceJob:
        """Where it stands once that is done, or after a person's patience."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: (taken() and self._entry.status.is_settled) or self._entry.status.is_final,
                timeout=ANSWER_WITHIN,
            )
        return self._entry

    @workflow.update
    def begin_posting(self, attempt: int) -> bool:
        """Asked by an activity before it posts where nothing can be looked up; granted once."""
        if self._state.in_doubt:
            return False
        self._state.in_doubt = True
        return True

    @workflow.update
    def give_back_posting(self, attempt: int) -> bool:
        """The granted attempt failed and certainly left nothing behind."""
        self._state.in_doubt = False
        return True

    @workflow.query
    def state(self) -> MarketplaceJob:
        """Where the listing stands."""
        return self._entry


def _differences(before: ListingSpec, after: ListingSpec) -> list[str]:
    return [n for n in ListingSpec.model_fields if getattr(before, n) != getattr(after, n)]


def _action_of(command: RetryListing) -> ListingActionName:
    if command.url:
        return "confirm_url"
    if command.done:
        return "done"
    return "edit" if command.changes else "retry"


def check_changes(listing: ListingSpec, changes: dict[str, object], fixed: set[str]) -> None:
    """Raises ApplicationError of the type `invalid_listing` that names the first wrong field."""
    if unknown := [name for name in changes if name not in ListingSpec.model_fields]:
        raise _invalid(
            unknown[0], sentence("wrong_unknown"), sentence("refused_no_field", field=unknown[0])
        )
    if forbidden := [name for name in changes if name in fixed]:
        said = sentence("refused_fixed_field", field=field_said(forbidden[0]))
        raise _invalid(forbidden[0], said, said)
    try:
        missing = listing.changed(changes).missing()
    except ValidationError as error:
        problem = error.errors()[0]
        raise _invalid(path_of(problem), rule_said(problem), first_problem(error)) from error
    if missing:
        fields: list[Said] = [field_said(name) for name in missing]
        raise _invalid(missing[0], sentence("required"), sentence("please_give", fields=fields))


def _invalid(field: str, rule: Said, said: Said) -> ApplicationError:
    return refused("invalid_listing", said, {"field": field, "rule": rule})
