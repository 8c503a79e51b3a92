"""A form for any tool's arguments, built from its schema: typed fields in, the same JSON types out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.html import format_html

from approvals import arguments as reading
from approvals import canonical, gates, tools
from approvals.answering import argument_groups, argument_kinds
from approvals.answering.argument_kinds import Kind
from approvals.visible import plain, visible

UNKNOWN = "The tool does not know this field. Empty it to leave it out."


class ArgumentsForm(forms.Form):
    """One field per argument. Those not in ``editable`` are shown and stay as they are, whatever is posted.

    ``editable=None`` offers every field, as an amendment does. `arguments` gives raw JSON for `decisions.decide`: a
    value that was not touched keeps its exact spelling, so that nothing counts as changed that was not.
    """

    def __init__(
        self,
        *,
        tool: tools.Tool,
        initial: Mapping[str, Any],
        editable: Iterable[str] | None = None,
        data: Mapping[str, Any] | None = None,
    ):
        super().__init__(data, prefix="argument", label_suffix="")
        self.tool, self.raw = tool, dict(initial)
        kinds = argument_kinds.of(tool)
        strangers = [
            Kind(name, "json", name, optional=True, help=UNKNOWN) for name in self.raw if name not in kinds
        ]
        allowed = set(editable) if editable is not None else {*kinds, *self.raw}
        for kind in [*kinds.values(), *strangers]:
            self.fields[kind.name] = self._field(kind, self.raw.get(kind.name), kind.name in allowed)

    def _field(self, kind: Kind, value: Any, offered: bool) -> forms.Field:
        field: Any = argument_groups.field_for(kind, value)
        field.label, field.help_text = kind.label, visible(kind.help)
        field.initial, field.disabled = field.shown(value), not offered
        if not offered and not kind.help:
            field.help_text = "Fixed: this tool does not let a reviewer change it."
        spelled = field.initial if not isinstance(field.initial, dict | list) else as_json(field.initial)
        if plain(spelled) != str(spelled):
            field.help_text = format_html("Hidden in it: {}", visible(spelled))
        return field

    def arguments(self) -> dict[str, Any]:
        """The arguments as they now are, in the order they came. Only of a form whose fields are valid."""
        found, fields = dict(self.raw), cast(dict[str, Any], self.fields)
        for name, field in fields.items():
            if field.disabled or name not in self.cleaned_data:
                continue
            value = self.cleaned_data[name]
            if field.same(value, self.raw.get(name)):
                continue
            if value is None or value == "":
                found.pop(name, None)
            else:
                found[name] = value
        return found

    def clean(self) -> dict[str, Any]:
        """What the schema says about the whole, at the field it says it about."""
        if not self.errors:
            try:
                canonical.check(self.arguments())
            except canonical.NotCanonical as refusal:
                self._blame(refusal.pointer.removeprefix("/"), refusal.remedy)
            else:
                for error in reading.read(self.tool, self.arguments()).errors:
                    self._blame(error.field, "This is needed." if error.missing else sentence(error.message))
        return self.cleaned_data

    def refuse(self, rulings: Iterable[Mapping[str, Any]]) -> None:
        """Put what the gates block (`gates.Judgement.as_json`) at the fields they name, or above the form."""
        for ruling in rulings:
            if ruling["ruling"] == gates.BLOCK:
                figures = [str(ruling.get(name) or "") for name in ("measured", "limit")]
                limit = f" ({figures[0]}; the limit is {figures[1]})" if all(figures) else ""
                self._blame(ruling.get("field", ""), f"{ruling['reason']}{limit}.")

    def fix(self, names: Iterable[str]) -> None:
        """Say of these fields that they may not be changed."""
        for name in names:
            self._blame(name, "This tool does not let a reviewer change it.")

    def _blame(self, pointer: str, message: str) -> None:
        name, *path = pointer.split("/")
        field = self.fields.get(name)
        if path and isinstance(field, argument_groups.Grouped):
            message = field.blame(tuple(path), message)
        self.add_error(name if field is not None else None, message)


def sentence(message: str) -> str:
    """Pydantic's message as a sentence of ours."""
    words = message.removeprefix("Value error, ").strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def as_json(value: Any) -> str:
    """A value for people who read JSON: sorted, indented, every character as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
