"""What admins type to declare a tool and to try it. What is wrong is shown on the line where it stands."""

import json
from typing import Any

from django import forms

from approvals import arguments as reading
from approvals import declared, kinds, sources, tools
from approvals.administering import tool_sources
from approvals.administering.tool_sources import Fault
from approvals.models import Workspace
from approvals.visible import plain

RISKS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
EDITOR = {"rows": 28, "class": "mono", "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}
MOST_FAULTS = 12


class DefinitionForm(forms.Form):
    """A version of a tool. ``seen`` is the version it follows."""

    title = forms.CharField(max_length=80, help_text="What reviewers read: “Open a ticket”.")
    risk = forms.ChoiceField(
        choices=RISKS, help_text="High risk asks for more time, and shows evidence first."
    )
    source = forms.CharField(
        label="Definition", strip=False, max_length=sources.LONGEST, widget=forms.Textarea(attrs=EDITOR),
        help_text="JSON: the arguments an agent gives, and what is done with them. Secrets by name only.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, workspace: Workspace, kind: str, name: str = "", **more: Any):
        self.workspace, self.kind, self.own_name = workspace, kind, name
        self.faults: list[Fault] = []
        self.whole = ""
        super().__init__(data, label_suffix="", **more)

    def clean_source(self) -> str:
        typed = self.cleaned_data["source"].replace("\r\n", "\n").strip()
        try:
            told = sources.read(typed)
        except sources.NotJson as refusal:
            self.faults = [tool_sources.fault_at(typed, "", refusal.message, refusal.line)]
            raise forms.ValidationError(refusal.message) from None
        if twice := [name for name in ("title", "risk") if name in told]:
            raise forms.ValidationError(f"The {twice[0]} has a field of its own above: take it out here.")
        return str(typed)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "source" in said and "title" in said and "risk" in said:
            self._check(said)
        return said

    def _check(self, said: dict[str, Any]) -> None:
        self.whole = tool_sources.put_together(said["title"], said["risk"], said["source"])
        name = declared.full_name(self.workspace, said.get("name") or self.own_name or "tool")
        try:
            declared.checked(
                workspace=self.workspace,
                name=name,
                version=said.get("seen", 0) + 1,
                kind=self.kind,
                source=self.whole,
            )
        except kinds.NotADefinition as refusal:
            own = [(place, words) for place, words in refusal.complaints if place in (("title",), ("risk",))]
            for (field, *_), words in own:
                self.add_error(str(field), words)
            rest = [complaint for complaint in refusal.complaints if complaint not in own][:MOST_FAULTS]
            self.faults = tool_sources.faults(said["source"], rest)
            for fault in self.faults:
                place = f"{fault.place}: " if fault.place else ""
                self.add_error("source", f"Line {fault.line}: {place}{plain(fault.message)}")
        except sources.NotJson as refusal:
            self.add_error("source", refusal.message)


class NewToolForm(DefinitionForm):
    """Also its name, which stays."""

    name = forms.RegexField(
        rf"\A[a-z][a-z0-9_]{{0,{declared.LONGEST_NAME - 1}}}\Z",
        help_text="What agents call it, behind the workspace’s own name. It stays.",
        error_messages={"invalid": f"Up to {declared.LONGEST_NAME} small letters, digits and _, a letter first."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ["name", "title", "risk", "source"]


class TrialForm(forms.Form):
    """Arguments to try a tool with."""

    arguments = forms.CharField(
        strip=False, max_length=20_000,
        widget=forms.Textarea(attrs=EDITOR | {"rows": 9}),
        help_text="As an agent would send them.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tool: tools.Tool | None = None, **more: Any):
        self.tool = tool
        super().__init__(data, label_suffix="", **more)

    def clean_arguments(self) -> dict[str, Any]:
        if self.tool is None:
            raise forms.ValidationError("This version cannot be built any more: declare another.")
        try:
            told = sources.read(self.cleaned_data["arguments"])
        except sources.NotJson as refusal:
            place = f"Line {refusal.line}: " if refusal.line else ""
            raise forms.ValidationError(place + refusal.message) from None
        read = reading.read(self.tool, told)
        if read.value is None:
            raise forms.ValidationError([f"{plain(one.field)}: {plain(one.message)}" for one in read.errors])
        return told


def sample(tool: tools.Tool, definition: dict[str, Any]) -> str:
    """Arguments to begin with: the definition's own example, else one value for each that must be told."""
    schema = tool.Arguments.model_json_schema()
    told = definition.get("example") or {
        name: _value(schema, member)
        for name, member in schema.get("properties", {}).items()
        if name in schema.get("required", [])
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _value(schema: dict[str, Any], member: dict[str, Any]) -> Any:
    """Something of that kind, as short as it may be."""
    if "$ref" in member:
        member = schema.get("$defs", {}).get(str(member["$ref"]).rpartition("/")[2], {})
    if member.get("enum"):
        return member["enum"][0]
    if "anyOf" in member:
        return _value(schema, member["anyOf"][0])
    if "properties" in member:
        return {name: _value(schema, one) for name, one in member["properties"].items()}
    plain_values = {"integer": member.get("minimum", 1), "number": "1.00", "boolean": True, "array": []}
    formats = {
        "date": "2026-01-31",
        "date-time": "2026-01-31T10:00:00Z",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    return plain_values.get(str(member.get("type")), formats.get(str(member.get("format")), "example"))
