"""Tells watchers that a session's log has grown: news, not state.

The hint leaves the sandbox through an extern function, as the SDK's own tracing does: it costs no
event and no time. It may be lost or come twice: whoever gets it asks the log.
"""

from collections.abc import Callable

from temporalio import workflow
from temporalio.worker import (
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

_EXTERN = "talknshop_hint"


def hint(session_id: str, event_id: int, *, urgent: bool) -> None:
    """Call from a workflow when its log has this event. Does nothing while a history is replayed.

    What is not urgent may wait a moment, so that several hints become one.
    """
    send = workflow.extern_functions().get(_EXTERN)
    if send is not None and not workflow.unsafe.is_replaying():
        send(session_id, event_id, urgent)


class HintInterceptor(Interceptor):
    """`send` is called in a workflow thread: it must return at once and never raise."""

    def __init__(self, send: Callable[[str, int, bool], None]) -> None:
        self._send = send

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        input.unsafe_extern_functions[_EXTERN] = self._send
        return None
