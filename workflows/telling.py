"""How a workflow tells others what is new with it."""

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.telling import Telling, TellingActivities
    from workflows import policies
    from workflows.failures import logged


def telling(workflow_id: str, signal: str, news: BaseModel) -> Telling:
    return Telling(workflow_id=workflow_id, signal=signal, news=news.model_dump(mode="json"))


async def tell(*tellings: Telling) -> None:
    """Each of them, in the workflow task that calls it. Who is gone is not told."""
    try:
        await workflow.execute_local_activity_method(
            TellingActivities.tell,
            list(tellings),
            # Given here, it stays the same for a try after a timer, too.
            activity_id=f"tell-{workflow.uuid4().hex}",
            **policies.NEWS,
        )
    except ActivityError as error:
        workflow.logger.error("others could not be told: %s", logged(error))
