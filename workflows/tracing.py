"""Keeps a turn in the trace of the frame that it answers, for as long as the turn works on it.

By itself the SDK's tracing puts everything that a workflow does into the trace of its start, which
for a conversation is that of its first message. Nothing here changes what a workflow decides: spans
are headers, and histories replay the same with and without them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as otel
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    StartChildWorkflowInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

_caller: ContextVar[otel.Context | None] = ContextVar("talknshop_caller", default=None)


def caller() -> otel.Context | None:
    """In an update's handler: the span that it was sent in, if its sender traces."""
    return _caller.get()


class CallerTraces(Interceptor):
    """After the SDK's TracingInterceptor in the list: what is started goes into `trace`.

    `trace` is an attribute of the workflow: a span's context, or None for the workflow's own.
    """

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        _caller.set(_context_of(input.headers))
        return await super().handle_update_handler(input)


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        with _in_the_turns_trace():
            return super().start_activity(input)

    async def start_child_workflow(
        self, input: StartChildWorkflowInput
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        with _in_the_turns_trace():
            return await super().start_child_workflow(input)


@contextmanager
def _in_the_turns_trace() -> Iterator[None]:
    trace: otel.Context | None = getattr(workflow.instance(), "trace", None)
    if trace is None:
        yield
        return
    token = otel.attach(trace)
    try:
        yield
    finally:
        otel.detach(token)


# How the SDK's interceptor writes headers.
_SDK = TracingInterceptor()


def _context_of(headers: Mapping[str, Payload]) -> otel.Context | None:
    written = headers.get(_SDK.header_key)
    if written is None:
        return None
    (carrier,) = _SDK.payload_converter.from_payloads([written])
    return _SDK.text_map_propagator.extract(carrier)
