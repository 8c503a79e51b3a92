"""Teams, their hours and turns, as they are typed."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms

from approvals import hours
from approvals.administering.settings_forms import Ticks
from approvals.hours import Hours, OddHours
from approvals.models import Membership
from approvals.routing.own_hours_forms import WEEK
from approvals.routing.zones import Zones, zones
from exceptions.models import Team
from exceptions.teams import Terms
from exceptions.turns import hours_of
from exceptions.typed_moments import day, time_of_day

USUAL = "As the workspace"


class NewTeamForm(forms.Form):
    """What a new team is called."""

    name = forms.CharField(max_length=60, help_text="People, hours and turns are set on its page.")


class TeamForm(forms.Form):
    """A team as an admin sets it."""

    name = forms.CharField(max_length=60)
    members = Ticks(required=False, label="People")
    zone = forms.ChoiceField(required=False, label="Time zone", widget=Zones)
    days = Ticks(required=False, choices=WEEK, label="Works on")
    start = time_of_day("From", required=False)
    end = time_of_day("Until", required=False)
    order = forms.CharField(
        required=False, max_length=5_000, label="Turns",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text="One name a line, in the order of duty. Whoever is left out takes no turns; without any name, "
                  "everybody is called.",
    )  # fmt: skip
    first = day("First turn, from", required=False)
    at = time_of_day("At", required=False)
    turn_days = forms.IntegerField(min_value=1, max_value=90, label="A turn lasts, days")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, team: Team, people: Sequence[Membership], data: Any = None):
        self.team, self.people = team, {one.user.get_username(): one.user for one in people}
        super().__init__(data, initial=_held(team), label_suffix="", auto_id="team-%s")
        names = [(str(user.pk), name) for name, user in self.people.items()]
        self.fields["members"].choices = names  # type: ignore[attr-defined]
        self.fields["zone"].choices = [("", USUAL), *zones(team.timezone or "UTC")]  # type: ignore[attr-defined]

    def clean_order(self) -> tuple[int, ...]:
        """User ids; every name once, and known."""
        names = [name.strip() for name in self.cleaned_data["order"].splitlines() if name.strip()]
        unknown = [name for name in names if name not in self.people]
        if unknown:
            raise forms.ValidationError(f"Nobody here is called “{unknown[0][:60]}”.")
        if len(set(names)) < len(names):
            raise forms.ValidationError("A name stands there twice: everybody has one turn in a round.")
        return tuple(self.people[name].pk for name in names)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        order, members = told["order"], {int(pk) for pk in told["members"]}
        if not set(order) <= members:
            self.add_error("order", "Only people of the team take turns: tick them above.")
        if order and not (told["first"] and told["at"]):
            self.add_error("first", "Say when the first turn began, so that it is known whose turn it is.")
        try:
            told["hours"] = self._hours(told)
        except OddHours as error:
            self.add_error("end", str(error))
        return told

    def _hours(self, told: dict[str, Any]) -> Hours | None:
        """None as long as nothing of it is said; what is left out is the workspace's."""
        if not any(told[name] for name in ("zone", "days", "start", "end")):
            return None
        usual = hours.of_workspace(self.team.workspace)
        days = frozenset(map(int, told["days"])) or usual.days
        return Hours(told["zone"] or usual.zone, days, told["start"] or usual.start, told["end"] or usual.end)

    def terms(self) -> Terms:
        """What the form says, once it is valid."""
        said, clock = self.cleaned_data, self.cleaned_data["hours"] or hours.of_workspace(self.team.workspace)
        begins = hours.moment(said["first"], said["at"], clock.tzinfo, fold=0) if said["order"] else None
        return Terms(
            name=said["name"], members=frozenset(map(int, said["members"])), hours=said["hours"], order=said["order"],
            turns_begin_at=begins, turn_days=said["turn_days"],
        )  # fmt: skip


def _held(team: Team) -> dict[str, Any]:
    begins = hours_of(team).local(team.turns_begin_at) if team.turns_begin_at else None
    return {
        "name": team.name,
        "members": [str(pk) for pk in team.members.values_list("pk", flat=True)],
        "zone": team.timezone,
        "days": [str(day) for day in team.works_on or []],
        "start": team.works_from,
        "end": team.works_until,
        "order": "\n".join(team.turns.order_by("position").values_list("user__username", flat=True)),
        "first": begins.date() if begins else None,
        "at": begins.time() if begins else time(9, 0),
        "turn_days": team.turn_days,
        "version": team.version,
    }
