"""One workflow for each crosspost job: a child for each marketplace, one refusal stops no other."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError, FailureError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from talknshop.errors import FailureCode
    from talknshop.jobs import (
        CrosspostRequest,
        JobError,
        JobStatus,
        JobView,
        ListingRequest,
        ListingStatus,
        MarketplaceJob,
        job_status,
    )
    from talknshop.posting import ListingCommand
    from workflows.ids import conversation_id, listing_workflow_id
    from workflows.listing import ListingWorkflow
    from workflows.pages import job_page
    from workflows.visibility import JOB_STATUS, KIND, MARKETPLACE, SESSION_ID, USER_ID


@workflow.defn
class CrosspostWorkflow:
    """Stays open while any of its listings is: a live listing can still be sold or withdrawn."""

    @workflow.init
    def __init__(self, request: CrosspostRequest) -> None:
        self._request = request
        self._created_at = workflow.now()
        self._status = JobStatus.CREATED
        self._listings = {
            name: MarketplaceJob(marketplace=name, changed_at=self._created_at)
            for name in request.listing.target_marketplaces
        }
        self._unreported = False
        self._is_over = False
        self._asked: set[asyncio.Task[None]] = set()

    @workflow.run
    async def run(self, request: CrosspostRequest) -> JobView:
        workflow.upsert_search_attributes(
            [
                USER_ID.value_set(request.user_id),
                SESSION_ID.value_set(request.session_id),
                KIND.value_set("job"),
                MARKETPLACE.value_set(sorted(self._listings)),
            ]
        )
        self._note_change()
        reporting = asyncio.create_task(self._report())
        await asyncio.gather(*(self._list_on(name) for name in self._listings))
        await workflow.wait_condition(workflow.all_handlers_finished)
        self._is_over = True
        await reporting
        return self.job()

    async def _list_on(self, marketplace: str) -> None:
        request = ListingRequest(
            job_id=self._request.job_id,
            user_id=self._request.user_id,
            marketplace=marketplace,
            listing=self._request.listing,
        )
        try:
            listing = await workflow.execute_child_workflow(
                ListingWorkflow.run,
                request,
                id=listing_workflow_id(request.job_id, marketplace),
                parent_close_policy=ParentClosePolicy.ABANDON,
                static_summary=f"{request.listing.title} on {marketplace}",
            )
        except ChildWorkflowError as error:
            message = "The posting was stopped by an operator."
            workflow.logger.error("listing workflow ended: %s", error)
            listing = self._listings[marketplace].model_copy(
                update={
                    "status": ListingStatus.FAILED,
                    "error": JobError(code=FailureCode.INTERNAL, message=message),
                }
            )
        self._record(listing)

    @workflow.signal
    def listing_changed(self, listing: MarketplaceJob) -> None:
        """News from a child."""
        self._record(listing)

    def _record(self, listing: MarketplaceJob) -> None:
        before = self._listings[listing.marketplace]
        if listing == before:
            return
        self._listings[listing.marketplace] = listing
        if listing.status is ListingStatus.SOLD and before.status is not ListingStatus.SOLD:
            self._withdraw_others(listing.marketplace)
        self._note_change()

    def _note_change(self) -> None:
        status = job_status(list(self._listings.values()))
        if status is not self._status:
            self._status = status
            workflow.upsert_search_attributes([JOB_STATUS.value_set(status.value)])
        workflow.set_current_details(job_page(self.job(), self._request.listing))
        self._unreported = True

    async def _report(self) -> None:
        """Tell the conversation, one message for all that changed since the last."""
        while True:
            await workflow.wait_condition(lambda: self._unreported or self._is_over)
            if not self._unreported:
                return
            self._unreported = False
            if self._request.session_id:
                handle = workflow.get_external_workflow_handle(
                    conversation_id(self._request.session_id)
                )
                try:
                    await handle.signal("job_changed", self.job())
                except FailureError:
                    # The conversation was erased; the job goes on.
                    workflow.logger.info("conversation is gone")

    def _withdraw_others(self, sold_on: str) -> None:
        if self._request.listing.quantity > 1:
            return
        for name, listing in self._listings.items():
            if name != sold_on and not listing.status.is_final:
                self._ask_to_withdraw(name)

    def _ask_to_withdraw(self, marketplace: str) -> None:
        handle = workflow.get_external_workflow_handle_for(
            ListingWorkflow.run, listing_workflow_id(self._request.job_id, marketplace)
        )
        command = ListingCommand(user_id=self._request.user_id)
        task = asyncio.create_task(handle.signal(ListingWorkflow.take_down, command))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    @workflow.update
    async def cancel(self, command: ListingCommand) -> JobView:
        """Withdraw what is live and post nothing more."""
        for name, listing in self._listings.items():
            if not listing.status.is_final:
                self._ask_to_withdraw(name)
        return self.job()

    @cancel.validator
    def _may_cancel(self, command: ListingCommand) -> None:
        if command.user_id != self._request.user_id:
            raise ApplicationError("This is not your job.", type="not_owner")

    @workflow.query
    def job(self) -> JobView:
        """The job with where each listing stands."""
        return JobView(
            job_id=self._request.job_id,
            user_id=self._request.user_id,
            session_id=self._request.session_id,
            title=self._request.listing.title,
            status=self._status,
            marketplace_jobs=list(self._listings.values()),
            created_at=self._created_at,
        )
