"""A failure class as an admin sets it."""

from datetime import timedelta
from typing import Any

from django import forms

from exceptions import terms
from exceptions.models import FailureClass, Plan, Team
from exceptions.models.failure_class import Handling, Kind, Severity

LARGEST = 2**31 - 1
MOST_TRIES = 20
PLACES = ["owner", "backup", "plan"]
SHARED = [
    "title", "kind", "severity", "handling", "tries", "retry_seconds", "retry_factor", "surge_least",
    "surge_times", "alarm_money", "resolutions", "runbook",
]  # fmt: skip


def _choices(kinds: Any) -> list[tuple[str, str]]:
    return [(value, str(label)[:1].upper() + str(label)[1:]) for value, label in kinds.choices]


def _count(label: str, most: int, help_text: str = "", least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class ClassForm(forms.Form):
    """Every term of a class, beginning with those in force. ``version`` is the one that was on the screen."""

    title = forms.CharField(label="Name", max_length=120)
    kind = forms.ChoiceField(choices=_choices(Kind))
    severity = forms.ChoiceField(choices=_choices(Severity))
    owner = forms.ModelChoiceField(Team.objects.none(), help_text="Owns every new case of this kind.")
    backup = forms.ModelChoiceField(Team.objects.none(), help_text="Is called when the owner does not come.")
    plan = forms.ModelChoiceField(
        Plan.objects.none(),
        label="Escalation",
        empty_label=None,
        help_text="Who is called when nobody takes it.",
    )
    acknowledge_minutes = _count("Acknowledge within, minutes", 60 * 24 * 14)
    resolve_hours = _count("Resolve within, hours", 24 * 90)
    handling = forms.ChoiceField(choices=_choices(Handling))
    tries = _count("Tries in all", MOST_TRIES, "Of a write, before a case opens.")
    retry_seconds = _count("Pause, seconds", 3600, "Before the second try: up to so long, times the factor.")
    retry_factor = _count("Factor", 10, "Each pause may be so many times as long as the one before.")
    retry_within_minutes = _count(
        "Within, minutes", 60 * 24 * 7, "No try begins later than this after the first."
    )
    surge_least = _count("Failures at least", 10_000, "Within a quarter of an hour.", 2)
    surge_times = _count("Times what is usual", 100, "Usual is the same quarter in the last seven days.", 2)
    alarm_money = forms.DecimalField(
        label="Or money waiting, from", required=False, min_value=1, max_digits=16, decimal_places=2,
        help_text="In any one currency. Empty: no amount calls anybody by itself.",
    )  # fmt: skip
    resolutions = forms.MultipleChoiceField(
        label="May be settled by", choices=[(way, label.capitalize()) for way, label in terms.WAYS.items()],
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one way to settle it."},
    )  # fmt: skip
    runbook = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="What to do about it, in Markdown.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)

    def __init__(self, failure_class: FailureClass, data: Any = None):
        super().__init__(data, initial=_as_typed(failure_class), label_suffix="")
        teams = Team.objects.filter(workspace=failure_class.workspace_id).order_by("name")
        for name in ("owner", "backup"):
            self.fields[name].queryset = teams  # type: ignore[attr-defined]
        plans = Plan.objects.filter(workspace=failure_class.workspace_id).order_by("name")
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two teams, not one twice; and who tries again does so at least once."""
        found = super().clean() or {}
        if found.get("owner") and found.get("owner") == found.get("backup"):
            self.add_error("backup", "The backup must be another team: who comes when the owner does not?")
        if found.get("handling") == Handling.RETRY and found.get("tries") == 1:
            self.add_error("tries", "To try again takes at least two.")
        return found

    def terms(self) -> terms.Terms:
        """What the form says, once it is valid. What is not tried again has one try."""
        said = self.cleaned_data
        shared = {name: said[name] for name in [*SHARED, *PLACES]}
        return terms.Terms(
            **shared | {
                "tries": said["tries"] if said["handling"] == Handling.RETRY else 1,
                "runbook": said["runbook"].replace("\r\n", "\n"),
            },
            acknowledge_within=timedelta(minutes=said["acknowledge_minutes"]),
            resolve_within=timedelta(hours=said["resolve_hours"]),
            retry_within=timedelta(minutes=said["retry_within_minutes"]),
        )  # fmt: skip


def _as_typed(row: FailureClass) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in SHARED} | {
        name: getattr(row, f"{name}_id") for name in PLACES
    }
    return known | {
        "acknowledge_minutes": max(row.acknowledge_within // terms.MINUTE, 1),
        "resolve_hours": max(row.resolve_within // terms.HOUR, 1),
        "retry_within_minutes": max(row.retry_within // terms.MINUTE, 1),
        "alarm_money": row.alarm_money or "",
        "version": row.version,
    }
