"""Form fields for values with parts: a record, a list of records, a list of plain values; each part typed by itself.

What the schema does not know of a record is kept: each row says which row of the agent's it came from.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from approvals.answering.argument_fields import Choice, Day, Flag, Json, Money, Number, Spelled, Text
from approvals.answering.argument_kinds import GROUPS, Kind
from approvals.visible import visible

PLAIN: dict[str, Any] = {
    "text": Text, "money": Money, "decimal": Money, "number": Number, "flag": Flag, "date": Day, "moment": Text,
    "choice": Choice, "json": Json,
}  # fmt: skip
MOST_INPUTS = 400  # beyond, a browser's form is no way to edit it
ORIGIN, NUMBER = (
    "",
    "#",
)  # of a row that came with a form: which of the agent's it was, and its number on the page
NEW = "__n__"  # stands for the number of a row in the pattern that the page copies
Path = tuple[str, ...]


def field_for(kind: Kind, value: Any) -> Any:
    """The form field for a value of that kind; raw JSON where its shape is another than the schema's."""
    if kind.kind in GROUPS:
        given: Any = (
            Grouped(kind, value) if fits(kind, value) and _inputs(kind, value) <= MOST_INPUTS else Json(kind)
        )
    elif kind.kind not in ("json", "flag") and isinstance(value, dict | list | bool):
        given = Json(kind)  # the agent sent another type than the schema's
    elif kind.kind == "text":
        given = Text(kind, long=isinstance(value, str) and (len(value) > 80 or "\n" in value))
    else:
        given = PLAIN[kind.kind](kind)
    given.required = given.required and not kind.optional
    return given


def fits(kind: Kind, value: Any) -> bool:
    """Whether a raw value has the parts its kind says."""
    if value is None:
        return True
    match kind.kind:
        case "group":
            return isinstance(value, dict) and all(fits(part, value.get(part.name)) for part in kind.parts)
        case "rows":
            return isinstance(value, list) and all(
                isinstance(row, dict) and all(fits(part, row.get(part.name)) for part in kind.parts)
                for row in value
            )
        case "items":
            return isinstance(value, list) and not any(isinstance(item, dict | list | None) for item in value)
    return not isinstance(value, dict | list) or kind.kind == "json"


def _inputs(kind: Kind, value: Any) -> int:
    if kind.kind not in GROUPS:
        return 1
    rows = len(value) if isinstance(value, list) else 1
    return (rows + 1) * sum(_inputs(part, None) + 1 for part in kind.parts)


class Grouped(Spelled, forms.Field):
    """A value with parts. Cleaned it is raw JSON: a part nobody touched keeps its exact spelling."""

    def __init__(self, kind: Kind, raw: Any):
        self.kind, self.raw = kind, raw
        self.troubles: dict[Path, list[str]] = {}
        self.places: list[int] = []  # the number on the page of each row that was read
        super().__init__(widget=GroupWidget(self))

    def shown(self, raw: Any) -> Any:
        return raw

    def same(self, cleaned: Any, raw: Any) -> bool:
        return cleaned == raw or (not cleaned and raw in (None, [], {}))

    def clean(self, value: Any) -> Any:
        """Every part by its own field; what is wrong stays at its place. Raises `ValidationError`."""
        if self.disabled:
            return value
        self.troubles, self.places = {}, []
        found = self._read(self.kind, value, self.raw, ())
        if self.troubles:
            raise ValidationError(self._told())
        if self.required and not found and self.kind.kind != "group":
            raise ValidationError(self.error_messages["required"], code="required")
        return found

    def blame(self, path: Path, message: str) -> str:
        """Say at a part what the schema finds wrong with it; returns how the whole says it."""
        if self.kind.kind != "group" and path[0].isdigit() and int(path[0]) < len(self.places):
            path = (str(self.places[int(path[0])]), *path[1:])
        self.troubles.setdefault(path, []).append(message)
        return self._at(path) + message

    def _told(self) -> list[str]:
        return [self._at(path) + text for path, texts in self.troubles.items() for text in texts]

    def _at(self, path: Path) -> str:
        words = []
        for step in path:
            words.append(f"{int(step) + 1}" if step.isdigit() else step.replace("_", " "))
        return f"{', '.join(words)}: " if words else ""

    def _read(self, kind: Kind, value: Any, raw: Any, path: Path) -> Any:
        if kind.kind not in GROUPS:
            return self._part(kind, value, raw, path)
        if kind.kind == "group":
            return self._record(kind, value if isinstance(value, dict) else {}, raw, path)
        found = []
        for row in value if isinstance(value, list) else []:
            before, at = _origin(row, raw), (*path, str(row[NUMBER]))
            if kind.kind == "items":
                item = self._part(kind.parts[0], row["value"], before, at)
                if item in (None, ""):
                    continue
                found.append(item)
            else:
                found.append(self._record(kind, row, before, at))
            if not path:
                self.places.append(row[NUMBER])
        return found

    def _record(self, kind: Kind, value: Mapping[str, Any], raw: Any, path: Path) -> dict[str, Any]:
        found = dict(raw) if isinstance(raw, dict) else {}
        for part in kind.parts:
            before = found.get(part.name)
            told = self._read(part, value.get(part.name), before, (*path, part.name))
            if (
                told in (None, "", [], {})
                and told is not False
                and not (part.name in found and told == before)
            ):
                found.pop(part.name, None)
            elif part.kind != "flag" or told or part.name in found:
                found[part.name] = told
        return found

    def _part(self, kind: Kind, value: Any, raw: Any, path: Path) -> Any:
        field = field_for(kind, raw)
        try:
            cleaned = field.clean(value)
        except ValidationError as error:
            self.troubles.setdefault(path, []).extend(error.messages)
            return raw
        return raw if raw is not None and field.same(cleaned, raw) else cleaned


def _origin(row: Any, raw: Any) -> Any:
    """The agent's row that an edited one came from."""
    of = row[ORIGIN]
    return raw[of] if isinstance(raw, list) and type(of) is int and 0 <= of < len(raw) else None


class GroupWidget(forms.Widget):
    """Inputs named ``argument-lines-0-price``. Rows carry ``…-of``, the number of the row they came from."""

    def __init__(self, field: Grouped):
        super().__init__()
        self.field = field

    def __deepcopy__(self, memo: Any) -> "GroupWidget":
        return self

    def id_for_label(self, id_: str) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return _gathered(self.field.kind, data, name)

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        disabled = bool((attrs or {}).get("disabled"))
        whole = self._drawn(self.field.kind, value, name, (), disabled)
        return SafeString(render_to_string("components/parts.html", {"part": whole, "disabled": disabled}))

    def _drawn(self, kind: Kind, value: Any, name: str, path: Path, disabled: bool) -> dict[str, Any]:
        """A part as ``components/parts.html`` lays it out."""
        drawn = {
            "label": visible(kind.label),
            "name": name,
            "kind": kind.kind,
            "errors": self.field.troubles.get(path),
        }
        if kind.kind == "group":
            members = value if isinstance(value, dict) else {}
            return drawn | {"parts": self._members(kind, members, name, path, disabled)}
        if kind.kind in ("rows", "items"):
            rows = value if isinstance(value, list) else []
            lines = [
                self._row(kind, row, f"{name}-{at}", (*path, str(at)), at, disabled)
                for at, row in _numbered(rows)
            ]
            pattern = None if disabled else self._row(kind, {}, f"{name}-{NEW}", (*path, NEW), None, disabled)
            return drawn | {"rows": lines, "pattern": pattern}
        return drawn | self._input(kind, value, name, path, disabled)

    def _members(
        self, kind: Kind, values: Mapping[str, Any], name: str, path: Path, disabled: bool
    ) -> list[dict[str, Any]]:
        return [
            self._drawn(part, values.get(part.name), f"{name}-{part.name}", (*path, part.name), disabled)
            for part in kind.parts
        ]

    def _row(
        self, kind: Kind, row: Any, name: str, path: Path, at: int | None, disabled: bool
    ) -> dict[str, Any]:
        of = row[ORIGIN] if isinstance(row, dict) and ORIGIN in row else at
        number = at + 1 if at is not None else NEW
        head = {"name": name, "of": "" if of is None else of, "number": number,
                "errors": self.field.troubles.get(path)}  # fmt: skip
        if kind.kind == "items":
            value = row.get("value") if isinstance(row, dict) else row
            return head | {"parts": [self._drawn(kind.parts[0], value, f"{name}-value", path, disabled)]}
        values = row if isinstance(row, dict) else {}
        return head | {"parts": self._members(kind, values, name, path, disabled)}

    def _input(self, kind: Kind, value: Any, name: str, path: Path, disabled: bool) -> dict[str, Any]:
        field = field_for(kind, value if not isinstance(value, dict | list) or kind.kind == "json" else None)
        given = f"id_{name}"
        attrs = {"id": given} | ({"disabled": True} if disabled else {})
        if self.field.troubles.get(path):
            attrs |= {"aria-invalid": "true", "aria-describedby": f"{given}_error"}
        shown = value if kind.kind == "flag" else field.shown(value) if not isinstance(value, str) else value
        return {"id": given, "input": field.widget.render(name, shown, attrs), "flag": kind.kind == "flag"}


def _numbered(rows: list[Any]) -> list[tuple[int, Any]]:
    """Rows with their numbers: those they came with, or those they have in the agent's list."""
    return [
        (row[NUMBER] if isinstance(row, dict) and NUMBER in row else at, row) for at, row in enumerate(rows)
    ]


def _gathered(kind: Kind, data: Any, name: str) -> Any:
    """The texts of a value's inputs, in the shape of the value."""
    if kind.kind == "group":
        return {part.name: _gathered(part, data, f"{name}-{part.name}") for part in kind.parts}
    if kind.kind not in ("rows", "items"):
        return PLAIN[kind.kind](kind).widget.value_from_datadict(data, {}, name)
    found = []
    for number in numbers(data, name):
        of = data.get(f"{name}-{number}-of", "")
        origin = int(of) if of.isascii() and of.isdigit() and len(of) < 6 else None
        row: dict[str, Any] = {ORIGIN: origin, NUMBER: number}
        if kind.kind == "items":
            row["value"] = _gathered(kind.parts[0], data, f"{name}-{number}-value")
        else:
            row |= {part.name: _gathered(part, data, f"{name}-{number}-{part.name}") for part in kind.parts}
        found.append(row)
    return found


def numbers(data: Any, name: str) -> list[int]:
    """The rows of a list that came with a form, in order."""
    rows = re.compile(re.escape(name) + r"-(\d{1,5})-of", re.ASCII)
    return sorted({int(found[1]) for key in data if (found := rows.fullmatch(str(key)))})


def rearranged(data: Any) -> Any:
    """The form with a row more, or one less, as its buttons ``add`` and ``remove`` ask without a script."""
    changed = data.copy()
    if name := data.get("add", ""):
        following = max(numbers(data, name), default=-1) + 1
        changed[f"{name}-{following}-of"] = ""
    if name := data.get("remove", ""):
        for key in [key for key in changed if key.startswith(f"{name}-")]:
            del changed[key]
    return changed
