"""Every request has an id, its own or a new one: in each log line, and in the answer."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bound_contextvars, clear_contextvars

HEADER = "X-Request-ID"
SAFE = re.compile(r"[A-Za-z0-9_.-]{8,64}")
log = structlog.get_logger("countersign.requests")


def identify(request: HttpRequest) -> str:
    """A caller's id is kept when it cannot do harm in a log or a header."""
    offered = request.headers.get(HEADER, "")
    return offered if SAFE.fullmatch(offered) else uuid.uuid4().hex


def answered(request: HttpRequest, response: HttpResponseBase, name: str, began: float) -> HttpResponseBase:
    response.headers[HEADER] = name
    if request.path_info.startswith(
        "/w/"
    ):  # nobody reads a workspace from the cache of somebody who signed out
        response.headers.setdefault("Cache-Control", "no-store")
    if request.path_info != "/up" and not request.path_info.startswith(settings.STATIC_URL):
        took = round((time.perf_counter() - began) * 1000, 1)
        log.info(
            "answered", method=request.method, path=request.path, code=response.status_code, milliseconds=took
        )
    return response


@sync_and_async_middleware
def identified(get_response):
    """Binds `request_id` around everything that happens for one request."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            name, began = identify(request), time.perf_counter()
            clear_contextvars()
            with bound_contextvars(request_id=name):
                return answered(request, await get_response(request), name, began)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        name, began = identify(request), time.perf_counter()
        clear_contextvars()  # what an earlier request bound in this thread is not this one's
        with bound_contextvars(request_id=name):
            return answered(request, get_response(request), name, began)

    return answer
