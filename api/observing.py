"""One frame of a socket, as metrics, traces and logs see it."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from adapters.telemetry.tracing import FRAME, REQUEST
from api.errors import ApiError, Unavailable
from api.frames import ActionFrame, AnswerFrame, CommandFrame, MessageFrame
from api.metrics import Metrics

log = structlog.get_logger()
_TRACER = trace.get_tracer("talknshop.gateway")


class Observer:
    """`tells_messages`: what people write goes into the log as well."""

    def __init__(self, metrics: Metrics, *, tells_messages: bool = False) -> None:
        self._metrics = metrics
        self._tells_messages = tells_messages

    @contextmanager
    def frame(self, frame: CommandFrame, session_id: str) -> Iterator[None]:
        """A trace begins here; it ends with the last call of a marketplace for this frame."""
        ids = {"session_id": session_id, "message_id": frame.message_id}
        if isinstance(frame, ActionFrame):
            ids["action"] = frame.action
        outcome = "unavailable"
        with _TRACER.start_as_current_span(
            f"{FRAME}{frame.type}",
            kind=SpanKind.SERVER,
            attributes=ids,
            record_exception=False,
        ) as span:
            try:
                yield
                outcome = "done"
            except ApiError as error:
                outcome = "unavailable" if isinstance(error, Unavailable) else "refused"
                span.set_attribute("error.code", error.code)
                raise
            finally:
                self._metrics.frames.labels(frame.type, outcome).inc()
                text = {"text": _text(frame)} if self._tells_messages else {}
                log.info("frame", type=frame.type, outcome=outcome, **ids, **text)

    @contextmanager
    def request(self, method: str, request_id: str) -> Iterator[None]:
        """A trace of a request that changes something."""
        with _TRACER.start_as_current_span(
            f"{REQUEST}{method}",
            kind=SpanKind.SERVER,
            attributes={"request_id": request_id},
            record_exception=False,
        ):
            yield


def _text(frame: CommandFrame) -> str:
    match frame:
        case MessageFrame():
            return frame.message
        case AnswerFrame():
            return frame.answer
        case ActionFrame():
            return frame.action
