"""A collector of traces: a real HTTP server that takes OTLP in protobuf, and remembers spans."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Span:
    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    raw: bytes  # all that was sent of it


class Collector:
    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[bytes] = []  # as they came: parsing waits until somebody looks
        self._spans: list[Span] = []

    @property
    def spans(self) -> list[Span]:
        while self.bodies:
            self._take(self.bodies.pop(0))
        return self._spans

    def _take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                each.value.string_value
                for each in resource.resource.attributes
                if each.key == "service.name"
            )
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self._spans.append(
                        Span(
                            service=service,
                            name=span.name,
                            trace_id=span.trace_id.hex(),
                            span_id=span.span_id.hex(),
                            parent_id=span.parent_span_id.hex(),
                            attributes={
                                each.key: each.value.string_value or each.value.int_value
                                for each in span.attributes
                            },
                            raw=span.SerializeToString(),
                        )
                    )

    def trace_of(self, **attributes: str) -> list[Span]:
        """All spans of the trace that begins with a span of these attributes; may be empty."""
        root = next(
            (span for span in self.spans if attributes.items() <= span.attributes.items()), None
        )
        return [span for span in self.spans if root and span.trace_id == root.trace_id]

    def is_rooted(self, span: Span) -> bool:
        """Whether all its ancestors were told of."""
        found = self.ancestors(span)
        return not (found[-1] if found else span).parent_id

    def ancestors(self, span: Span) -> list[Span]:
        """From its parent up to the root of its trace, as far as they were told of."""
        by_id = {each.span_id: each for each in self.spans}
        found = []
        while span.parent_id in by_id:
            span = by_id[span.parent_id]
            found.append(span)
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.bodies.append(body)
            reply = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}/v1/traces")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
