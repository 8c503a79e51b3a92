"""Arguments as JSON Schema: the part of it in which what is signed has one spelling, turned into a pydantic model."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    StrictBool,
    ValidationError,
    create_model,
    model_validator,
)

from approvals import tools
from runs.connectors.declared import Definition, Words
from runs.connectors.sql import kinds
from runs.connectors.sql.columns import Column
from runs.connectors.values import blank_is_nothing

RESERVED = {"receipt", "before", "key", "workspace"}  # placeholders of ours
_TAKEN = {name for name in dir(BaseModel) if not name.startswith("_")}
DEEPEST, MOST_FIELDS, MOST_ITEMS = 4, 80, 200
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
Length = Annotated[int, Field(ge=0, le=20_000, strict=True)]
Kind = Literal["string", "integer", "boolean", "array", "object"]
Format = Literal["date", "date-time", "decimal", "lines", "uuid"]
_COLUMNS = {"date": "date", "date-time": "timestamp", "decimal": "decimal", "lines": "text", "uuid": "uuid"}


def _no_floats(told: Any) -> Any:
    if told == "number":
        raise ValueError(
            'a number loses digits: write {"type": "string", "format": "decimal"}, and {"$number": "{name}"} '
            "in the body where the target wants a number"
        )
    return told


class Property(Definition):
    """One value. ``places`` are those of a decimal; format ``lines`` is a text of several lines."""

    type: Annotated[Kind, BeforeValidator(_no_floats)]
    format: Format | None = None
    title: Words = ""
    description: Annotated[str, Field(max_length=500)] = ""
    enum: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=100)] = []
    min_length: Annotated[Length | None, Field(alias="minLength")] = None
    max_length: Annotated[Length | None, Field(alias="maxLength")] = None
    pattern: Annotated[str, Field(max_length=300)] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: Annotated[int, Field(ge=0, le=12, strict=True)] | None = None
    items: "Property | None" = None
    min_items: Annotated[int | None, Field(alias="minItems", ge=0, le=MOST_ITEMS, strict=True)] = None
    max_items: Annotated[int | None, Field(alias="maxItems", ge=1, le=MOST_ITEMS, strict=True)] = None
    properties: Annotated[dict[Name, "Property"], Field(max_length=MOST_FIELDS)] = {}
    required: Annotated[list[Name], Field(max_length=MOST_FIELDS)] = []
    additional: Annotated[StrictBool, Field(alias="additionalProperties")] = False

    @property
    def is_tree(self) -> bool:
        return self.type in ("array", "object")

    @model_validator(mode="after")
    def what_is_said_fits_the_type(self) -> Self:
        if self.format and self.type != "string":
            raise ValueError("a format is one of a string")
        if (self.type == "array") != (self.items is not None):
            raise ValueError("an array says what its items are, and nothing else does")
        if self.type != "array" and (self.min_items, self.max_items) != (None, None):
            raise ValueError("minItems and maxItems bound arrays")
        if (self.type == "object") != bool(self.properties):
            raise ValueError("an object says its properties, and nothing else does")
        if self.additional:
            raise ValueError("what is not described is refused: additionalProperties is false")
        if strangers := set(self.required) - set(self.properties):
            raise ValueError(f"required names {', '.join(sorted(strangers))}, which is no property")
        self._check_names()
        if not self.is_tree:
            self.column()
        return self

    def _check_names(self) -> None:
        taken = [name for name in self.properties if name in _TAKEN or name.startswith("model_")]
        if taken:
            raise ValueError(f"{taken[0]} is taken as a name: choose another")

    def column(self) -> Column:
        """The same value as a column of a table, whose bounds are checked and kept there."""
        kind = (
            self.type
            if self.type != "string"
            else "enum"
            if self.enum
            else _COLUMNS.get(self.format or "", "text")
        )
        told = {
            "min_length": self.min_length, "max_length": self.max_length, "pattern": self.pattern,
            "minimum": self.minimum, "maximum": self.maximum, "places": self.places, "values": self.enum,
            "multiline": self.format == "lines",
        }  # fmt: skip
        try:
            return Column.model_validate({"name": "value", "type": kind} | told)
        except ValidationError as refusal:
            raise ValueError(refusal.errors()[0]["msg"].removeprefix("Value error, ")) from None


class Arguments(Property):
    """All arguments of a tool: an object whose values are told by small letters."""

    type: Annotated[Literal["object"], BeforeValidator(_no_floats)] = "object"

    @model_validator(mode="after")
    def it_is_an_object_of_bounded_size(self) -> Self:
        wrong = [name for name in self.properties if name in RESERVED or name != name.lower()]
        if wrong:
            raise ValueError(
                f"{wrong[0]} cannot be the name of an argument: small letters, and none of {_listed()}"
            )
        depths = list(_depths(self, 0))
        if len(depths) > MOST_FIELDS:
            raise ValueError(f"there are more than {MOST_FIELDS} values")
        if max(depths) > DEEPEST:
            raise ValueError(f"values are nested deeper than {DEEPEST} levels")
        return self


def _listed() -> str:
    return ", ".join(sorted(RESERVED))


def _depths(told: Property, depth: int) -> Iterator[int]:
    yield depth
    for member in [*told.properties.values(), *([told.items] if told.items else [])]:
        yield from _depths(member, depth + 1)


def model_of(told: Property, name: str = "Arguments") -> type[tools.Arguments]:
    """The model that validates such an object: strict, and without anything that is not described."""
    fields = {
        called: _field(member, called, required=called in told.required)
        for called, member in told.properties.items()
    }
    fields_of_model: dict[str, Any] = fields
    return create_model(name, __base__=tools.Arguments, __doc__=told.description or None, **fields_of_model)


def optional(told: Property, called: str) -> tuple[Any, Any]:
    """A field that may be left out."""
    return _field(told, called, required=False)


def needed(told: Property, called: str) -> tuple[Any, Any]:
    """A field that must be there."""
    return _field(told, called, required=True)


def _field(told: Property, called: str, *, required: bool) -> tuple[Any, Any]:
    about = Field(... if required else None, title=told.title or None, description=told.description or None)
    kind = _annotation(told, called)
    return (kind, about) if required else (Annotated[kind | None, BeforeValidator(blank_is_nothing)], about)


def _annotation(told: Property, called: str) -> Any:
    if told.type == "object":
        return model_of(told, called.title().replace("_", ""))
    if told.items is not None:
        bounds = Field(min_length=told.min_items, max_length=told.max_items or MOST_ITEMS)
        return Annotated[list[_annotation(told.items, called)], bounds]  # type: ignore[misc]
    return kinds.of(told.column())
