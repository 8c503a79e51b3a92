"""What people type on the pages of exceptions."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from exceptions.models import Case, FailureClass, Plan, Team
from exceptions.registry import Terms
from exceptions.resolutions import REASONS

LARGEST = 2**63 - 1
LONGEST_NOTE = 2_000


class NoteForm(forms.Form):
    """Something to remember about a case."""

    text = forms.CharField(label="Note", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))


class DismissForm(forms.Form):
    """Why nothing is left to do. ``upto`` is the newest failure that was on the screen: what came later stays open."""

    reason = forms.ChoiceField(choices=list(REASONS.items()))
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    upto = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)
    occurrence = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)


class AskAgainForm(forms.Form):
    """What would be right, for the agent. ``upto`` and ``occurrence`` as in a dismissal."""

    wish = forms.CharField(
        label="What would be right", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The agent reads it with its answer, and proposes anew.",
    )  # fmt: skip
    upto = forms.IntegerField(min_value=0, max_value=LARGEST, required=False, widget=forms.HiddenInput)
    occurrence = forms.IntegerField(min_value=0, max_value=LARGEST, required=False, widget=forms.HiddenInput)


class HandOverForm(forms.Form):
    """Which team, and what it should know."""

    team = forms.ModelChoiceField(Team.objects.none(), empty_label=None, label="Team")
    note = forms.CharField(
        label="What they should know",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, case: Case, data: Any = None):
        super().__init__(data, auto_id="to-%s", label_suffix="")
        teams: QuerySet[Team] = Team.objects.filter(workspace=case.workspace_id).exclude(pk=case.owner_id)
        self.fields["team"].queryset = teams.order_by("name")  # type: ignore[attr-defined]


class ReviewHandOverForm(forms.Form):
    """A reviewer's hand-over: the digest that was on the screen, and a word for the owner."""

    seen_digest = forms.CharField(max_length=64)
    note = forms.CharField(max_length=500, required=False)


class ClassForm(forms.Form):
    """A failure class as an admin sets it: two teams, two clocks, and what to do."""

    owner = forms.ModelChoiceField(Team.objects.none(), help_text="Owns every new case of this class.")
    backup = forms.ModelChoiceField(Team.objects.none(), help_text="Is called when the owner does not come.")
    plan = forms.ModelChoiceField(
        Plan.objects.none(),
        label="Escalation",
        empty_label=None,
        help_text="Who is called when nobody takes it.",
    )
    acknowledge_minutes = forms.IntegerField(
        label="Acknowledge within, minutes", min_value=1, max_value=60 * 24 * 14
    )
    resolve_hours = forms.IntegerField(label="Resolve within, hours", min_value=1, max_value=24 * 90)
    runbook = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}), help_text="Markdown."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, failure_class: FailureClass, data: Any = None):
        initial = {
            "owner": failure_class.owner_id,
            "backup": failure_class.backup_id,
            "plan": failure_class.plan_id,
            "acknowledge_minutes": int(failure_class.acknowledge_within.total_seconds() // 60),
            "resolve_hours": max(int(failure_class.resolve_within.total_seconds() // 3600), 1),
            "runbook": failure_class.runbook,
            "version": failure_class.version,
        }
        super().__init__(data, initial=initial, label_suffix="")
        teams = Team.objects.filter(workspace=failure_class.workspace_id).order_by("name")
        for name in ("owner", "backup"):
            self.fields[name].queryset = teams  # type: ignore[attr-defined]
        plans = Plan.objects.filter(workspace=failure_class.workspace_id).order_by("name")
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two teams, not one twice."""
        found = super().clean() or {}
        if found.get("owner") and found.get("owner") == found.get("backup"):
            self.add_error("backup", "The backup must be another team: who comes when the owner does not?")
        return found

    def terms(self) -> Terms:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        return Terms(
            owner=said["owner"],
            backup=said["backup"],
            plan=said["plan"],
            acknowledge_within=timedelta(minutes=said["acknowledge_minutes"]),
            resolve_within=timedelta(hours=said["resolve_hours"]),
            runbook=said["runbook"].replace("\r\n", "\n"),
        )
