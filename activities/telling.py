"""News from one workflow to others, sent by its own worker."""

import hashlib
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.service import RPCError, RPCStatusCode

from talknshop.model import Value

WITHIN = timedelta(seconds=5)


class Telling(Value):
    """`news`: the signal's one argument, as JSON."""

    workflow_id: str
    signal: str
    news: dict[str, Any]


class TellingActivities:
    """Run as local activities of the workflow that has news.

    A signal that a workflow sends by itself costs three events, and one more task to hear that it
    was sent: this is one event, in the task that has the news.
    """

    @activity.defn
    async def tell(self, tellings: list[Telling]) -> None:
        """In order. Who has ended, or never was, is not told; nobody is told the same twice."""
        for number, telling in enumerate(tellings):
            try:
                await _signal(telling, number)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                activity.logger.debug("%s is not there to be told", telling.workflow_id)


async def _signal(telling: Telling, number: int) -> None:
    client, info = activity.client(), activity.info()
    payloads = await client.data_converter.encode([telling.news])
    # Over the handle it would have a new id with each attempt. An attempt that was given up and
    # comes late would then count again, after newer news. What is said is part of the id: a task
    # that is done anew after a crash may know more than its first attempt did.
    said = hashlib.sha256(telling.model_dump_json().encode()).hexdigest()
    request = SignalWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=telling.workflow_id),
        signal_name=telling.signal,
        identity=client.identity,
        request_id=f"{info.workflow_run_id}/{info.activity_id}/{number}/{said[:32]}",
    )
    request.input.payloads.extend(payloads)
    await client.workflow_service.signal_workflow_execution(request, retry=True, timeout=WITHIN)
