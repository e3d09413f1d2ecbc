"""Structured logs: lines for people at a terminal, JSON in production.

Every line bears the ids by which it is found again: of the trace and span that it was written in,
of the workflow, and of the session or job that the workflow is of.
"""

import logging
import sys
from typing import Any, Literal

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

_HIDDEN = "[hidden]"
# Names of fields that hold what must not be in a log, whoever puts it there.
_SECRET = ("authorization", "cookie", "password", "secret", "token", "api_key", "key")
# Without the variables: they hold what people wrote, and keys.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
# What a workflow's id begins with, and what to call the rest.
_KINDS = {"conversation": "session_id", "job": "job_id", "listing": "job_id", "bulk": "bulk_id"}


def configure_logs(level: str, style: Literal["console", "json"], **context: str) -> None:
    """`context` (role, …) is in every line of this process."""
    own: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _adder(context),
        _add_ids,
        _hide_secrets,
    ]
    renderer: list[structlog.typing.Processor] = (
        [_TRACEBACKS, structlog.processors.JSONRenderer()]
        if style == "json"
        else [structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer(colors=False)]
    )
    number = logging.getLevelName(level.upper())
    structlog.configure(
        processors=[*own, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
    )
    # Libraries, Temporal's among them, write by Python's own logging.
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                _flatten_temporal,
                *own,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)
    # Each request's URL may carry a token or a marketplace's key; uvicorn.error is also the log of
    # accepted WebSockets.
    for chatty in ("httpx", "httpcore", "websockets", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _adder(context: dict[str, str]) -> structlog.typing.Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**context, **event}

    return add


def _add_ids(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of the current span, and of what the workflow is about."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    kind, _slash, rest = str(event.get("workflow_id", "")).partition("/")
    if kind in _KINDS and rest:
        event.setdefault(_KINDS[kind], rest.partition("/")[0])
    return event


def _flatten_temporal(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The SDK tells where a line comes from as an object, and once more in the text."""
    for name in ("temporal_workflow", "temporal_activity"):
        told: Any = event.pop(name, None)
        if isinstance(told, dict):
            kept = ("workflow_id", "workflow_type", "activity_type", "attempt")
            event.update({key: told[key] for key in kept if key in told})
    return event


def _hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name in event:
        if name.lower().endswith(_SECRET):
            event[name] = _HIDDEN
    return event
