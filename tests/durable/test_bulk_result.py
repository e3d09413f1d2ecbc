"""An upload is completed when its result file is there, on an engine that skips time."""

import asyncio

from temporalio import activity
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from talknshop.bulk import (
    BulkCheck,
    BulkRequest,
    BulkRow,
    BulkStatus,
    FetchedPhotos,
    ReadRows,
    WriteResult,
    WriteRows,
)
from talknshop.listing import ListingSpec
from talknshop.messages import sentence
from tests.market import Market
from workflows.bulk import BulkWorkflow, new_bulk
from workflows.ids import bulk_workflow_id


class Steps:
    """Of an upload of one row, whose photo can't be had: no job begins."""

    def __init__(self) -> None:
        self.is_writing, self.may_write = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def check_bulk(self, request: BulkRequest) -> BulkCheck:
        return BulkCheck(total=1, good=1, chunks=1)

    @activity.defn
    async def read_rows(self, request: ReadRows) -> list[BulkRow]:
        return [BulkRow(line=2, listing=ListingSpec(title="Cup"), photo_urls=["https://a.example"])]

    @activity.defn
    async def fetch_photos(self, request: ReadRows) -> list[FetchedPhotos]:
        return [FetchedPhotos(line=2, problem=sentence("address_no_photo", url="a"))]

    @activity.defn
    async def write_rows(self, request: WriteRows) -> None: ...

    @activity.defn
    async def write_result(self, request: WriteResult) -> None:
        if request.parts:  # not that of the check
            self.is_writing.set()
            await self.may_write.wait()


async def test_completed_is_said_when_the_last_result_file_is_written(market: Market) -> None:
    steps = Steps()
    worker = Worker(
        market.client,
        task_queue="bulk-result",
        workflows=[BulkWorkflow],
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=[
            steps.check_bulk,
            steps.read_rows,
            steps.fetch_photos,
            steps.write_rows,
            steps.write_result,
        ],
    )
    request = BulkRequest(bulk_id="b1", user_id="u1", mode="all", marketplaces=["ebay"])
    async with worker, asyncio.timeout(60):
        upload = await market.client.start_workflow(
            BulkWorkflow.run,
            new_bulk(request),
            id=bulk_workflow_id("b1"),
            task_queue="bulk-result",
        )
        await steps.is_writing.wait()
        assert (await upload.query(BulkWorkflow.bulk)).status is BulkStatus.POSTING
        steps.may_write.set()
        assert (await upload.result()).status is BulkStatus.COMPLETED
