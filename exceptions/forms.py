"""What people type on the pages of exceptions."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from exceptions import asking
from exceptions.models import Case, Team
from exceptions.resolutions import REASONS

LARGEST = 2**63 - 1
LONGEST_NOTE = 2_000


class NoteForm(forms.Form):
    """Something to remember about a case."""

    text = forms.CharField(max_length=LONGEST_NOTE)


class DismissForm(forms.Form):
    """Why nothing is left to do. ``upto`` is the newest failure that was on the screen: what came later stays open."""

    reason = forms.ChoiceField(choices=list(REASONS.items()))
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    upto = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)
    occurrence = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)


class AskAgainForm(forms.Form):
    """What would be right, for the agent. ``upto`` and ``occurrence`` as in a dismissal."""

    wish = forms.CharField(max_length=asking.LONGEST)
    upto = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)
    occurrence = forms.IntegerField(min_value=0, max_value=LARGEST, required=False)


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
