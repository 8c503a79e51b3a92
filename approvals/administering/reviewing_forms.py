"""What admins type about reviewing."""

from typing import Any

from django import forms

from approvals.administering import reviewing_terms
from approvals.administering.settings_forms import Ticks
from approvals.hours import Hours, OddHours
from approvals.models import Workspace
from approvals.routing.own_hours_forms import WEEK
from approvals.routing.zones import Zones, zones


class ReviewingForm(forms.Form):
    """The terms, and those that were on the screen."""

    drill_every = forms.IntegerField(
        label="One drill in so many answers", min_value=0, max_value=1000,
        help_text="0 for none; 20 is a good measure. In a long streak they come three times as often.",
    )  # fmt: skip
    hourly_limit = forms.IntegerField(
        label="Answers of one person in an hour", min_value=1, max_value=10_000,
        help_text="Beyond it the next item rests a few seconds. Nobody is ever refused.",
    )  # fmt: skip
    hourly_limit_high = forms.IntegerField(label="Likewise at high risk", min_value=1, max_value=10_000)
    timezone = forms.ChoiceField(label="Time zone", widget=Zones)
    works_from = forms.TimeField(
        label="Work begins", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    works_until = forms.TimeField(label="Work ends", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    works_on = Ticks(label="Working days", choices=WEEK)
    new_versions = forms.ChoiceField(
        label="Another version of an agent begins", choices=[("shadow", "in shadow"), ("assisted", "assisted")],
        help_text="In shadow nothing of it is written until enough was compared; assisted, people sign everything.",
    )  # fmt: skip
    seen = forms.CharField(max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, workspace: Workspace):
        initial = {name: getattr(workspace, name) for name in reviewing_terms.FIELDS}
        initial |= {
            "works_on": [str(day) for day in workspace.works_on],
            "seen": reviewing_terms.mark(workspace),
        }
        super().__init__(data, initial=initial, label_suffix="")
        self.fields["timezone"].choices = zones(workspace.timezone)  # type: ignore[attr-defined]
        self.fields["works_on"].error_messages["required"] = "Choose at least one day of the week."

    def clean_works_on(self) -> list[int]:
        return sorted(int(day) for day in self.cleaned_data["works_on"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if {"timezone", "works_from", "works_until", "works_on"} <= told.keys():
            days = frozenset(told["works_on"])
            try:
                Hours(told["timezone"], days, told["works_from"], told["works_until"])
            except OddHours as error:
                self.add_error("works_until", str(error))
        return told
