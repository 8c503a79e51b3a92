"""What an administrator declares: what an agent says, what is sent for it, and what the answers mean."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, model_validator

from runs.connectors import declared, templates
from runs.connectors.declared import Risk, Template, Title
from runs.connectors.rest import filling
from runs.connectors.rest.parts import (
    Answer,
    Ask,
    Base,
    DryRun,
    HeaderName,
    HeaderValue,
    LookUp,
    Observe,
    SecretHeader,
    Undo,
    Write,
)
from runs.connectors.rest.schema import Arguments
from runs.connectors.sql.columns import Grounding
from runs.http.public import is_public
from runs.http.targets import target

OWN, OF_UNDO = {"key", "workspace"}, {"receipt"}
BEFORE = "before."


class Definition(declared.Definition):
    """One write over HTTP, how its target is read before and after, and how it is taken back."""

    title: Title
    headline: Template = ""
    subject: Template = ""
    risk: Risk = "medium"
    customer_facing: StrictBool = False
    arguments: Arguments
    example: dict[str, Any] = {}
    editable: Annotated[list[str], Field(max_length=80)] = []
    grounded: dict[str, Grounding] = {}
    amount: Annotated[str, Field(max_length=60)] = ""
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    currency_argument: Annotated[str, Field(max_length=60)] = ""
    base: Base
    headers: Annotated[dict[HeaderName, HeaderValue], Field(max_length=20)] = {}
    secret_headers: Annotated[list[SecretHeader], Field(max_length=5)] = []
    key_header: HeaderName | Literal[""] = "Idempotency-Key"
    key_honoured: Annotated[
        StrictBool, Field(description="The target knows a key again, and does nothing twice under it")
    ] = False
    patience: Annotated[int, Field(ge=1, le=15, strict=True, description="Seconds for one answer")] = 10
    write: Write
    answer: Answer = Answer()
    observe: Observe | None = None
    look_up: LookUp | None = None
    undo: Undo | None = None
    dry_run: DryRun | None = None

    @property
    def observe_undo(self) -> Observe | None:
        """How the target is read before and after it is taken back."""
        return (self.undo.observe or self.observe) if self.undo else None

    @property
    def before_names(self) -> set[str]:
        """Values as they were before the write, as far as the way back puts them back."""
        found = {name for name in self._names_of_undo() if name.startswith(BEFORE)}
        return {name.removeprefix(BEFORE) for name in found}

    @property
    def argument_names(self) -> list[str]:
        """Arguments that the way back speaks of, in the order of the schema."""
        spoken = set(self._names_of_undo())
        return [name for name in self.arguments.properties if name in spoken]

    def _names_of_undo(self) -> Iterator[str]:
        if self.undo and self.observe_undo:
            yield from self.undo.every_name() | self.observe_undo.every_name()
            yield from (name for name, _ in filling.tree_names(self.undo.proof.shows))

    @model_validator(mode="after")
    def fields_are_arguments(self) -> Self:
        known = self.arguments.properties
        for what, names in (("editable", self.editable), ("grounded", list(self.grounded))):
            if strangers := [name for name in names if name not in known]:
                raise ValueError(f"{what} names {strangers[0]}, which is no argument")
        plain = [name for name, told in known.items() if not told.is_tree]
        templates.check(self.headline, plain)
        templates.check(self.subject, [name for name in plain if name in self.arguments.required])
        return self

    @model_validator(mode="after")
    def money_has_a_currency(self) -> Self:
        known = self.arguments.properties
        if not self.amount:
            if self.currency or self.currency_argument:
                raise ValueError("a currency without an amount says nothing")
            return self
        told = known.get(self.amount)
        if told is None or not (told.format == "decimal" or told.type == "integer"):
            raise ValueError("the amount is an argument of format decimal, or an integer")
        if bool(self.currency) == bool(self.currency_argument):
            raise ValueError("an amount has either a currency or an argument that says which")
        if self.currency_argument and (
            self.currency_argument not in known or known[self.currency_argument].type != "string"
        ):
            raise ValueError("the currency is an argument that is a string")
        return self

    @model_validator(mode="after")
    def templates_speak_of_what_there_is(self) -> Self:
        arguments = set(self.arguments.properties)
        for what, ask, known in self._asks(arguments):
            if strangers := sorted(ask.every_name() - known):
                raise ValueError(f"{what} speaks of {strangers[0]}; there are {', '.join(sorted(known))}")
            self._check_kinds(what, ask)
        if self.look_up and not self.look_up.every_name():
            raise ValueError("look_up asks for nothing in particular: name {key} or an argument in it")
        return self

    def _asks(self, arguments: set[str]) -> Iterator[tuple[str, Ask, set[str]]]:
        seen = {f"{BEFORE}{name}" for name in self.observe.before} if self.observe else set()
        yield "write", self.write, arguments | OWN
        if self.observe:
            yield "observe", self.observe, arguments | {"workspace"}
        if self.look_up:
            yield "look_up", self.look_up, arguments | OWN
        if self.undo:
            yield "undo", self.undo, arguments | OWN | OF_UNDO | seen
        if self.undo and self.observe_undo:
            yield "undo/observe", self.observe_undo, arguments | OF_UNDO | {"workspace"}

    def _check_kinds(self, what: str, ask: Ask) -> None:
        trees = {name for name, told in self.arguments.properties.items() if told.is_tree}
        texts = {*filling.names(ask.path), *(n for told in ask.query.values() for n in filling.names(told))}
        texts |= {name for name, alone in filling.tree_names(ask.body) if not alone}
        if wrong := sorted(texts & trees):
            raise ValueError(f"{what} puts {wrong[0]} into a text, and it is a list or an object")
        may_lack = set(self.arguments.properties) - set(self.arguments.required)
        if wrong := sorted(set(filling.names(ask.path)) & may_lack):
            raise ValueError(f"{what} has {wrong[0]} in its path, so that it must be required")
        if wrong := [name for name in _numbers(ask.body) if not self._is_number(name)]:
            raise ValueError(f"{what} writes {wrong[0]} as a number: that wants a decimal or an integer")

    def _is_number(self, name: str) -> bool:
        told = self.arguments.properties.get(name)
        return told is not None and (told.format == "decimal" or told.type == "integer")

    @model_validator(mode="after")
    def the_way_back_can_be_proved(self) -> Self:
        if self.write.if_match and (self.observe is None or not self.observe.etag):
            raise ValueError(
                'if_match sends the version that observe reads from a header: "version": ["header:ETag"]'
            )
        if self.undo is None:
            return self
        if self.observe_undo is None:
            raise ValueError("undo is proved by reading the target: observe is missing")
        if unseen := sorted(set(self.undo.proof.shows) - set(self.observe_undo.before)):
            raise ValueError(f"undo/proof shows {unseen[0]}, which observe does not read")
        spoken = set(self._names_of_undo())
        if "receipt" in spoken and self.answer.reference is None:
            raise ValueError("undo speaks of {receipt}: answer/reference says where it stands")
        return self

    @model_validator(mode="after")
    def secrets_travel_sealed(self) -> Self:
        place = target(self.base)
        if self.secret_headers and place.scheme == "http" and not _is_near(place.host):
            raise ValueError("base sends secrets over http for everybody to read: write https")
        names = [
            name.lower()
            for name in [*self.headers, *(header.name for header in self.secret_headers), self.key_header]
        ]
        if len(set(names)) != len(names):
            raise ValueError("a header is told twice")
        return self


def _numbers(body: Any) -> Iterable[str]:
    match body:
        case {filling.NUMBER: told} if len(body) == 1:
            yield filling.only(str(told))
        case dict():
            for member in body.values():
                yield from _numbers(member)
        case list():
            for member in body:
                yield from _numbers(member)


def _is_near(host: str) -> bool:
    """A machine of the team's own: a name without a dot, or an address that is not on the internet."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".localhost"))
