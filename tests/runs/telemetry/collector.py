"""A collector on a real socket that takes OTLP over HTTP, and remembers what it was told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Collector:
    """``spans`` by name as they arrived; ``code`` is what it answers."""

    address: str = ""
    code: int = 200
    spans: list[Any] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    resource: dict[str, Any] = field(default_factory=dict)

    def named(self, name: str) -> Any:
        (found,) = [span for span in self.spans if span.name == name]
        return found


def attributes(of: Any) -> dict[str, Any]:
    """Of a span or an event, as plain values."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in of.attributes}


@contextmanager
def listening() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = decompress(body)
            collector.heads.append(
                {"path": self.path, **{key.lower(): value for key, value in self.headers.items()}}
            )
            if collector.code == 200:
                for group in ExportTraceServiceRequest.FromString(body).resource_spans:
                    collector.resource = attributes(group.resource)
                    collector.spans += [span for scope in group.scope_spans for span in scope.spans]
            self.send_response(collector.code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
