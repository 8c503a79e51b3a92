"""The parts of a definition: what is asked, what answers mean, and where in them the receipt stands."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from approvals.tools import Refused
from runs.connectors.declared import Definition, SecretName, Title, Words
from runs.connectors.rest import filling
from runs.connectors.rest.pointers import Pointer
from runs.http.request import TOKEN
from runs.http.sealing import LONGEST_VALUE, OURS, VALUE
from runs.http.targets import target
from runs.http.verdicts import Meaning

_LITERAL = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_CODE = r"^([1-5][0-9][0-9]|[1-5]xx)$"
HEADER = "header:"


def _path(template: str) -> str:
    """A path below the base address, whose placeholders are its segments or parts of them."""
    filling.names(template)
    plain = filling.text(template, {})
    if not template.startswith("/") or not _LITERAL.fullmatch(plain):
        raise ValueError(
            "a path begins with / and holds letters, digits, - . _ ~ and {names}; a query has its own place"
        )
    segments = re.sub(r"\{[^{}]*\}", "x", template)[1:].split("/")
    if any(segment in (".", "..") for segment in segments) or "" in segments[:-1]:
        raise ValueError("no segment of a path is empty, . or ..")
    return template


def _text(template: str) -> str:
    filling.names(template)
    return template


def _base(address: str) -> str:
    """Scheme, host, port and the beginning of every path. Nothing an agent says has a part in it."""
    if any(sign in address for sign in "{}?#"):
        raise ValueError("the address is fixed: no {name}, no query and no fragment in it")
    try:
        place = target(address)
    except Refused as refusal:
        raise ValueError(refusal.message) from None
    _path(place.path.decode("ascii"))
    return address.rstrip("/")


def _header_name(name: str) -> str:
    if not TOKEN.fullmatch(name):
        raise ValueError("this is not the name of a header")
    if name.lower() in OURS:
        raise ValueError(f"the header {name} is set by the client itself")
    return name


def _header_value(value: str) -> str:
    if len(value) > LONGEST_VALUE or not VALUE.fullmatch(value):
        raise ValueError("a header holds one line of plain letters, signs and digits")
    return value


def _version(place: str) -> str:
    return (
        f"{HEADER}{_header_name(place.removeprefix(HEADER))}" if place.startswith(HEADER) else _pointer(place)
    )


def _pointer(place: str) -> str:
    if not place.startswith("/"):
        raise ValueError("a place in the answer begins with a slash, or names a header: header:ETag")
    return place


Base = Annotated[str, Field(max_length=500), AfterValidator(_base)]
Path = Annotated[str, Field(max_length=1_000), AfterValidator(_path)]
Filled = Annotated[str, Field(max_length=1_000), AfterValidator(_text)]
HeaderName = Annotated[str, Field(max_length=100), AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
Place = Annotated[str, Field(max_length=200), AfterValidator(_version)]
Called = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
FailureCode = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$", max_length=60)]


class SecretHeader(Definition):
    """A header that holds a secret, told by name only."""

    name: HeaderName
    secret: SecretName
    prefix: Annotated[str, Field(max_length=40, pattern=r"^([!-~]+ ?)?$")] = ""
    form: Literal["plain", "basic"] = "plain"
    model_config = {"str_strip_whitespace": False}


class Ask(Definition):
    """One request: where below the base address, and what it carries."""

    path: Path
    query: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=100)], Filled], Field(max_length=40)
    ] = {}
    body: Any = None
    encoding: Literal["json", "form"] = "json"

    def every_name(self) -> set[str]:
        in_query = (name for template in self.query.values() for name in filling.names(template))
        return {*filling.names(self.path), *in_query, *(name for name, _ in filling.tree_names(self.body))}

    @model_validator(mode="after")
    def the_body_can_be_filled(self) -> Self:
        list(filling.tree_names(self.body))
        flat = isinstance(self.body, dict) and all(isinstance(told, str) for told in self.body.values())
        if self.encoding == "form" and not flat:
            raise ValueError("a form is an object of texts")
        return self


class Coded(Definition):
    """What an answer means, and the failure class it becomes."""

    meaning: Meaning
    failure: FailureCode


class Failure(Coded):
    """An answer that says so in its body: what stands ``at`` a place ``equals`` this, or is anything at all."""

    at: Pointer
    equals: str | int | bool | None = None
    one_of: Annotated[list[str | int | bool], Field(max_length=50)] = []
    message: Pointer | None = None


class Answer(Definition):
    """``failures`` are looked for first, in whatever answer; then ``codes`` (``409``, ``5xx``), then what is usual.

    A refusal that may be any error counts only where the code alone leaves no doubt: with a 500 it proves nothing.
    """

    codes: Annotated[dict[Annotated[str, Field(pattern=_CODE)], Meaning | Coded], Field(max_length=40)] = {}
    failures: Annotated[list[Failure], Field(max_length=40)] = []
    reference: Place | None = None
    after: Annotated[dict[Called, Pointer], Field(max_length=40)] = {}


class Observe(Ask):
    """How the target is read. ``before`` are its values, by the names of the arguments that will replace them."""

    method: Literal["GET", "POST"] = "GET"
    record: Pointer = ""
    before: Annotated[dict[Called, Pointer], Field(min_length=1, max_length=40)]
    version: Annotated[list[Place], Field(max_length=20)] = []
    absent: Annotated[list[Annotated[int, Field(ge=200, le=599)]], Field(max_length=5)] = [404]

    @property
    def etag(self) -> str:
        """The header that carries the version, if one does."""
        alone = self.version[0] if len(self.version) == 1 else ""
        return alone.removeprefix(HEADER) if alone.startswith(HEADER) else ""


class LookUp(Ask):
    """How the target is asked what became of a key. ``record`` is where the write stands if there is one.

    ``sure``: what is not found was not written, and nothing is still on its way; else a person is asked, unless the
    target honours keys.
    """

    method: Literal["GET", "POST"] = "GET"
    sure: StrictBool = False
    record: Pointer = ""
    reference: Place | None = None
    after: Annotated[dict[Called, Pointer], Field(max_length=40)] = {}
    absent: Annotated[list[Annotated[int, Field(ge=200, le=599)]], Field(max_length=5)] = [404]


class Write(Ask):
    """The write itself. ``if_match``: the version that was signed is sent along, and another one is refused."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    if_match: StrictBool = False


class Proof(Definition):
    """How it is known that something was undone: it is ``gone``, it ``shows`` this, or it merely ``changed``."""

    gone: StrictBool = False
    changed: StrictBool = False
    shows: Annotated[dict[Called, Any], Field(max_length=20)] = {}

    @model_validator(mode="after")
    def it_is_one_of_the_three(self) -> Self:
        if [self.gone, self.changed, bool(self.shows)].count(True) != 1:
            raise ValueError("one of gone, changed and shows says how it is known that it was undone")
        return self


class Undo(Write):
    """The way back. Beside the arguments it may speak of ``{receipt}`` and of ``{before.name}``."""

    title: Title | None = None
    reversibility: Literal["exact", "compensating"] = "compensating"
    way_back: Words = ""
    cascade: Annotated[
        Words, Field(description="What undoing cannot undo, such as a notice that went out")
    ] = ""
    answer: Answer = Answer()
    observe: Observe | None = None
    proof: Proof


class DryRun(Definition):
    """What tells the target to write nothing: a header, or a value in the query."""

    header: dict[HeaderName, HeaderValue] = {}
    query: dict[
        Annotated[str, Field(min_length=1, max_length=100)], Annotated[str, Field(max_length=200)]
    ] = {}

    @model_validator(mode="after")
    def it_says_something(self) -> Self:
        if len(self.header) + len(self.query) != 1:
            raise ValueError("a dry run is told by one header or one value in the query")
        return self
