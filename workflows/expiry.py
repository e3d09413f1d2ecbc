"""One workflow that has old uploads erased, day by day."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.media import MediaActivities
    from talknshop.model import Value
    from workflows import policies
    from workflows.ids import MEDIA
    from workflows.visibility import KIND

EVERY = timedelta(days=1)
SWEEPS_PER_RUN = 100


class Sweeps(Value):
    """How many uploads were erased until now."""

    erased: int = 0


@workflow.defn
class ExpiryWorkflow:
    """A sweep that fails is made up for by the next one."""

    @workflow.run
    async def run(self, sweeps: Sweeps) -> None:
        workflow.upsert_search_attributes([KIND.value_set("expiry")])
        for _ in range(SWEEPS_PER_RUN):
            try:
                erased = await workflow.execute_activity_method(
                    MediaActivities.erase_expired,
                    task_queue=MEDIA,
                    summary="erase uploads that nobody used for long",
                    **policies.SWEEP,
                )
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                workflow.logger.warning("uploads_not_swept")
            else:
                sweeps = Sweeps(erased=sweeps.erased + erased)
                workflow.set_current_details(f"{sweeps.erased} uploads erased until now.")
            await workflow.sleep(EVERY)
        workflow.continue_as_new(sweeps)
