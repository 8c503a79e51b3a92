"""The place in the queue that an address tells of. What makes no sense in it is left out, and never an error."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms

from approvals import ids
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.waiting.filters import DUE, GATES, RANKS, Filters
from approvals.waiting.offers import DEADLINE, ORDERS
from approvals.waiting.places import ALL, HELD, MINE, SETTLED, VIEWS, Place

KEPT = 300  # letters of a place that is remembered: what anybody types does not fill the memory
OPEN_TO_ALL = (ALL, SETTLED, HELD)  # the views of members who do not review


def _choice(values: Mapping[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(value, value) for value in values], required=False)


def _amount() -> forms.DecimalField:
    return forms.DecimalField(min_value=Decimal(0), max_digits=16, decimal_places=2, required=False)


class PlaceForm(forms.Form):
    """Field by field what `Place` and `Filters` hold."""

    view = _choice(VIEWS)
    q = forms.CharField(max_length=100, required=False)
    after = forms.CharField(max_length=60, required=False)
    order = _choice(ORDERS)
    tool = forms.CharField(max_length=80, required=False)
    agent = forms.CharField(max_length=60, required=False)
    risk = _choice(RANKS)
    least = _amount()
    most = _amount()
    currency = forms.RegexField(r"\A[A-Z]{3}\Z", required=False)
    due = _choice(DUE)
    gate = _choice(GATES)
    workflow = forms.CharField(max_length=60, required=False)
    two = forms.BooleanField(required=False)
    again = forms.BooleanField(required=False)
    panel = forms.BooleanField(required=False)

    def clean_agent(self) -> str:
        told = str(self.cleaned_data["agent"])
        try:
            return ids.show("agent", ids.read("agent", told)) if told else ""
        except ids.UnknownId as error:
            raise forms.ValidationError(str(error)) from error


def read(told: Mapping[str, Any], member: Membership) -> Place:
    """The place, for this member."""
    known = tuple((name, str(told[name])) for name in PlaceForm.base_fields if name in told)
    short = sum(len(value) for _, value in known) <= KEPT
    return (_read if short else _read.__wrapped__)(known, default_view(member))


@lru_cache(maxsize=500)
def _read(told: tuple[tuple[str, str], ...], usual: str) -> Place:
    """Most pages ask for a place somebody has just asked for, and a form of so many fields takes its time."""
    form = PlaceForm(dict(told))
    form.is_valid()
    known = form.cleaned_data
    kept = {each.name: known[each.name] for each in fields(Filters) if known.get(each.name) not in (None, "")}
    view = known.get("view") or usual
    return Place(
        view=view,
        search=known.get("q", ""),
        after=known.get("after", ""),
        order=known.get("order") or DEADLINE,
        filters=Filters(**kept),
        panel=bool(known.get("panel")),
    )


def default_view(member: Membership) -> str:
    """Reviewers see what they may answer; everybody else sees all that waits."""
    return MINE if member.may(Role.REVIEWER) else ALL
