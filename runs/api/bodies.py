"""Strict JSON: what two readers could understand differently is refused, with a pointer to it."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.params.models import Body, BodyModel

from approvals import canonical
from runs.api.problems import Fault, Problem, pointer_to, refused_body

LARGEST_BODY = 1_000_000
LONGEST_INTEGER = 20  # digits; beyond 2^53 it is refused anyway, and its exact value does not matter
TOO_LARGE = 2 * canonical.LARGEST_INTEGER


class Repeated(dict):
    """An object in which a name came twice. ``name`` is it."""

    name = ""


class StrictBody(BodyModel):
    """ninja's body, read by `document` and by nobody else."""

    @classmethod
    def get_request_data(cls, request: HttpRequest, api: Any, path_params: Any) -> dict[str, Any]:
        return {cls.__read_from_single_attr__: document(request)}


class Json(Body):  # type: ignore[misc]
    """Marks the parameter that takes the body: ``body: Annotated[Schema, Json()]``."""

    _model = StrictBody

    def __init__(self, default: Any = ..., **extra: Any):
        super().__init__(default, **extra)

    @classmethod
    def _param_source(cls) -> str:
        return "body"


def document(request: HttpRequest) -> Any:
    """The JSON document of a request, canonical or refused. Its digest is kept as ``request.fingerprint``."""
    _check_media_type(request)
    value = parse(_read(request))
    request.fingerprint = canonical.digest(value)  # type: ignore[attr-defined]
    return value


def _check_media_type(request: HttpRequest) -> None:
    encoding = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or encoding not in {"utf-8", "utf8"}:
        raise Problem(415, "unsupported-media-type", "Only JSON is understood",
                      "Send the header `Content-Type: application/json` and UTF-8.",
                      headers={"Accept": "application/json"})  # fmt: skip
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "unsupported-media-type", "Compressed bodies are not understood", "Send it as it is.",
                      headers={"Accept-Encoding": "identity"})  # fmt: skip


def _read(request: HttpRequest) -> bytes:
    """At most `LARGEST_BODY`, whatever the headers claimed; the rest is never read into memory."""
    claimed = request.headers.get("Content-Length", "")
    if claimed.isdecimal() and len(claimed) < 20 and int(claimed) > LARGEST_BODY:
        raise _too_large()
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise _too_large()
    return body


def _too_large() -> Problem:
    return Problem(413, "body-too-large", "The body is too large",
                   f"At most {LARGEST_BODY} bytes are read. Shorten the evidence, or split the steps.")  # fmt: skip


def parse(body: bytes) -> Any:
    """The value of a JSON text. Raises `Problem`: 400 for what is not JSON, 422 for what is not canonical."""
    found_twice: list[Repeated] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        names = [name for name, _ in pairs]
        twice = Repeated(made)
        twice.name = next(name for name in names if names.count(name) > 1)
        found_twice.append(twice)
        return twice

    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=keep, parse_constant=float, parse_int=_integer
        )
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, UnicodeDecodeError) as error:
        raise Problem(400, "malformed-json", "The body is not JSON in UTF-8", _where(error)) from error
    try:
        canonical.check(value)
    except canonical.NotCanonical as error:
        raise refused_body(Fault(str(error), error.remedy, pointer=error.pointer)) from error
    _check_numbers(value, ())
    if found_twice:
        raise _named_twice(found_twice[0], value)
    return value


def _integer(text: str) -> int:
    return int(text) if len(text) <= LONGEST_INTEGER else TOO_LARGE


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}."
    if isinstance(error, UnicodeDecodeError):
        return f"The byte at offset {error.start} is not UTF-8."
    return "It cannot be read."


def _too_deep() -> Problem:
    remedy = f"nested deeper than {canonical.DEEPEST} levels; send a flatter document"
    return refused_body(Fault("The document is nested too deeply", remedy, pointer=""))


def _check_numbers(value: Any, path: tuple[Any, ...]) -> None:
    """PostgreSQL gives 1e300 back as an integer of 301 digits: numbers that change their type are refused."""
    match value:
        case float() if abs(value) > canonical.LARGEST_INTEGER:
            remedy = "a number beyond 2^53 loses digits in JSON; send it as a string"
            raise refused_body(Fault("The number is too large", remedy, pointer=pointer_to(path)))
        case dict():
            for name, member in value.items():
                _check_numbers(member, (*path, name))
        case list():
            for index, member in enumerate(value):
                _check_numbers(member, (*path, index))


def _named_twice(twice: Repeated, value: Any) -> Problem:
    path = _find(twice, value, ()) or ()
    remedy = "send it once: which of the two counts would be chance"
    return refused_body(
        Fault("The name occurs twice in its object", remedy, pointer=pointer_to((*path, twice.name)))
    )


def _find(wanted: Repeated, value: Any, path: tuple[Any, ...]) -> tuple[Any, ...] | None:
    if value is wanted:
        return path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = (_find(wanted, member, (*path, name)) for name, member in members)
    return next((place for place in found if place is not None), None)
