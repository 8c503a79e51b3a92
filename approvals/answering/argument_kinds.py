"""What kind of value each argument of a tool is, read off its schema: for showing it typed and for asking for it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from approvals import tools, wording

PLAIN = {str: "text", Decimal: "money", int: "number", bool: "flag", date: "date", datetime: "moment"}
NOT_MONEY = ("rate", "percent", "quantity", "share", "hours", "factor", "weight", "count")


GROUPS = ("group", "rows", "items")
DEEPEST = 3  # records within records; beyond, or where a record holds itself, JSON says it better


@dataclass(frozen=True)
class Kind:
    """``kind`` is text, money, decimal, number, flag, date, moment, choice or json; or, with ``parts``, a group (a
    record), rows (a list of records) or items (a list of plain values, ``parts`` being one of them).
    """

    name: str
    kind: str
    label: str
    optional: bool = False
    help: str = ""
    choices: tuple[Any, ...] = field(default=())
    parts: tuple["Kind", ...] = field(default=())


def of(tool: tools.Tool) -> dict[str, Kind]:
    """Every argument of the tool, in the order of its schema."""
    return _of_model(tool.Arguments)


@cache
def _of_model(model: type[BaseModel]) -> dict[str, Kind]:
    return {name: _kind(name, info, 0) for name, info in model.model_fields.items()}


def _kind(name: str, info: FieldInfo, depth: int) -> Kind:
    bare, optional = _unwrapped(info.annotation)
    kind, choices = _classified(name, bare)
    parts: tuple[Kind, ...] = ()
    if kind == "json" and depth < DEEPEST:
        kind, parts = _parts(name, bare, depth)
    return Kind(
        name=name,
        kind=kind,
        label=info.title or wording.label(name),
        optional=optional or not info.is_required(),
        help=info.description or "",
        choices=choices,
        parts=parts,
    )


def _parts(name: str, bare: Any, depth: int) -> tuple[str, tuple[Kind, ...]]:
    """What a record or a list is made of, where the schema says so."""
    if _is_record(bare):
        return "group", tuple(_kind(part, info, depth + 1) for part, info in bare.model_fields.items())
    if get_origin(bare) not in (list, tuple) or not get_args(bare):
        return "json", ()
    within, *rest = get_args(bare)
    if rest not in ([], [Ellipsis]):
        return "json", ()
    member, optional = _unwrapped(within)
    if _is_record(member) and not optional:
        return "rows", tuple(_kind(part, info, depth + 1) for part, info in member.model_fields.items())
    kind, choices = _classified(name, member)
    if kind == "json" or optional:
        return "json", ()
    return "items", (Kind(name, kind, wording.label(name), optional=True, choices=choices),)


def _is_record(bare: Any) -> bool:
    return isinstance(bare, type) and issubclass(bare, BaseModel) and bool(bare.model_fields)


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
