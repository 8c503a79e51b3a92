"""Handing spans to OpenTelemetry's own exporter, where its library is installed (``pip install .[otel]``).

The exporter reads its standard variables itself: where to send, with which headers, how long to wait.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from runs.telemetry import names
from runs.telemetry.spans import Span

try:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExportResult
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags
except ImportError:
    INSTALLED = False
else:
    INSTALLED = True

PATIENCE_SECONDS = 5
AT_ONCE = 500
SERVICE = "countersign"


def send(spans: Sequence[Span]) -> bool:
    """Whether all of them arrived. Telling some twice does no harm: their ids are the same."""
    exporter = OTLPSpanExporter(timeout=PATIENCE_SECONDS)
    try:
        around = Resource.create({"service.name": settings.OTEL_SERVICE_NAME})
        for begin in range(0, len(spans), AT_ONCE):
            batch = [_readable(span, around) for span in spans[begin : begin + AT_ONCE]]
            if exporter.export(batch) is not SpanExportResult.SUCCESS:
                return False
    finally:
        exporter.shutdown()
    return True


def _readable(span: Span, around: Any) -> Any:
    above = _context(span.trace, span.parent) if span.parent else None
    return ReadableSpan(
        name=span.name, context=_context(span.trace, span.id), parent=above, resource=around,
        attributes=span.attributes, start_time=_nanoseconds(span.began_at), end_time=_nanoseconds(span.ended_at),
        events=[Event(one.name, one.attributes, _nanoseconds(one.at)) for one in span.events],
        status=Status(StatusCode.ERROR, span.error) if span.error else Status(StatusCode.UNSET),
        instrumentation_scope=InstrumentationScope(SERVICE, names.REVISION),
    )  # fmt: skip


def _context(trace: int, span: int) -> Any:
    return SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
