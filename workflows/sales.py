"""One workflow for each account that tells what was sold: it looks, and tells the jobs."""

from contextlib import suppress
from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError
from temporalio.workflow import ExternalWorkflowHandle

with workflow.unsafe.imports_passed_through():
    from activities.publishing import PublishingActivities
    from talknshop.jobs import SaleReport
    from talknshop.model import MarketplaceName, Value
    from talknshop.posting import AskForNotices, LookForSales, Sale
    from workflows import policies
    from workflows.crosspost import CrosspostWorkflow
    from workflows.failures import logged
    from workflows.ids import job_workflow_id, posting_queue
    from workflows.visibility import KIND, MARKETPLACE

# An order is listed some seconds after its notice was sent.
LOOK_AGAIN_AFTER = timedelta(seconds=15)
LOOKS_PER_RUN = 200
# A gateway that starts together with the seller answers the marketplace's challenge a little later.
ASK_AGAIN_AFTER = tuple(timedelta(seconds=s) for s in (2, 5, 10, 20, 40))
# The same sale comes again while it is being paid and shipped.
REMEMBERED_SALES = 1000


class SaleNotice(Value):
    """A marketplace says that something happened, and not necessarily what."""

    notice_id: str


class SalesWatch(BaseModel):
    """`user_id`: whose linked account; empty for our own. `interval`: how often to look without a
    notice. `webhook`: where to have notices sent; empty once that is settled. `told`: whether
    cancelled, by sale id."""

    marketplace: MarketplaceName
    user_id: str = ""
    interval: timedelta
    webhook: str = ""
    cursor: str = ""
    told: dict[str, bool] = {}


@workflow.defn
class SalesWorkflow:
    """The marketplace's own list of orders is the truth; a notice only says when to look at it."""

    @workflow.init
    def __init__(self, watch: SalesWatch) -> None:
        self._watch = watch
        self._noticed = False
        self._notices: set[str] = set()

    @workflow.run
    async def run(self, watch: SalesWatch) -> None:
        workflow.upsert_search_attributes(
            [KIND.value_set("sales"), MARKETPLACE.value_set([watch.marketplace])]
        )
        wait = timedelta(0)
        for number in range(LOOKS_PER_RUN):
            if wait:
                with suppress(TimeoutError):
                    await workflow.wait_condition(lambda: self._noticed, timeout=wait)
            wait = LOOK_AGAIN_AFTER if self._noticed else watch.interval
            self._noticed = False
            await self._look()
            if watch.webhook and number < len(ASK_AGAIN_AFTER):
                await self._ask_for_notices()
                wait = min(wait, ASK_AGAIN_AFTER[number]) if watch.webhook else wait
            if workflow.info().is_continue_as_new_suggested():
                break
        workflow.continue_as_new(self._watch)

    async def _ask_for_notices(self) -> None:
        """Without notices a sale is seen at the next look; each run asks a few times."""
        try:
            await workflow.execute_activity_method(
                PublishingActivities.ask_for_notices,
                AskForNotices(marketplace=self._watch.marketplace, webhook=self._watch.webhook),
                task_queue=posting_queue(self._watch.marketplace),
                summary=f"have {self._watch.marketplace} tell of sales",
                **policies.MARKETPLACE_READ,
            )
        except ActivityError as error:
            workflow.logger.warning("no notices: %s", logged(error))
        else:
            self._watch.webhook = ""

    async def _look(self) -> None:
        watch = self._watch
        try:
            found = await workflow.execute_activity_method(
                PublishingActivities.look_for_sales,
                LookForSales(
                    marketplace=watch.marketplace, user_id=watch.user_id, cursor=watch.cursor
                ),
                task_queue=posting_queue(watch.marketplace),
                summary=f"what was sold on {watch.marketplace}",
                priority=policies.URGENT,
                **policies.MARKETPLACE_READ,
            )
        except ActivityError as error:
            workflow.logger.warning("could not look for sales: %s", logged(error))
            return
        for sale in found.sales:
            if watch.told.get(sale.sale_id) != sale.is_cancelled:
                await self._tell_job(sale)
                watch.told.pop(sale.sale_id, None)
                watch.told[sale.sale_id] = sale.is_cancelled
        while len(watch.told) > REMEMBERED_SALES:
            del watch.told[next(iter(watch.told))]
        watch.cursor = found.cursor

    async def _tell_job(self, sale: Sale) -> None:
        """Jobs count a sale once, however often they hear of it."""
        job_id = sale.key.removesuffix(f"-{self._watch.marketplace}")
        if not job_id:
            return
        job: ExternalWorkflowHandle[CrosspostWorkflow] = workflow.get_external_workflow_handle_for(
            CrosspostWorkflow.run, job_workflow_id(job_id)
        )
        report = SaleReport(
            marketplace=self._watch.marketplace,
            sale_id=sale.sale_id,
            quantity=sale.quantity,
            cancelled=sale.is_cancelled,
        )
        try:
            await job.signal(CrosspostWorkflow.sale_reported, report)
        except FailureError:
            workflow.logger.info("no job for the sale of %s", sale.key)

    @workflow.signal
    def noticed(self, notice: SaleNotice) -> None:
        """A signed notice came: look now, once for each notice."""
        if notice.notice_id not in self._notices:
            self._notices.add(notice.notice_id)
            self._noticed = True
