"""Crosspost jobs as the gateway uses them: start, look at, act on."""

import hashlib
import uuid
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from adapters.marketplaces.registry import broken_rules
from api.errors import Invalid, NotFound, Unavailable, fields_of, refusal
from api.payloads import check_changes, check_payload
from api.photos import Photos
from talknshop.errors import FailureCode
from talknshop.fields import field_said
from talknshop.headlines import marketplace_title
from talknshop.jobs import EDITION, CrosspostRequest, JobDetails, JobView, MarketplaceJob
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.messages import Said, Sentence, sentence, together
from talknshop.model import MarketplaceName, UserId
from talknshop.posting import EditJob, ListingCommand, MarkSold, RelistListing, RetryListing
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import CROSSPOST, job_workflow_id, listing_workflow_id
from workflows.listing import ListingWorkflow
from workflows.visibility import job_attributes, job_memo

PATIENCE = timedelta(seconds=60)
# One call's worth; the caller asks again for more.
MOST_RETRIED = 500
# Where a workflow's memo has the digest of the request that started it.
MEMO_ASKED = "asked"

T = TypeVar("T")
View = TypeVar("View", bound=JobView)

# Of no meaning but ours: job ids are made from the person and their key.
_NAMESPACE = uuid.UUID("6f8c1f0e-7f0e-5c51-9f3a-3a0b1c5f1a77")


class RetriedListings(BaseModel):
    """`refused`: those that need more than another attempt: an address, a change, a look."""

    retried: int
    refused: int


class Jobs:
    """Every method raises ApiError; a job of somebody else is as good as unknown."""

    def __init__(self, client: Client, marketplaces: list[MarketplaceName], photos: Photos) -> None:
        self._client = client
        self._marketplaces = marketplaces
        self._photos = photos

    async def start(self, user_id: UserId, listing: ListingSpec, idempotency_key: str) -> str:
        """The job's id; the same key of the same person starts one job, for one listing."""
        asked = digest(listing.model_dump_json().encode())
        listing = self._complete(listing)
        await self._photos.check(user_id, listing.media_refs)
        job_id = str(uuid.uuid5(_NAMESPACE, f"{user_id}\n{idempotency_key}"))
        request = CrosspostRequest(job_id=job_id, user_id=user_id, edition=EDITION, listing=listing)
        try:
            await self._client.start_workflow(
                CrosspostWorkflow.run,
                request,
                id=job_workflow_id(job_id),
                task_queue=CROSSPOST,
                # Whoever posts much waits behind those who post little.
                priority=Priority(fairness_key=user_id),
                search_attributes=job_attributes(request),
                memo=job_memo(listing) | {MEMO_ASKED: asked},
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=f"post {listing.title} on {', '.join(listing.target_marketplaces)}",
            )
        except WorkflowAlreadyStartedError:
            await check_same(self._job(job_id), asked)
            return job_id
        except RPCError as error:
            raise _unavailable() from error
        return job_id

    def _complete(self, listing: ListingSpec) -> ListingSpec:
        if missing := listing.missing():
            raise Invalid(
                "incomplete_listing",
                sentence("please_give", fields=[field_said(name) for name in missing]),
                fields=[{"field": field, "rule": sentence("required")} for field in missing],
            )
        targets = listing.target_marketplaces or self._marketplaces
        self._check_known(targets, "target_marketplaces")
        if broken := broken_rules(listing, targets):
            raise _broken(broken)
        return listing.model_copy(update={"target_marketplaces": list(dict.fromkeys(targets))})

    async def view(self, job_id: str, user_id: UserId) -> JobView:
        return await self._ask(job_id, user_id, CrosspostWorkflow.job)

    async def details(self, job_id: str, user_id: UserId) -> JobDetails:
        return await self._ask(job_id, user_id, CrosspostWorkflow.details)

    async def _ask(
        self, job_id: str, user_id: UserId, question: Callable[[CrosspostWorkflow], View]
    ) -> View:
        try:
            job = await self._job(job_id).query(question, rpc_timeout=timedelta(seconds=10))
        except RPCError as error:
            if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise _no_such_job(job_id) from error
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error
        if job.user_id != user_id:
            raise _no_such_job(job_id)
        return job

    async def page(
        self, user_id: UserId, page_token: bytes | None, size: int
    ) -> tuple[list[JobView], bytes | None]:
        """Newest first, and the token of the next page. The list is about a second behind."""
        pages = self._client.list_workflows(
            f'Kind = "job" AND UserId = "{user_id}"', page_size=size, next_page_token=page_token
        )
        await pages.fetch_next_page()
        jobs = []
        for execution in pages.current_page or []:
            try:
                jobs.append(await self.view(execution.id.removeprefix("job/"), user_id))
            except NotFound:
                continue  # past its retention
        return jobs, pages.next_page_token

    async def cancel(self, job_id: str, user_id: UserId) -> JobView:
        await self.view(job_id, user_id)
        command = ListingCommand(user_id=user_id)
        return await patiently(
            self._job(job_id).execute_update(
                CrosspostWorkflow.cancel, command, rpc_timeout=PATIENCE
            )
        )

    async def edit(self, job_id: str, user_id: UserId, changes: dict[str, Any]) -> JobView:
        """Change price, text or number everywhere. `changes`: ListingSpec fields."""
        check_changes(changes)
        job = await self.details(job_id, user_id)
        self._check_changes(job, changes)
        await self._photos.check_changes(user_id, changes)
        command = EditJob(user_id=user_id, changes=changes)
        return await patiently(
            self._job(job_id).execute_update(CrosspostWorkflow.edit, command, rpc_timeout=PATIENCE)
        )

    async def relist(self, job_id: str, marketplace: str, user_id: UserId) -> MarketplaceJob:
        await self._listing(job_id, marketplace, user_id)
        command = RelistListing(user_id=user_id, marketplace=marketplace)
        return await patiently(
            self._job(job_id).execute_update(
                CrosspostWorkflow.relist, command, rpc_timeout=PATIENCE
            )
        )

    async def retry_all(
        self, user_id: UserId, marketplace: str | None, error: FailureCode | None
    ) -> RetriedListings:
        """Try again whatever of the person's waits with that error, or with any that passes."""
        query = f'Kind = "listing" AND Stage = "needs_action" AND UserId = "{user_id}"'
        if marketplace:
            self._check_known([marketplace], "marketplace")
            query += f' AND Marketplace = "{marketplace}"'
        if error:
            query += f' AND Needs = "{error}"'
        command, retried, refused = RetryListing(user_id=user_id), 0, 0
        async for listing in self._client.list_workflows(query, limit=MOST_RETRIED):
            handle: WorkflowHandle[ListingWorkflow, MarketplaceJob] = (
                self._client.get_workflow_handle_for(ListingWorkflow.run, listing.id)
            )
            try:
                await handle.start_update(
                    ListingWorkflow.retry,
                    command,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    rpc_timeout=PATIENCE,
                )
            except WorkflowUpdateFailedError:
                refused += 1
            except RPCError as failure:
                if failure.status is not RPCStatusCode.NOT_FOUND:
                    raise _unavailable() from failure
            else:
                retried += 1
        return RetriedListings(retried=retried, refused=refused)

    async def retry(
        self, job_id: str, marketplace: str, user_id: UserId, payload: dict[str, Any]
    ) -> MarketplaceJob:
        """`payload`: url, again or changes, as in RetryListing."""
        if isinstance(changes := payload.get("changes"), dict):
            check_payload(changes)
        try:
            command = RetryListing.model_validate({**payload, "user_id": user_id})
        except ValidationError as error:
            raise Invalid("invalid_retry", sentence("api_fields"), **fields_of(error)) from None
        handle = await self._listing(job_id, marketplace, user_id)
        if command.changes:
            job = await self.details(job_id, user_id)
            self._check_changes(job, command.changes, marketplace)
            await self._photos.check_changes(user_id, command.changes)
        return await patiently(
            handle.execute_update(ListingWorkflow.retry, command, rpc_timeout=PATIENCE)
        )

    async def withdraw(
        self, job_id: str, marketplace: str, user_id: UserId, done_by_person: bool = False
    ) -> MarketplaceJob:
        handle = await self._listing(job_id, marketplace, user_id)
        command = ListingCommand(user_id=user_id, done_by_person=done_by_person)
        return await patiently(
            handle.execute_update(ListingWorkflow.withdraw, command, rpc_timeout=PATIENCE)
        )

    async def mark_sold(
        self,
        job_id: str,
        marketplace: str,
        user_id: UserId,
        quantity: int = 1,
        command_id: str | None = None,
    ) -> MarketplaceJob:
        """`command_id`: the same one again counts once."""
        await self._listing(job_id, marketplace, user_id)
        try:
            command = MarkSold(
                user_id=user_id,
                marketplace=marketplace,
                quantity=quantity,
                command_id=command_id or uuid.uuid4().hex,
            )
        except ValidationError as error:
            raise Invalid("invalid_sale", sentence("api_fields"), **fields_of(error)) from None
        return await patiently(
            self._job(job_id).execute_update(
                CrosspostWorkflow.mark_sold, command, rpc_timeout=PATIENCE
            )
        )

    def _job(self, job_id: str) -> WorkflowHandle[CrosspostWorkflow, JobView]:
        return self._client.get_workflow_handle_for(CrosspostWorkflow.run, job_workflow_id(job_id))

    def _check_changes(
        self, job: JobDetails, changes: dict[str, Any], marketplace: MarketplaceName | None = None
    ) -> None:
        """What a marketplace would refuse is refused before any is changed. The rest is checked by
        the workflow, which knows what it holds."""
        try:
            changed = job.listing.changed(changes)
        except ValidationError:
            return
        concerned = [
            entry.marketplace
            for entry in job.marketplace_jobs
            if not entry.status.is_final and marketplace in (None, entry.marketplace)
        ]
        broken = [each for each in broken_rules(changed, concerned) if each.field in changes]
        if broken:
            raise _broken(broken)

    def _check_known(self, marketplaces: list[str], field: str) -> None:
        if unknown := [name for name in marketplaces if name not in self._marketplaces]:
            raise Invalid(
                "unknown_marketplace",
                no_such_marketplace(unknown, self._marketplaces),
                fields=[{"field": field, "rule": sentence("wrong_unknown")}],
            )

    async def _listing(
        self, job_id: str, marketplace: str, user_id: UserId
    ) -> WorkflowHandle[ListingWorkflow, MarketplaceJob]:
        job = await self.view(job_id, user_id)
        if marketplace not in {listing.marketplace for listing in job.marketplace_jobs}:
            raise NotFound(
                "no_such_listing",
                sentence("api_no_such_listing", marketplace=marketplace_title(marketplace)),
            )
        return self._client.get_workflow_handle_for(
            ListingWorkflow.run, listing_workflow_id(job_id, marketplace)
        )


def digest(body: bytes) -> str:
    """What is remembered of a request, to tell the same one sent again from another."""
    return hashlib.sha256(body).hexdigest()


async def check_same(started: WorkflowHandle[Any, Any], asked: str) -> None:
    """Raises Invalid when it was started by another request under the same key.

    As draft-ietf-httpapi-idempotency-key-header has it (2.7): 422, and nothing is done.
    """
    try:
        before = await (await started.describe()).memo_value(MEMO_ASKED, asked)
    except RPCError as error:
        raise _unavailable() from error
    if before != asked:
        rule = sentence("api_key_reused")
        raise Invalid(
            "idempotency_key_reused",
            rule,
            fields=[{"field": "header.idempotency-key", "rule": rule}],
        )


async def patiently(call: Coroutine[Any, Any, T]) -> T:
    """The update's answer; what the workflow refuses, or a wait too long, as ApiError."""
    try:
        return await call
    except WorkflowUpdateFailedError as error:
        raise refusal(error) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise _unavailable() from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("closed", sentence("api_closed")) from error
        raise _unavailable() from error


def _broken(problems: list[ListingProblem]) -> Invalid:
    return Invalid(
        "invalid_listing",
        together(*_each_once([problem.rule for problem in problems])),
        fields=[dict(problem) for problem in problems],
    )


def no_such_marketplace(unknown: Sequence[str], known: Sequence[str]) -> Sentence:
    return sentence("api_no_such_marketplace", unknown=[*unknown], known=[*known])


def _each_once(rules: Sequence[Said]) -> list[Said]:
    return [rule for number, rule in enumerate(rules) if rule not in rules[:number]]


def _no_such_job(job_id: str) -> NotFound:
    return NotFound("no_such_job", sentence("api_no_such_job", id=job_id))


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", sentence("api_catching_up"))
