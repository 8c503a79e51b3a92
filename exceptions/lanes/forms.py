"""What admins type when a lane moves."""

from typing import Any

from django import forms

from approvals.lanes import ladder
from approvals.models import Lane


class UpForm(forms.Form):
    """One rung up from the stage it stood at on the screen."""

    reason = forms.CharField(
        label="Why?", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why: it stands in the lane’s history."},
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lane: Lane):
        super().__init__(data, initial={"seen": lane.stage}, label_suffix="", auto_id="up-%s")


class DownForm(UpForm):
    """To any rung below."""

    stage = forms.ChoiceField(label="To")
    field_order = ["stage", "reason"]

    def __init__(self, data: Any = None, *, lane: Lane):
        super().__init__(data, lane=lane)
        self.auto_id = "down-%s"
        lower = reversed(ladder.below(lane.stage))
        self.fields["stage"].choices = [  # type: ignore[attr-defined]
            (str(stage), ladder.words(stage).capitalize()) for stage in lower
        ]
