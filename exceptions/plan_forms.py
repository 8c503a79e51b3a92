"""A plan as an admin types it: its terms, and a line for each step; lines that call nobody are left out."""

from typing import Any

from django import forms

from approvals.models import Membership
from exceptions import plans, steps
from exceptions.models import Channel, Plan, Team

WHOM = [(steps.DUTY, "who is on duty"), (steps.EVERYONE, "everybody")]
LONGEST = int(steps.LONGEST.total_seconds() // 60)


class PlanForm(forms.Form):
    """Its name, and what happens around its steps."""

    name = forms.CharField(max_length=60)
    repeats = forms.IntegerField(
        label="More rounds",
        min_value=0,
        max_value=plans.MOST_REPEATS,
        help_text="After the last round its final step comes again once a day.",
    )
    in_hours = forms.BooleanField(
        label="Only in working hours",
        required=False,
        help_text="The clock of a step runs while the called team works.",
    )
    skip_empty = forms.BooleanField(
        label="Pass over who is not there",
        required=False,
        help_text="A step that would reach nobody is followed by the next one at once.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class StepForm(forms.Form):
    """One step."""

    to = forms.ChoiceField(label="Call", required=False)
    whom = forms.ChoiceField(label="There", choices=WHOM)
    after_minutes = forms.IntegerField(label="After, minutes", min_value=1, max_value=LONGEST, required=False)
    by = forms.MultipleChoiceField(
        label="Besides in the product", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, choices: "Choices", data: Any = None, **more: Any):
        super().__init__(data, label_suffix="", **more)
        self.fields["to"].choices = choices.to  # type: ignore[attr-defined]
        self.fields["by"].choices = choices.by  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A step that calls somebody says when."""
        found = super().clean() or {}
        if found.get("to") and not found.get("after_minutes") and "after_minutes" not in self.errors:
            self.add_error("after_minutes", "After how many minutes?")
        return found


class Choices:
    """Whom a workspace's steps may call, and by which ways."""

    def __init__(self, workspace_id: int):
        teams = Team.objects.filter(workspace=workspace_id).order_by("name").values_list("pk", "name")
        people = Membership.objects.filter(workspace=workspace_id, user__is_active=True).order_by(
            "user__username"
        )
        ways = Channel.objects.filter(workspace=workspace_id, retired_at__isnull=True).order_by("name")
        self.to = [
            ("", "nobody: no such step"),
            (steps.OWNER, "the owner of the case"),
            (steps.BACKUP, "the backup"),
            *((f"{steps.TEAM}{pk}", name) for pk, name in teams),
            *((f"{steps.PERSON}{pk}", name) for pk, name in people.values_list("user", "user__username")),
        ]
        self.by = [(steps.EMAIL, "e-mail"), *((f"{steps.CHANNEL}{way.pk}", way.name) for way in ways)]


class Sheet:
    """The whole form: one for the terms, one for each step."""

    def __init__(self, workspace_id: int, plan: Plan | None, data: Any = None):
        was: dict[str, Any] = (
            plans.content(plan) | {"version": plan.version}
            if plan
            else {"repeats": 2, "skip_empty": True, "version": 0}
        )
        choices, told = Choices(workspace_id), list(was.get("steps", []))
        self.open = len(told) + 1  # steps beyond the next one are folded
        self.head = PlanForm(data, initial=was, label_suffix="")
        self.steps = [
            StepForm(
                choices, data, prefix=f"step-{number}", initial=told[number] if number < len(told) else {}
            )
            for number in range(plans.MOST_STEPS)
        ]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in (self.head, *self.steps)]  # each says what is wrong with it
        return all(valid)

    def terms(self) -> plans.Terms:
        """What it says, once it is valid."""
        said = self.head.cleaned_data
        told = tuple(
            {name: step.cleaned_data[name] for name in ("after_minutes", "to", "whom", "by")}
            for step in self.steps
            if step.cleaned_data["to"]
        )
        return plans.Terms(said["name"], told, said["repeats"], said["in_hours"], said["skip_empty"])
