"""Carrying out what a person orders by words about listings that are up."""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.failures import said_by
from activities.heartbeats import heartbeating
from talknshop.jobs import JobDetails, ListingStatus, MarketplaceJob
from talknshop.managing import MEMO_TITLE, Carried, FindJobs, FoundJobs, OrderFor, OwnJob, is_named
from talknshop.messages import Said, sentence
from talknshop.posting import EditJob, ListingCommand, MarkSold, RelistListing, RetryListing

# So many titles are looked through, a thousand a call; the person is told when there are more.
MOST_LISTED = 2000
# So many jobs are asked where they stand: each may have to be replayed for that.
MOST_ASKED = 50


class ManagingActivities:
    """By the same updates that the buttons use. Run twice, each is carried out once."""

    @activity.defn
    async def find_jobs(self, request: FindJobs) -> FoundJobs:
        """The person's jobs that are not over and may be meant; the newest ones without a thing."""
        client = activity.client()
        async with heartbeating():
            listed, only_newest = await _listed(client, request)
            # The list is a second behind; this conversation knows better what it has just posted.
            ids = [*(f"job/{job_id}" for job_id in reversed(request.posted)), *listed]
            found = await asyncio.gather(*(_job(client, each) for each in dict.fromkeys(ids)))
        jobs = [job for job in found if job is not None and job.user_id == request.user_id]
        return FoundJobs(
            jobs=[OwnJob.of(job) for job in sorted(jobs, key=_age)], only_newest=only_newest
        )

    @activity.defn
    async def carry_out(self, request: OrderFor) -> Carried:
        """What became of it, as far as it is known after some seconds."""
        client = activity.client()
        refused: Said = ""
        told: dict[str, MarketplaceJob] = {}
        async with heartbeating():
            before = await _job(client, f"job/{request.job_id}")
            if before is None or before.user_id != request.user_id:
                raise ApplicationError("There is no such job.", type="not_found")
            for workflow_id, update, argument in _updates(request, before):
                handle = client.get_workflow_handle(workflow_id)
                key = f"{request.key}-{update}-{workflow_id}"
                try:
                    answer = await handle.execute_update(update, argument, id=key)
                except WorkflowUpdateFailedError as error:
                    cause = error.cause
                    refused = sentence("failure_internal")
                    if isinstance(cause, ApplicationError):
                        refused = said_by(cause)
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise
                    refused = sentence("api_closed")
                else:
                    if workflow_id.startswith("listing/"):
                        entry = MarketplaceJob.model_validate(answer)
                        told[entry.marketplace] = entry
            after = await _job(client, f"job/{request.job_id}") or before
        # The job hears from its listings a moment later than we do.
        listings = [told.get(each.marketplace, each) for each in after.marketplace_jobs]
        after = after.model_copy(update={"marketplace_jobs": listings})
        done = [name for name in request.marketplaces if _is_done(request, after, name)]
        entries = {entry.marketplace: entry for entry in after.marketplace_jobs}
        return Carried(
            job=OwnJob.of(after),
            done=[] if refused else done,
            under_way=[
                name
                for name in request.marketplaces
                if name not in done and not refused and entries[name].needs is None
            ],
            refused=refused,
        )


async def _listed(client: Client, request: FindJobs) -> tuple[list[str], int | None]:
    """The ids of those to ask: of the very name first, then the newest. With how many were looked
    through where there are more."""
    thing = request.thing.casefold()
    query = f'Kind = "job" AND UserId = "{request.user_id}" AND ExecutionStatus = "Running"'
    exact: list[str] = []
    alike: list[str] = []
    listed = 0
    # One more than are looked at tells whether there are more.
    limit = MOST_LISTED + 1 if thing else MOST_ASKED
    async for execution in client.list_workflows(query, limit=limit):
        listed += 1
        if listed > MOST_LISTED:
            return [*exact, *alike][:MOST_ASKED], MOST_LISTED
        title = await execution.memo_value(MEMO_TITLE, "")
        if thing == title.casefold():
            exact.append(execution.id)
        # Without a title, the job itself has to be asked.
        elif not thing or not title or is_named(thing, title):
            alike.append(execution.id)
    return [*exact, *alike][:MOST_ASKED], None


async def _job(client: Client, workflow_id: str) -> JobDetails | None:
    try:
        job: JobDetails = await client.get_workflow_handle(workflow_id).query(
            "details", result_type=JobDetails
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return job


def _age(job: JobDetails) -> float:
    return -job.created_at.timestamp() if job.created_at else 0.0


def _updates(request: OrderFor, job: JobDetails) -> list[tuple[str, str, Any]]:
    """Which update of which workflow; one for all marketplaces where there is one."""
    order, user_id = request.order, request.user_id
    of_job = f"job/{request.job_id}"
    changes = {"price": float(order.price)} if order.price is not None else {}
    if order.marketplace is None and order.action == "reprice":
        return [(of_job, "edit", EditJob(user_id=user_id, changes=changes))]
    if order.marketplace is None and order.action == "withdraw":
        return [(of_job, "cancel", ListingCommand(user_id=user_id))]
    statuses = {entry.marketplace: entry.status for entry in job.marketplace_jobs}
    updates: list[tuple[str, str, Any]] = []
    for name in request.marketplaces:
        of_listing = f"listing/{request.job_id}/{name}"
        match order.action:
            case "reprice":
                changed = RetryListing(user_id=user_id, changes=changes)
                updates.append((of_listing, "retry", changed))
            case "withdraw":
                updates.append((of_listing, "withdraw", ListingCommand(user_id=user_id)))
            case "mark_sold":
                sold = MarkSold(user_id=user_id, marketplace=name, command_id=request.key)
                updates.append((of_job, "mark_sold", sold))
            case "retry" if statuses.get(name) is not ListingStatus.FAILED:
                updates.append((of_listing, "retry", RetryListing(user_id=user_id)))
            case _:
                again = RelistListing(user_id=user_id, marketplace=name)
                updates.append((of_job, "relist", again))
    return updates


def _is_done(request: OrderFor, job: JobDetails, name: str) -> bool:
    entry = next(each for each in job.marketplace_jobs if each.marketplace == name)
    match request.order.action:
        case "reprice":
            return entry.status is ListingStatus.LIVE and entry.revision >= job.revision
        case "withdraw":
            return entry.status.is_final
        case "mark_sold":
            return True
        case _:
            return entry.status is ListingStatus.LIVE
