"""One workflow for each bulk upload: checked first, then a sliding window of crosspost jobs."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.bulk import BulkActivities
    from talknshop.bulk import (
        BulkCheck,
        BulkCommand,
        BulkRequest,
        BulkRow,
        BulkStatus,
        BulkView,
        FetchedPhotos,
        ReadRows,
        RowOutcome,
        WriteResult,
        WriteRows,
        not_posted,
        row_outcome,
    )
    from talknshop.headlines import bulk_headline
    from talknshop.jobs import EDITION, CrosspostRequest, JobView
    from talknshop.messages import Said, sentence
    from talknshop.notices import news_of
    from workflows import policies
    from workflows.crosspost import CrosspostWorkflow
    from workflows.delivery import notify
    from workflows.failures import refused, sentence_of
    from workflows.ids import conversation_id, job_workflow_id
    from workflows.pages import bulk_page
    from workflows.visibility import JOB_STATUS, KIND, SESSION_ID, USER_ID, job_attributes, job_memo

# Rows whose job has begun and has not come to rest. More would only wait in the posting queues.
WINDOW = 20
# Outcomes travel in the state until there are this many, then they go to the object store.
OUTCOMES_PER_PART = 50
# The conversation is told about progress at most this often.
TOLD_TIMES = 20
# A cancelled upload waits this long for the jobs under way, so that its result names their ends.
LAST_JOBS_WITHIN = timedelta(minutes=1)

# Of no meaning but ours: a row's job id is made from the upload and the line.
_NAMESPACE = uuid.UUID("b1f6c6a8-35c5-5a3c-8d0e-0d9c8a4f5e21")


class BulkState(BaseModel):
    """All that a bulk upload is; it travels whole into the next run."""

    request: BulkRequest
    view: BulkView
    check: BulkCheck = BulkCheck()
    is_checked: bool = False
    chunk: int = 0  # the next row to start, by its chunk and its place in there
    place: int = 0
    in_flight: dict[str, BulkRow] = {}  # by job id
    outcomes: list[RowOutcome] = []
    parts: int = 0
    told: BulkView | None = None  # what the conversation knows


def new_bulk(request: BulkRequest) -> BulkState:
    """The input of a bulk upload's first run."""
    return BulkState(
        request=request,
        view=BulkView(
            bulk_id=request.bulk_id,
            user_id=request.user_id,
            session_id=request.session_id,
            file_name=request.file_name,
            status=BulkStatus.VALIDATING,
        ),
    )


@workflow.defn
class BulkWorkflow:
    """Waits for a person as long as it takes; ends when every started row has come to rest."""

    @workflow.init
    def __init__(self, state: BulkState) -> None:
        self._state = state
        self._confirmed = state.is_checked

    @workflow.run
    async def run(self, state: BulkState) -> BulkView:
        working = asyncio.create_task(self._work(state))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            # By Temporal's own Web UI or CLI: as when the person cancels it.
            self._show(status=BulkStatus.CANCELLED)
            await working
            raise

    async def _work(self, state: BulkState) -> BulkView:
        if state.is_checked or await self._check():
            await self._post_rows()
            await self._finish()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._state.view

    async def _check(self) -> bool:
        """Whether anything is to be posted."""
        state = self._state
        workflow.upsert_search_attributes(
            [
                USER_ID.value_set(state.request.user_id),
                SESSION_ID.value_set(state.request.session_id),
                KIND.value_set("bulk"),
            ]
        )
        self._show(created_at=workflow.now())
        await self._tell()
        try:
            state.check = check = await workflow.execute_activity_method(
                BulkActivities.check_bulk,
                state.request,
                summary="check every row",
                **policies.BULK_STEP,
            )
        except ActivityError as error:
            return await self._fail(sentence_of(error))
        if check.unreadable:
            return await self._fail(check.unreadable)
        self._show(
            total=check.total,
            good=check.good,
            bad=check.bad,
            errors=check.errors,
            ignored_columns=check.ignored_columns,
        )
        await self._write_result()
        if not check.good:
            return await self._fail(sentence("bulk_no_good_row"))
        if self._must_ask(check):
            self._show(status=BulkStatus.AWAITING_CONFIRMATION)
            await self._tell()
            await workflow.wait_condition(lambda: self._confirmed or self._is_cancelled)
        if self._is_cancelled:
            await self._tell()
            return False
        state.is_checked = True
        self._show(status=BulkStatus.POSTING)
        await self._tell()
        return True

    def _must_ask(self, check: BulkCheck) -> bool:
        mode = self._state.request.mode
        at_once = mode == "good" or (mode == "all" and not check.bad)
        return not at_once and not self._is_cancelled

    async def _fail(self, why: Said) -> bool:
        self._show(status=BulkStatus.FAILED, message=why)
        await self._tell()
        return False

    async def _post_rows(self) -> None:
        state = self._state
        while state.chunk < state.check.chunks:
            rows = await workflow.execute_activity_method(
                BulkActivities.read_rows,
                ReadRows(request=state.request, chunk=state.chunk),
                summary=f"read chunk {state.chunk}",
                **policies.BULK_STEP,
            )
            fetched = await self._fetch_photos(rows[state.place :])
            for row in rows[state.place :]:
                await self._keep_up(lambda: self._is_cancelled or self._has_room)
                if self._is_cancelled:
                    return
                photos = fetched.get(row.line)
                if photos is not None and photos.problem:
                    self._settle(not_posted(row, photos.problem), started=1)
                else:
                    await self._start(row.with_photos(photos.media_ids) if photos else row)
                state.place += 1
            state.chunk, state.place = state.chunk + 1, 0
        await self._keep_up(lambda: self._is_cancelled or not state.in_flight)

    async def _fetch_photos(self, rows: list[BulkRow]) -> dict[int, FetchedPhotos]:
        """By line; nothing is asked where no row names a photo by its address."""
        if not any(row.photo_urls for row in rows):
            return {}
        fetched = await workflow.execute_activity_method(
            BulkActivities.fetch_photos,
            ReadRows(request=self._state.request, chunk=self._state.chunk),
            summary=f"fetch the photos of chunk {self._state.chunk}",
            **policies.BULK_STEP,
        )
        return {each.line: each for each in fetched}

    @property
    def _is_cancelled(self) -> bool:
        return self._state.view.status is BulkStatus.CANCELLED

    @property
    def _has_room(self) -> bool:
        is_paused = self._state.view.status is BulkStatus.PAUSED
        return not is_paused and len(self._state.in_flight) < WINDOW

    async def _keep_up(self, enough: Callable[[], bool]) -> None:
        """Tell what is new and put outcomes aside, until what is waited for is `enough`."""
        while True:
            await workflow.wait_condition(lambda: enough() or self._is_behind())
            if self._is_untold() and not self._is_cancelled:
                await self._tell()
            if len(self._state.outcomes) >= OUTCOMES_PER_PART:
                await self._put_aside()
            if workflow.info().is_continue_as_new_suggested():
                # A handler still running would be cut off when this run ends.
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
            if enough():
                return

    def _is_behind(self) -> bool:
        return self._is_untold() or len(self._state.outcomes) >= OUTCOMES_PER_PART

    async def _start(self, row: BulkRow) -> None:
        request, listing = self._state.request, row.listing
        job_id = str(uuid.uuid5(_NAMESPACE, f"{request.bulk_id}\n{row.line}"))
        self._state.in_flight[job_id] = row
        job = CrosspostRequest(
            job_id=job_id,
            user_id=request.user_id,
            bulk_id=request.bulk_id,
            edition=EDITION,
            listing=listing,
        )
        await workflow.start_child_workflow(
            CrosspostWorkflow.run,
            job,
            id=job_workflow_id(job_id),
            parent_close_policy=ParentClosePolicy.ABANDON,
            static_summary=f"post {listing.title} on {', '.join(listing.target_marketplaces)}",
            search_attributes=job_attributes(job),
            memo=job_memo(listing),
            priority=replace(policies.BULK_PRIORITY, fairness_key=request.user_id),
        )
        self._show(started=self._state.view.started + 1)

    @workflow.signal
    def job_settled(self, job: JobView) -> None:
        """A row's job has come to rest for the first time."""
        row = self._state.in_flight.pop(job.job_id, None)
        if row is None:
            return
        self._settle(row_outcome(row, job))

    def _settle(self, outcome: RowOutcome, started: int = 0) -> None:
        self._state.outcomes.append(outcome)
        view = self._state.view
        tally = "needs_action" if outcome.needs_person else "live" if outcome.is_live else "failed"
        self._show(**{tally: getattr(view, tally) + 1, "started": view.started + started})

    async def _finish(self) -> None:
        if self._is_cancelled:
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: not self._state.in_flight, timeout=LAST_JOBS_WITHIN
                )
        if self._state.outcomes:
            await self._put_aside()
        await self._write_result()
        if not self._is_cancelled:
            self._show(status=BulkStatus.COMPLETED)
        await self._tell()

    async def _put_aside(self) -> None:
        state = self._state
        outcomes, state.outcomes = state.outcomes, []
        await workflow.execute_activity_method(
            BulkActivities.write_rows,
            WriteRows(request=state.request, part=state.parts, outcomes=outcomes),
            summary=f"put {len(outcomes)} outcomes aside",
            **policies.BULK_STEP,
        )
        state.parts += 1

    async def _write_result(self) -> None:
        await workflow.execute_activity_method(
            BulkActivities.write_result,
            WriteResult(request=self._state.request, parts=self._state.parts),
            summary="write the result file",
            **policies.BULK_STEP,
        )
        self._show(has_result=True)

    def _show(self, **fields: object) -> None:
        self._state.view = self._state.view.model_copy(update=fields)

    def _is_untold(self) -> bool:
        view, told = self._state.view, self._state.told
        if told is None or told.status is not view.status:
            return True
        return view.settled - told.settled >= max(1, view.good // TOLD_TIMES)

    async def _tell(self) -> None:
        """Where the upload stands, for the Web UI and for the conversation."""
        view, told = self._state.view, self._state.told
        self._state.told = view
        is_new = told is None or told.status is not view.status
        if is_new:
            workflow.upsert_search_attributes([JOB_STATUS.value_set(view.status.value)])
        workflow.set_current_details(bulk_page(view))
        if view.session_id:
            conversation = workflow.get_external_workflow_handle(conversation_id(view.session_id))
            try:
                await conversation.signal("bulk_changed", view)
            except FailureError:
                # The conversation was erased; the upload goes on.
                workflow.logger.info("conversation is gone")
        if is_new and self._state.request.edition >= 1:
            await self._tell_account()

    async def _tell_account(self) -> None:
        """One piece of news for all rows; it names them no further."""
        view = self._state.view
        news = news_of(
            lambda language: bulk_headline(view, language),
            f"{view.bulk_id}-{view.status.value}",
            workflow.now(),
            session_id=view.session_id,
        )
        if news is not None:
            await notify(view.user_id, news)

    @workflow.update
    def confirm(self, command: BulkCommand) -> BulkView:
        """Post the good rows."""
        self._confirmed = True
        return self._state.view

    @confirm.validator
    def _may_confirm(self, command: BulkCommand) -> None:
        self._check_status(command, BulkStatus.AWAITING_CONFIRMATION)

    @workflow.update
    def pause(self, command: BulkCommand) -> BulkView:
        """Start no more rows for now; those under way go on."""
        self._show(status=BulkStatus.PAUSED)
        return self._state.view

    @pause.validator
    def _may_pause(self, command: BulkCommand) -> None:
        self._check_status(command, BulkStatus.POSTING)

    @workflow.update
    def resume(self, command: BulkCommand) -> BulkView:
        """Go on with the rows."""
        self._show(status=BulkStatus.POSTING)
        return self._state.view

    @resume.validator
    def _may_resume(self, command: BulkCommand) -> None:
        self._check_status(command, BulkStatus.PAUSED)

    @workflow.update
    def cancel(self, command: BulkCommand) -> BulkView:
        """Start no more rows. What is posted already is a job of its own, and stays."""
        self._show(status=BulkStatus.CANCELLED)
        return self._state.view

    @cancel.validator
    def _may_cancel(self, command: BulkCommand) -> None:
        self._check_status(
            command,
            BulkStatus.VALIDATING,
            BulkStatus.AWAITING_CONFIRMATION,
            BulkStatus.POSTING,
            BulkStatus.PAUSED,
        )

    def _check_status(self, command: BulkCommand, *allowed: BulkStatus) -> None:
        if command.user_id != self._state.request.user_id:
            raise refused("not_owner", sentence("refused_not_owner"))
        if self._state.view.status not in allowed:
            status = sentence(f"bulk_is_{self._state.view.status}")
            raise refused("not_now", sentence("refused_bulk_not_now", status=status))

    @workflow.query
    def bulk(self) -> BulkView:
        """Where the upload stands."""
        return self._state.view
