"""What an ops owner types to undo many."""

from typing import Any

from django import forms

from approvals import ids, tools
from approvals.models import Membership
from runs.reversal_preview import Scope

LONGEST_REASON = 500


class ScopeForm(forms.Form):
    """A stretch of time, or a run; of one tool or agent where that is said."""

    since = forms.DateTimeField(required=False, label="Written from", widget=forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))  # fmt: skip
    until = forms.DateTimeField(required=False, label="Until, not included", widget=forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))  # fmt: skip
    tool = forms.ChoiceField(required=False)
    agent = forms.ChoiceField(required=False)
    run = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, member: Membership):
        super().__init__(data, label_suffix="")
        self._offer(
            "tool", [(tool.name, tool.title) for tool in tools.of_workspace(member.workspace)], "Every tool"
        )
        agents = member.workspace.agents.order_by("name")
        self._offer("agent", [(ids.show("agent", row.id), row.name) for row in agents], "Every agent")

    def _offer(self, name: str, choices: list[tuple[str, str]], all_of_them: str) -> None:
        self.fields[name].choices = [("", all_of_them), *choices]  # type: ignore[attr-defined]

    def clean_run(self) -> Any:
        return self._read("run")

    def clean_agent(self) -> Any:
        return self._read("agent")

    def _read(self, name: str) -> Any:
        text = self.cleaned_data[name]
        try:
            return ids.read(name, text) if text else None
        except ids.UnknownId as error:
            raise forms.ValidationError(f"There is no such {name}.") from error

    @property
    def hidden_errors(self) -> list[str]:
        """What is wrong with what nobody typed here."""
        return [str(error) for error in self.errors.get("run", ())]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("run") and not (told.get("since") and told.get("until")) and not self.errors:
            raise forms.ValidationError("Say from when until when, or begin on the page of a run.")
        if told.get("since") and told.get("until") and told["since"] >= told["until"]:
            raise forms.ValidationError("It ends before it begins.")
        return told

    def scope(self) -> Scope:
        told = self.cleaned_data
        return Scope(told["run"], told["since"], told["until"], told["tool"], told["agent"])


class ReasonForm(forms.Form):
    """Why, and exactly what was looked at."""

    reason = forms.CharField(max_length=LONGEST_REASON, label="Why undo all of this?",
                             widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    wrong = forms.BooleanField(required=False)
    key = forms.RegexField(r"\A[0-9a-f]{32}\Z")
    seen = forms.RegexField(r"\A[0-9a-f]{64}\Z")
