"""What kind of value each argument of a tool is, read off its schema: for showing it typed and for asking for it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from approvals import tools, wording

PLAIN = {str: "text", Decimal: "money", int: "number", bool: "flag", date: "date", datetime: "moment"}
NOT_MONEY = ("rate", "percent", "quantity", "share", "hours", "factor", "weight", "count")


@dataclass(frozen=True)
class Kind:
    """``kind`` is text, money, decimal, number, flag, date, moment, choice or json."""

    name: str
    kind: str
    label: str
    optional: bool = False
    help: str = ""
    choices: tuple[Any, ...] = field(default=())


def of(tool: tools.Tool) -> dict[str, Kind]:
    """Every argument of the tool, in the order of its schema."""
    return {name: _kind(name, info) for name, info in tool.Arguments.model_fields.items()}


def _kind(name: str, info: FieldInfo) -> Kind:
    bare, optional = _unwrapped(info.annotation)
    kind, choices = _classified(name, bare)
    return Kind(
        name=name,
        kind=kind,
        label=info.title or wording.label(name),
        optional=optional or not info.is_required(),
        help=info.description or "",
        choices=choices,
    )


def _unwrapped(annotation: Any) -> tuple[Any, bool]:
    """The annotation without ``Annotated`` and without ``None``, and whether None was allowed."""
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType) and NoneType in get_args(annotation):
            rest = [member for member in get_args(annotation) if member is not NoneType]
            optional = True
            if len(rest) != 1:
                return object, True
            annotation = rest[0]
        else:
            return annotation, optional


def _classified(name: str, bare: Any) -> tuple[str, tuple[Any, ...]]:
    if get_origin(bare) is Literal:
        return "choice", get_args(bare)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return "choice", tuple(member.value for member in bare)
    kind = PLAIN.get(bare, "json") if isinstance(bare, type) else "json"
    if kind == "money" and any(word in name.lower() for word in NOT_MONEY):
        return "decimal", ()
    return ("decimal" if bare is float else kind), ()
