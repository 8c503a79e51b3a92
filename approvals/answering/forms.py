"""What people send with a click: where in the queue they are, and their answer."""

from typing import Any

from django import forms
from django.http import HttpRequest

from approvals import decisions
from approvals.models import Membership
from approvals.models.decision import Verdict
from approvals.oversight.exposures import Look
from approvals.waiting import filters_form
from approvals.waiting.places import Place


def place(request: HttpRequest, member: Membership) -> Place:
    """The place in the queue the address tells of."""
    return filters_form.read(request.GET, member)


LONGEST_LOOK = 24 * 3600 * 1000
PANES = 12


class LookForm(forms.Form):
    """What the page measured (``static/js/exposure.js``). Absent or odd figures count as not measured."""

    seen_ms = forms.IntegerField(min_value=0, max_value=LONGEST_LOOK, required=False)
    evidence_ms = forms.IntegerField(min_value=0, max_value=LONGEST_LOOK, required=False)
    panes = forms.RegexField(r"\A[a-z,]{0,120}\Z", required=False)


def look(request: HttpRequest) -> Look:
    """How long the item was looked at, as far as the page told."""
    form = LookForm(request.POST)
    form.is_valid()
    told = form.cleaned_data
    panes = tuple(filter(None, (told.get("panes") or "").split(",")))[:PANES]
    return Look(told.get("seen_ms"), told.get("evidence_ms"), panes)


class RoundForm(forms.Form):
    """The round of the question that was on the screen."""

    round = forms.IntegerField(min_value=1, max_value=32_767, required=False)


def seen_round(request: HttpRequest) -> int | None:
    """None where the page told none, or nonsense: then the digest alone must agree."""
    form = RoundForm(request.POST)
    form.is_valid()
    told: int | None = form.cleaned_data.get("round")
    return told


class VerdictForm(forms.Form):
    """Yes or no. A reason alone means no: each reason is a button."""

    verdict = forms.ChoiceField(choices=[(v, v) for v in (Verdict.APPROVE, Verdict.REJECT)], required=False)
    reason_code = forms.ChoiceField(choices=list(decisions.REASONS.items()), required=False)
    note = forms.CharField(max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not told.get("verdict"):
            if not told.get("reason_code"):
                raise forms.ValidationError("Nothing was answered: approve, or say why not.")
            told["verdict"] = str(Verdict.REJECT)
        return told


class AnswerForm(VerdictForm, RoundForm):
    """A reviewer's answer to what was on the screen."""

    seen_digest = forms.RegexField(r"\A[0-9a-f]{64}\Z")


def words(form: forms.Form) -> str:
    """Everything that is wrong, as sentences."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
