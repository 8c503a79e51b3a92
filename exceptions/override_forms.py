"""Who is on duty instead, as it is typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User

from approvals import hours
from exceptions.models import Team
from exceptions.turns import hours_of
from exceptions.typed_moments import day, time_of_day


class OverrideForm(forms.Form):
    """Who is on duty instead, from when to when, on the team's clock."""

    user = forms.TypedChoiceField(label="Who is on duty", coerce=int)
    first, begins = day("From"), time_of_day("At")
    last, ends = day("Until"), time_of_day("At")

    def __init__(self, team: Team, people: Sequence[User], data: Any = None, initial: Any = None):
        self.team, self.people = team, {user.pk: user for user in people}
        super().__init__(data, initial=initial, label_suffix="", auto_id="duty-%s")
        names = [(user.pk, user.get_username()) for user in people]
        self.fields["user"].choices = names  # type: ignore[attr-defined]

    @property
    def who(self) -> User:
        return self.people[self.cleaned_data["user"]]

    def spell(self) -> tuple[datetime, datetime]:
        """From the first showing of one time to the first of the other."""
        said, zone = self.cleaned_data, hours_of(self.team).tzinfo
        return (
            hours.moment(said["first"], said["begins"], zone, fold=0),
            hours.moment(said["last"], said["ends"], zone, fold=0),
        )
