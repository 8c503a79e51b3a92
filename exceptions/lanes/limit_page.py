"""The page of a lane's limit of errors: what each limit would make of its threshold now, and the form to set one."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.urls import reverse

from approvals import rail, wording
from approvals.lanes import cuts, ladder, promising
from approvals.lanes.criterion import percent
from approvals.models import Lane, LanePromise, Membership
from approvals.models.workspace import Role
from approvals.statistics import bounds

USUAL = tuple(map(Decimal, ("0.005", "0.010", "0.020", "0.030", "0.050", "0.100")))
SHOWN = 20


class LimitForm(forms.Form):
    """Percent of errors among what passes by itself. ``seen`` is the limit that was on the screen."""

    limit = forms.DecimalField(
        label="At most, in percent", max_digits=4, decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    reason = forms.CharField(
        label="Why?", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why: it stands in the lane’s history."},
    )  # fmt: skip
    seen = forms.DecimalField(max_digits=4, decimal_places=3, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lane: Lane):
        super().__init__(data, initial={"seen": lane.epsilon}, label_suffix="", auto_id="limit-%s")
        low, high = _percent(promising.LEAST), _percent(promising.most(lane.risk))
        field: Any = self.fields["limit"]
        field.help_text = f"From {low} to {high} for {lane.risk} risk."
        field.validators += [
            MinValueValidator(100 * promising.LEAST),
            MaxValueValidator(100 * promising.most(lane.risk)),
        ]

    @property
    def epsilon(self) -> Decimal:
        """As a share. The form is valid."""
        return Decimal(self.cleaned_data["limit"]) / 100


def read(member: Membership, lane: Lane, now: datetime, form: LimitForm | None = None) -> dict[str, Any]:
    """The context of ``lanes/limit.html``."""
    limits = {*USUAL, lane.epsilon}
    within = sorted(one for one in limits if promising.LEAST <= one <= promising.most(lane.risk))
    past = LanePromise.objects.filter(lane=lane).select_related("set_by").order_by("-version")[:SHOWN]
    return rail.around(member, now) | {
        "lane": lane,
        "tool": wording.tool_title(lane.tool),
        "now": _percent(lane.epsilon),
        "sure": _percent(1 - lane.delta),
        "passes": ladder.passes(lane.stage),
        "lines": [_line(lane, one) for one in within],
        "form": (form or LimitForm(lane=lane)) if member.may(Role.ADMIN) else None,
        "past": [{"row": row, "to": _percent(row.epsilon), "from": _percent(row.before)} for row in past],
        "back": reverse("lane", args=[member.workspace.slug, lane.pk]),
    }


def _line(lane: Lane, epsilon: Decimal) -> dict[str, Any]:
    """One limit: the threshold it would leave, how much would reach that, and the labels its first proof takes."""
    after = promising.threshold_after(lane, epsilon)
    cut = cuts.at(lane.calibrator, after)
    return {
        "limit": _percent(epsilon),
        "now": epsilon == lane.epsilon,
        "threshold": after,
        "coverage": f"about {percent(cut['coverage'], 0)}" if cut else "",
        "labels": bounds.labels_needed(float(epsilon), 0, float(lane.delta)),
    }


def _percent(share: Decimal) -> str:
    return percent(float(share))
