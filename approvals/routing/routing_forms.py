"""What people type to put an item off or to give it to colleagues."""

from datetime import datetime
from typing import Any

from django import forms

from approvals import hours
from approvals.models import Membership, Proposal
from approvals.routing import asides

TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
LARGEST = 2**31 - 1


class AsideForm(forms.Form):
    """A moment on offer by its code, or one's own, on one's own clock."""

    choice = forms.CharField(max_length=20, required=False)
    at = forms.CharField(max_length=30, required=False)

    def __init__(self, data: Any, *, proposal: Proposal, member: Membership, now: datetime):
        self.proposal, self.member, self.now = proposal, member, now
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("choice"):
            try:
                told["until"] = asides.moment(told["choice"], self.proposal, self.member, self.now)
            except asides.NotLater as error:
                raise forms.ValidationError(
                    "That moment is not on offer any more. Choose another one."
                ) from error
        else:
            told["until"] = typed(told.get("at", ""), self.member)
            if told["until"] <= self.now:
                raise forms.ValidationError("That moment has passed. Choose a later one.")
        return told


class GiveForm(forms.Form):
    """To whom, with a word to them."""

    to = forms.IntegerField(min_value=1, max_value=LARGEST, error_messages={"required": "Choose somebody."})
    note = forms.CharField(max_length=500, required=False)


class NoteForm(forms.Form):
    """A word to those it is given to."""

    note = forms.CharField(max_length=500, required=False)


def typed(text: str, member: Membership) -> datetime:
    """A moment as a browser's field for date and time sends it, on the member's own clock."""
    zone = hours.of_member(member).tzinfo
    for pattern in TYPED:
        try:
            return datetime.strptime(text.strip(), pattern).replace(tzinfo=zone)
        except ValueError:
            continue
    raise forms.ValidationError("Choose a moment, or type a date and a time such as 2026-11-30 09:00.")
