"""The job and listing workflows on an engine of a test's own, with marketplaces in this process."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.publishing import PublishingActivities
from activities.telling import TellingActivities
from adapters.keys import KeyRing
from adapters.marketplaces.accounts import ConnectedMarketplaces, Grants
from adapters.secrets.encrypted_files import EncryptedFiles
from talknshop.cli.stack import DYNAMIC_CONFIG, SEARCH_ATTRIBUTES
from talknshop.jobs import (
    EDITION,
    CrosspostRequest,
    JobDetails,
    JobView,
    MarketplaceJob,
    SaleReport,
)
from talknshop.listing import ListingSpec
from talknshop.posting import EditJob, ListingCommand, MarkSold, RelistListing, RetryListing
from tests.marketplace_in_memory import MarketplaceInMemory, NoPhotos
from tests.running import eventually
from workers.sandbox import workflow_runner
from workflows.client import data_converter
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import CROSSPOST, job_workflow_id, listing_workflow_id, posting_queue
from workflows.listing import ListingWorkflow
from workflows.sales import SalesWorkflow
from workflows.visibility import job_attributes, job_memo

BIKE = ListingSpec.model_validate(
    {"title": "Bike", "price": 100, "condition": "good", "target_marketplaces": ["one", "two"]}
)
USER = "u1"


class Market:
    """The marketplaces `one` and `two`, `hand`, where a person posts, and a person's commands."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self.environment = environment
        self.background: list[asyncio.Task[Any]] = []
        self.client: Client = environment.client
        self.one = MarketplaceInMemory("one")
        self.two = MarketplaceInMemory("two")
        self.hand = MarketplaceInMemory("hand", assisted=True)
        marketplaces = {m.name: m for m in (self.one, self.two, self.hand)}
        nobody = Grants(EncryptedFiles(Path("nowhere"), KeyRing(["k" * 32])))
        connected = ConnectedMarketplaces(marketplaces, (), nobody)
        self.activities = PublishingActivities(connected, lambda _: NoPhotos(), {})

    def crosspost_worker(
        self, client: Client | None = None, listing: type[ListingWorkflow] = ListingWorkflow
    ) -> Worker:
        """`client`: by whose identity; `listing`: in which build."""
        return Worker(
            client or self.client,
            task_queue=CROSSPOST,
            workflows=[CrosspostWorkflow, listing, SalesWorkflow],
            activities=[TellingActivities().tell],
            workflow_runner=workflow_runner(),
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        )

    def posting_workers(self, calls_per_second: float | None = None) -> list[Worker]:
        activities = self.activities
        return [
            Worker(
                self.client,
                task_queue=posting_queue(name),
                activities=[
                    activities.publish_listing,
                    activities.update_listing,
                    activities.renew_listing,
                    activities.withdraw_listing,
                    activities.recognize_url,
                    activities.cancel_sale,
                    activities.look_for_sales,
                ],
                max_task_queue_activities_per_second=calls_per_second,
            )
            for name in ("one", "two", "hand")
        ]

    async def post(self, priority: Priority = Priority.default, **changes: Any) -> "Job":
        job_id = str(uuid.uuid4())
        request = CrosspostRequest(
            job_id=job_id, user_id=USER, edition=EDITION, listing=BIKE.changed(changes)
        )
        handle = await self.client.start_workflow(
            CrosspostWorkflow.run,
            request,
            id=job_workflow_id(job_id),
            task_queue=CROSSPOST,
            priority=priority,
            search_attributes=job_attributes(request),
            memo=job_memo(request.listing),
        )
        return Job(self, job_id, handle)


class Job:
    def __init__(
        self, market: Market, job_id: str, handle: WorkflowHandle[CrosspostWorkflow, JobView]
    ) -> None:
        self.job_id = job_id
        self.handle = handle
        self._market = market

    def key(self, marketplace: str) -> str:
        return f"{self.job_id}-{marketplace}"

    async def view(self) -> JobView:
        return await self.handle.query(CrosspostWorkflow.job)

    async def details(self) -> JobDetails:
        return await self.handle.query(CrosspostWorkflow.details)

    async def statuses(self) -> dict[str, str]:
        return {e.marketplace: e.status.value for e in (await self.view()).marketplace_jobs}

    async def entry(self, marketplace: str) -> MarketplaceJob:
        view = await self.view()
        return next(e for e in view.marketplace_jobs if e.marketplace == marketplace)

    async def becomes(self, **statuses: str) -> None:
        async def as_wanted() -> bool:
            return await self.statuses() == statuses

        try:
            await eventually(as_wanted, f"the job is {statuses}")
        except AssertionError as error:
            raise AssertionError(f"{error} It is {await self.view()}") from None

    async def edit(self, **changes: Any) -> JobView:
        return await self.handle.execute_update(
            CrosspostWorkflow.edit, EditJob(user_id=USER, changes=changes)
        )

    async def mark_sold(self, marketplace: str, quantity: int = 1) -> MarketplaceJob:
        command = MarkSold(
            user_id=USER, marketplace=marketplace, quantity=quantity, command_id=uuid.uuid4().hex
        )
        return await self.handle.execute_update(CrosspostWorkflow.mark_sold, command)

    async def cancel(self) -> JobView:
        return await self.handle.execute_update(
            CrosspostWorkflow.cancel, ListingCommand(user_id=USER)
        )

    async def relist(self, marketplace: str) -> MarketplaceJob:
        return await self.handle.execute_update(
            CrosspostWorkflow.relist, RelistListing(user_id=USER, marketplace=marketplace)
        )

    async def sold(self, marketplace: str, sale_id: str, **fields: Any) -> None:
        report = SaleReport(marketplace=marketplace, sale_id=sale_id, **fields)
        await self.handle.signal(CrosspostWorkflow.sale_reported, report)

    def listing(self, marketplace: str) -> WorkflowHandle[ListingWorkflow, MarketplaceJob]:
        return self._market.client.get_workflow_handle_for(
            ListingWorkflow.run, listing_workflow_id(self.job_id, marketplace)
        )

    async def retry(self, marketplace: str, **fields: Any) -> MarketplaceJob:
        return await self.listing(marketplace).execute_update(
            ListingWorkflow.retry, RetryListing(user_id=USER, **fields)
        )


@asynccontextmanager
async def market_on_a_server(*dynamic_config: str) -> AsyncIterator[Market]:
    """On a development server of its own, configured as the product's; nobody works yet."""
    options = ["--log-level", "never"]
    for value in (*DYNAMIC_CONFIG, *dynamic_config):
        options += ["--dynamic-config-value", value]
    for attribute in SEARCH_ATTRIBUTES:
        options += ["--search-attribute", attribute]
    async with await WorkflowEnvironment.start_local(
        data_converter=data_converter(None),
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_extra_args=options,
    ) as environment:
        yield Market(environment)
