"""Everything that goes wrong, said as RFC 9457 problem details: what, where, and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja.errors import AuthenticationError, HttpError

from approvals.canonical import NotCanonical

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = "1"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Fault:
    """One thing wrong: ``pointer`` (RFC 6901) into the body, or the ``parameter`` of the query or header."""

    detail: str
    remedy: str
    pointer: str | None = None
    parameter: str | None = None

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value is not None}


class Problem(Exception):
    """An answer that is not the one hoped for. ``slug`` names its kind and never changes."""

    def __init__(
        self,
        code: int,
        slug: str,
        title: str,
        detail: str = "",
        *,
        faults: Iterable[Fault] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ):
        super().__init__(slug)
        self.code, self.slug, self.title, self.detail = code, slug, title, detail
        self.faults, self.headers, self.more = list(faults), headers or {}, more

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "code": self.slug.replace("-", "_"),
            "title": self.title,
            "status": self.code,
        }
        if self.detail:
            document["detail"] = self.detail
        if self.faults:
            document["errors"] = [fault.as_json() for fault in self.faults]
        return document | self.more

    def answer(self) -> HttpResponse:
        return JsonResponse(self.as_json(), status=self.code, content_type=MEDIA_TYPE, headers=self.headers)


def refused_body(*faults: Fault) -> Problem:
    """422: the document was read, and does not mean anything here."""
    return Problem(422, "invalid-request", "The request does not fit", "Each of the errors says where and why.",
                   faults=faults)  # fmt: skip


def not_found(what: str = "There is nothing here") -> Problem:
    return Problem(404, "not-found", "Not found", f"{what}, or it is not yours.")


def from_validation(request: HttpRequest, error: Any) -> HttpResponse:
    """What the schema says (a `ValidationError` of ninja), in our words and with a pointer."""
    return refused_body(*(_fault(told) for told in error.errors)).answer()


UNION_TAGS = {"one step", "many steps", "characters", "a box"}
REMEDIES = {
    "missing": "send this field",
    "extra_forbidden": "remove it; /api/v1/openapi.json lists the fields there are",
    "string_too_long": "send at most {max_length} characters",
    "string_too_short": "send at least {min_length} characters",
    "too_long": "send at most {max_length}",
    "too_short": "send at least {min_length}",
    "literal_error": "send one of {expected}",
    "enum": "send one of {expected}",
    "greater_than_equal": "send {ge} or more",
    "less_than_equal": "send {le} or less",
    "less_than": "send less than {lt}",
    "timezone_aware": "send a moment with its offset from UTC, such as 2026-11-05T14:30:00Z",
}


def _fault(told: dict[str, Any]) -> Fault:
    source, *rest = told["loc"]
    context = told.get("ctx") or {}
    remedy = REMEDIES.get(told["type"], context.get("remedy", "see the schema at /api/v1/openapi.json"))
    remedy = remedy.format(**context) if told["type"] in REMEDIES else remedy
    if source != "body":
        return Fault(told["msg"], remedy, parameter=str(rest[-1]) if rest else source)
    return Fault(told["msg"], remedy, pointer=pointer_to(rest[1:]))


def pointer_to(steps: Iterable[Any]) -> str:
    """RFC 6901 from a path of names and positions."""
    named = (str(step) for step in steps if step not in UNION_TAGS)
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in named)


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """The problem behind any exception. What nobody foresaw is logged whole and told in one sentence."""
    match error:
        case Problem():
            return error.answer()
        case Http404():
            return not_found().answer()
        case AuthenticationError():
            return unauthorised().answer()
        case NotCanonical():
            return refused_body(Fault(str(error), error.remedy, pointer=error.pointer)).answer()
        case HttpError():
            title = HTTPStatus(error.status_code).phrase
            return Problem(error.status_code, title.lower().replace(" ", "-"), title).answer()
        case DataError():
            log.warning("api.does_not_fit", error=str(error)[:200])
            fault = Fault(
                "A value is larger than its place", "send a smaller number or a shorter text", pointer=""
            )
            return refused_body(fault).answer()
        case OperationalError():
            log.warning("api.database_away", error=type(error).__name__)
            return _busy().answer()
    log.error("api.failed", exc_info=error)
    return Problem(500, "internal-error", "Something failed on our side",
                   "Our log has it under this X-Request-ID. Send the request again under the same Idempotency-Key.",
                   ).answer()  # fmt: skip


def unauthorised(told: str = "") -> Problem:
    """401, with the challenge RFC 6750 wants."""
    challenge = 'Bearer realm="countersign"' + (f', error="{told}"' if told else "")
    return Problem(401, "unauthorised", "No valid token came with the request",
                   "Send the header `Authorization: Bearer csk_…` with a token that is neither expired nor revoked.",
                   headers={"WWW-Authenticate": challenge})  # fmt: skip


def _busy() -> Problem:
    return Problem(503, "unavailable", "The database is busy or away",
                   "Send the same request with the same Idempotency-Key again.",
                   headers={"Retry-After": BUSY_SECONDS})  # fmt: skip


def nowhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The view of every address under the API that there is none at."""
    return not_found().answer()


nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def speaking(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view whose bare 404 and 405 answers become problems too."""
    if iscoroutinefunction(view):

        async def answer_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return _said(await view(request, *args, **kwargs))
            except Http404 as error:
                return answer(request, error)

        answer_async.csrf_exempt = True  # type: ignore[attr-defined]
        return answer_async

    def answer_plainly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return _said(view(request, *args, **kwargs))
        except Http404 as error:
            return answer(request, error)

    answer_plainly.csrf_exempt = True  # type: ignore[attr-defined]
    return answer_plainly


def _said(response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return response
    allowed = ", ".join(sorted(response.headers["Allow"].split(", ")))
    return Problem(405, "method-not-allowed", "That method is not offered here", f"Use {allowed}.",
                   headers={"Allow": allowed}).answer()  # fmt: skip
