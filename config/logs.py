"""Structured logs: one line per event, with the request it belongs to and without secrets.

Others bind what they know with `structlog.contextvars.bind_contextvars(run_id=…, proposal_id=…)`.
"""

from __future__ import annotations

import logging.config
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.dev import ConsoleRenderer
from structlog.stdlib import ProcessorFormatter

# Counted tokens are no secret: `tokens` and `input_tokens` stay readable.
SECRET_KEYS = re.compile(r"authorization|passw(or)?d|secret|api[_-]?key|cookie|csrf|(^|[_-])token$", re.I)
SECRET_IN_TEXT = re.compile(r"(?i)(\bbearer\s+|://[^:/@\s]*:)([^@\s,;]+)")
MASK = "[redacted]"
QUIET = {
    "axes": "WARNING",
    "django.request": "ERROR",  # a 403 or 404 is told by our own line about every answer
    "django.db.backends": "INFO",
    "httpcore2": "WARNING",
    "httpx2": "WARNING",
    "psycopg.pool": "ERROR",
    "rq": "WARNING",
}


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Masks the value of every key that names a secret, however deep, and secrets inside addresses and headers."""
    return {key: MASK if SECRET_KEYS.search(key) else _redacted(value) for key, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_IN_TEXT.sub(rf"\1{MASK}", value)
    if isinstance(value, Mapping):
        return {k: MASK if SECRET_KEYS.search(str(k)) else _redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return value


def logging_settings(*, level: str, form: str) -> None:
    """Sends structlog and the standard library through the same processors to standard error."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder()],
        "processors": [ProcessorFormatter.remove_processors_meta, *ending(form)],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["console"], "level": level},
            "loggers": {name: {"level": least} for name, least in QUIET.items()},
        }
    )


def ending(form: str) -> list[Any]:
    """How an event becomes a line; what was redacted is redacted in tracebacks too, for they are text by then."""
    if form == "json":
        return [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    return [structlog.processors.format_exc_info, redact, ConsoleRenderer(colors=sys.stderr.isatty())]
