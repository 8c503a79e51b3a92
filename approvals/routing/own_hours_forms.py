"""One's hours, letters and absences as one types them; each form is about one thing."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from approvals import hours
from approvals.administering.settings_forms import Ticks
from approvals.hours import Hours, OddHours
from approvals.models import Membership
from approvals.models.workspace import Letters
from approvals.routing.zones import Zones, zones

WEEK = [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("7", "Sun")]
LARGEST = 2**63 - 1


class HoursForm(forms.Form):
    """When somebody works."""

    zone = forms.ChoiceField(label="Time zone", widget=Zones)
    days = Ticks(
        label="Days", choices=WEEK, error_messages={"required": "Choose at least one day of the week."}
    )
    start = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label="Until", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, data: Any = None, *, held: Hours, **more: Any):
        initial = {
            "zone": held.zone,
            "days": sorted(map(str, held.days)),
            "start": held.start,
            "end": held.end,
        }
        super().__init__(data, initial=initial, label_suffix="", **more)
        self.fields["zone"].choices = zones(held.zone)  # type: ignore[attr-defined]
        for name in ("start", "end"):
            self.fields[name].error_messages["invalid"] = "A time such as 09:00."

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors:
            try:
                days = frozenset(map(int, told["days"]))
                told["hours"] = Hours(told["zone"], days, told["start"], told["end"])
            except OddHours as error:
                self.add_error("end", str(error))
        return told


class LettersForm(forms.Form):
    """When somebody is written to."""

    letters = forms.ChoiceField(
        choices=[(value, str(label).capitalize()) for value, label in Letters.choices],
        widget=forms.RadioSelect, label="Letters",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, held: str):
        super().__init__(data, initial={"letters": held}, label_suffix="")


def _in_reach(day: date) -> None:
    """Days at the ends of the calendar have no day before or after them to count with."""
    if not 1970 <= day.year < 3000:
        raise forms.ValidationError("A date such as 2026-11-30.")


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "A date such as 2026-11-30."}, validators=[_in_reach],
    )  # fmt: skip


class CoverForm(forms.Form):
    """Who is away from when to when, and who stands in. Admins may say it of somebody else."""

    away = forms.TypedChoiceField(label="Who is away", coerce=int)
    stand_in = forms.TypedChoiceField(label="Who stands in", coerce=int)
    first = _day("First day away")
    last = _day("Last day away", "Cover ends when work begins after it.")

    def __init__(self, data: Any = None, *, member: Membership, people: Iterable[Membership], others: bool):
        super().__init__(data, initial={"away": member.user_id}, label_suffix="")
        self.member, self.people = member, {one.user_id: one for one in people}
        names = [(one.user_id, one.user.get_username()) for one in self.people.values()]
        self.fields["stand_in"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a reviewer"), *((pk, name) for pk, name in names if others or pk != member.user_id)
        ]  # fmt: skip
        self.fields["stand_in"].error_messages["required"] = "Choose who stands in."
        if others:
            self.fields["away"].choices = names  # type: ignore[attr-defined]
        else:
            del self.fields["away"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is not before the first.")
        return told

    @property
    def who(self) -> Membership:
        """Who is away."""
        return self.people.get(self.cleaned_data.get("away") or 0, self.member)

    def spell(self) -> tuple[datetime, datetime]:
        """From the first day's midnight until work begins after the last, on the clock of who is away."""
        clock = hours.of_member(self.who)
        midnight = datetime.combine(self.cleaned_data["first"], time(), clock.tzinfo)
        after = datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time(), clock.tzinfo)
        return midnight, clock.next_opening(after - timedelta.resolution)


class EndForm(forms.Form):
    """Which cover ends."""

    cover = forms.IntegerField(min_value=1, max_value=LARGEST)
