"""A column on the list: its type, its bounds, and the argument that carries its value."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StrictBool, TypeAdapter, ValidationError, model_validator

from runs.connectors.declared import Definition, Words

Identifier = Annotated[
    str,
    Field(
        min_length=1, max_length=63, pattern=r"^[^\x00-\x1f\x7f]+$", description="Exactly as in the database"
    ),
]
Kind = Literal["text", "integer", "decimal", "date", "timestamp", "boolean", "json", "enum", "uuid"]
Grounding = Literal["name", "date", "money", "text"]
_FITS: dict[str, set[str]] = {
    "min_length": {"text"}, "max_length": {"text", "json"}, "pattern": {"text"}, "multiline": {"text"},
    "minimum": {"integer", "decimal"}, "maximum": {"integer", "decimal"}, "places": {"decimal"},
    "earliest": {"date", "timestamp"}, "latest": {"date", "timestamp"}, "values": {"enum"},
}  # fmt: skip
RESERVED = {"clear", "write", "inserted", "row", "columns"}  # arguments of ours
_TAKEN = {name for name in dir(BaseModel) if not name.startswith("_")}


class Column(Definition):
    """``argument`` is the name agents use; without one it is the column's own."""

    name: Identifier
    argument: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,62})?$")] = ""
    type: Kind
    title: Words = ""
    description: Words = ""
    min_length: Annotated[int, Field(ge=0, le=20_000, strict=True)] | None = None
    max_length: Annotated[int, Field(ge=1, le=20_000, strict=True)] | None = None
    pattern: Annotated[str, Field(max_length=300)] | None = None
    multiline: StrictBool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: Annotated[int, Field(ge=0, le=12, strict=True)] | None = None
    earliest: date | None = None
    latest: date | None = None
    values: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=100)] = []
    grounded: Grounding | None = None

    @property
    def called(self) -> str:
        return self.argument or self.name

    @model_validator(mode="after")
    def bounds_fit_the_type(self) -> Self:
        for bound, types in _FITS.items():
            if getattr(self, bound) not in (None, False, []) and self.type not in types:
                raise ValueError(f"{bound} bounds {' and '.join(sorted(types))}, not {self.type}")
        if self.type == "enum" and (not self.values or len(set(self.values)) != len(self.values)):
            raise ValueError("an enum lists its values, each once")
        for least, most in (("min_length", "max_length"), ("minimum", "maximum"), ("earliest", "latest")):
            low, high = getattr(self, least), getattr(self, most)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{least} is more than {most}")
        return self

    @model_validator(mode="after")
    def the_pattern_can_be_read(self) -> Self:
        if self.pattern is not None:
            try:
                TypeAdapter(Annotated[str, Field(pattern=self.pattern)]).validate_python("")
            except ValidationError:
                pass
            except Exception:
                raise ValueError(
                    "the pattern is not a regular expression (look-around is not known)"
                ) from None
        return self

    @model_validator(mode="after")
    def the_argument_has_a_name_of_its_own(self) -> Self:
        name = self.called
        if not name.isidentifier() or not name.isascii() or name != name.lower() or name.startswith("_"):
            raise ValueError(f"give {self.name!r} an argument name of small letters, digits and _")
        if name in RESERVED or name in _TAKEN or name.startswith("model_"):
            raise ValueError(
                f"{name!r} is taken as a name of arguments: give the column another in `argument`"
            )
        return self


class Writable(Column):
    """A column that may be written. ``required``: in every write; ``nullable``: may be emptied."""

    required: StrictBool = False
    nullable: StrictBool = False
    editable: StrictBool = True
