"""One listing on one marketplace, from the first attempt to sold, withdrawn or failed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.publishing import PublishingActivities
    from talknshop.errors import FailureCode
    from talknshop.jobs import (
        Handoff,
        JobError,
        ListingActionName,
        ListingRequest,
        ListingStatus,
        MarketplaceJob,
        Needs,
    )
    from talknshop.listing import ListingSpec
    from talknshop.posting import (
        ListingCommand,
        Published,
        RecognizeUrl,
        RetryListing,
        WithdrawRequest,
    )
    from workflows import policies
    from workflows.failures import code_of, sentence_of
    from workflows.ids import job_workflow_id, posting_queue
    from workflows.pages import listing_page
    from workflows.visibility import KIND, MARKETPLACE, STAGE, USER_ID


# Whoever asked for something gets to know what came of it, or that it is still going on.
ANSWER_WITHIN = timedelta(seconds=10)


@workflow.defn
class ListingWorkflow:
    """Waits for a person as long as it takes; stays open while the listing is live."""

    @workflow.init
    def __init__(self, request: ListingRequest) -> None:
        self._request = request
        self._state = MarketplaceJob(marketplace=request.marketplace, changed_at=workflow.now())
        self._take_down = False
        self._already_down = False
        self._retry: RetryListing | None = None
        self._sold = False
        # An attempt was let through to a marketplace that can't be asked what became of it.
        self._in_doubt = False

    @workflow.run
    async def run(self, request: ListingRequest) -> MarketplaceJob:
        workflow.upsert_search_attributes(
            [
                USER_ID.value_set(request.user_id),
                KIND.value_set("listing"),
                MARKETPLACE.value_set([request.marketplace]),
            ]
        )
        await self._post()
        while not self._state.status.is_final:
            await workflow.wait_condition(
                lambda: self._take_down or self._sold or self._retry is not None
            )
            if self._sold:
                await self._set(ListingStatus.SOLD)
            elif self._take_down:
                await self._withdraw()
                self._take_down = False
            elif self._retry is not None:
                await self._try_again(self._retry)
                self._retry = None
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._state

    async def _post(self) -> None:
        await self._set(ListingStatus.POSTING)
        try:
            outcome = await workflow.execute_activity_method(
                PublishingActivities.publish_listing,
                self._request,
                task_queue=posting_queue(self._request.marketplace),
                summary=f"publish on {self._request.marketplace}",
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            await self._wait_for_person(code_of(error), sentence_of(error))
            return
        if outcome.published is not None:
            await self._go_live(outcome.published)
        else:
            await self._wait_for_person(
                FailureCode.HANDOFF,
                f"{self._request.marketplace} has no way for programs to post: post it there"
                " yourself with the prepared text, then give us the listing's address.",
                outcome.handoff,
            )

    async def _go_live(self, published: Published) -> None:
        self._in_doubt = False
        await self._set(
            ListingStatus.LIVE,
            listing_id=published.listing_id,
            confirmation_link=published.url,
            warnings=published.warnings,
        )

    async def _wait_for_person(
        self, code: FailureCode, message: str, handoff: Handoff | None = None
    ) -> None:
        actions: list[ListingActionName] = ["retry", "edit", "cancel"]
        if handoff is not None:
            actions = ["confirm_url", "cancel"]
        elif code is FailureCode.IN_DOUBT or self._in_doubt:
            code, actions = FailureCode.IN_DOUBT, ["confirm_url", "retry", "cancel"]
        await self._set(
            ListingStatus.NEEDS_ACTION,
            needs=Needs(code=code, message=message, actions=actions, handoff=handoff),
            error=None if handoff else JobError(code=code, message=message),
        )

    async def _try_again(self, retry: RetryListing) -> None:
        """With the address of what the person posted, or with changes and another attempt."""
        if retry.url:
            await self._take_address(retry.url)
            return
        if retry.again:
            self._in_doubt = False
        if retry.changes:
            listing = _edited(self._request.listing, retry)
            self._request = self._request.model_copy(update={"listing": listing})
        await self._post()

    async def _take_address(self, url: str) -> None:
        try:
            published = await workflow.execute_activity_method(
                PublishingActivities.recognize_url,
                RecognizeUrl(marketplace=self._request.marketplace, url=url),
                task_queue=posting_queue(self._request.marketplace),
                summary="recognize the listing's address",
                **policies.COMPUTE,
            )
        except ActivityError as error:
            await self._set(
                ListingStatus.NEEDS_ACTION,
                needs=self._state.needs,
                error=JobError(code=code_of(error), message=sentence_of(error)),
            )
        else:
            await self._go_live(published)

    async def _withdraw(self) -> None:
        """Down on the marketplace, or, where only a person can do that, asked of the person."""
        if self._already_down or self._certainly_not_there():
            await self._set(ListingStatus.WITHDRAWN)
            return
        if self._in_doubt:
            await self._ask_to_take_down("Nobody but you can see whether it was posted.")
            return
        try:
            await workflow.execute_activity_method(
                PublishingActivities.withdraw_listing,
                WithdrawRequest(listing=self._request, listing_id=self._state.listing_id),
                task_queue=posting_queue(self._request.marketplace),
                summary=f"withdraw from {self._request.marketplace}",
                **policies.MARKETPLACE_WRITE,
            )
        except ActivityError as error:
            await self._ask_to_take_down(sentence_of(error), code_of(error))
        else:
            await self._set(ListingStatus.WITHDRAWN)

    def _certainly_not_there(self) -> bool:
        needs = self._state.needs
        return needs is not None and needs.code in (
            FailureCode.HANDOFF,
            FailureCode.REJECTED,
            FailureCode.UNSUPPORTED,
        )

    async def _ask_to_take_down(
        self, reason: str, code: FailureCode = FailureCode.IN_DOUBT
    ) -> None:
        await self._set(
            ListingStatus.NEEDS_ACTION,
            needs=Needs(
                code=code,
                message=f"{reason} Take it down on {self._request.marketplace}, then tell us.",
                actions=["cancel"],
            ),
        )

    async def _set(self, status: ListingStatus, **fields: object) -> None:
        """Where the listing stands now, for the job, the Web UI and whoever asks."""
        self._state = MarketplaceJob.model_validate(
            {
                "marketplace": self._request.marketplace,
                "status": status,
                "listing_id": self._state.listing_id,
                "confirmation_link": self._state.confirmation_link,
                "changed_at": workflow.now(),
                **fields,
            }
        )
        workflow.upsert_search_attributes([STAGE.value_set(status.value)])
        workflow.set_current_details(listing_page(self._state, self._request))
        parent = workflow.info().parent
        if parent is not None and not status.is_final:
            # The end is told by the result.
            job = workflow.get_external_workflow_handle(job_workflow_id(self._request.job_id))
            try:
                await job.signal("listing_changed", self._state)
            except FailureError:
                # The job was terminated by an operator; the listing still has its own life.
                workflow.logger.warning("the job is gone")

    @workflow.update
    async def retry(self, command: RetryListing) -> MarketplaceJob:
        """Try again, with changes or with the address of what the person posted themselves."""
        self._retry = command
        return await self._settled(lambda: self._retry is None)

    @retry.validator
    def _may_retry(self, command: RetryListing) -> None:
        self._check_owner(command.user_id)
        if self._state.status is not ListingStatus.NEEDS_ACTION or self._retry is not None:
            raise ApplicationError(
                f"The listing is {self._state.status.value}: there is nothing to try again.",
                type="nothing_to_retry",
            )
        needs = self._state.needs
        if needs and needs.code is FailureCode.HANDOFF and not command.url:
            raise ApplicationError("Give the address of the listing you posted.", type="no_url")
        if self._in_doubt and not (command.url or command.again):
            raise ApplicationError(
                "Look at your account first: give the listing's address, or say that it is not"
                " there (`again`).",
                type="in_doubt",
            )
        if command.changes:
            try:
                _edited(self._request.listing, command)
            except ValidationError as error:
                raise ApplicationError(
                    str(error.errors()[0]["msg"]), type="invalid_listing"
                ) from error

    @workflow.update
    async def withdraw(self, command: ListingCommand) -> MarketplaceJob:
        """Take the listing down, or give up on it."""
        self.take_down(command)
        return await self._settled(lambda: not self._take_down)

    @withdraw.validator
    def _may_withdraw(self, command: ListingCommand) -> None:
        self._check_open(command)

    @workflow.signal
    def take_down(self, command: ListingCommand) -> None:
        """The job wants it down: sold elsewhere, or cancelled."""
        if not self._state.status.is_final:
            self._take_down = True
            self._already_down = command.done_by_person

    @workflow.update
    async def mark_sold(self, command: ListingCommand) -> MarketplaceJob:
        """Sold here: the job withdraws it from everywhere else."""
        self._sold = True
        return await self._settled(lambda: self._state.status is ListingStatus.SOLD)

    @mark_sold.validator
    def _may_mark_sold(self, command: ListingCommand) -> None:
        self._check_open(command)
        if self._state.status is not ListingStatus.LIVE:
            raise ApplicationError("Only a live listing can be sold.", type="not_live")

    def _check_owner(self, user_id: str) -> None:
        if user_id != self._request.user_id:
            raise ApplicationError("This is not your listing.", type="not_owner")

    def _check_open(self, command: ListingCommand) -> None:
        self._check_owner(command.user_id)
        if self._state.status.is_final:
            raise ApplicationError(
                f"The listing is {self._state.status.value} already.", type="already_final"
            )

    async def _settled(self, taken: Callable[[], bool]) -> MarketplaceJob:
        """Where it stands once that is done, or after a person's patience."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: taken() and self._state.status.is_settled, timeout=ANSWER_WITHIN
            )
        return self._state

    @workflow.update
    def begin_posting(self, attempt: int) -> bool:
        """Asked by an activity before it posts where nothing can be looked up; granted once."""
        if self._in_doubt:
            return False
        self._in_doubt = True
        return True

    @workflow.update
    def give_back_posting(self, attempt: int) -> bool:
        """The granted attempt failed and certainly left nothing behind."""
        self._in_doubt = False
        return True

    @workflow.query
    def state(self) -> MarketplaceJob:
        """Where the listing stands."""
        return self._state


def _edited(listing: ListingSpec, retry: RetryListing) -> ListingSpec:
    return ListingSpec.model_validate({**listing.model_dump(), **retry.changes})
