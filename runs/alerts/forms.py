"""A threshold as an admin types it."""

from decimal import Decimal
from typing import Any

from django import forms

from approvals.models import Workspace
from runs.alerts.setting import Terms
from runs.alerts.words import TITLES
from runs.models import Figure, Grain, Scope, Watch
from runs.workflows import catalogue

HELP = "Percent for rates, seconds for latency, times the usual for escalation, money for spend, hours for silence."


class ThresholdForm(forms.Form):
    """One in force on the same workflow and figure is replaced by the next version."""

    workflow = forms.ChoiceField(label="Workflow")
    watch = forms.ChoiceField(label="Watches", choices=[(str(key), title) for key, title in TITLES.items()])
    limit = forms.DecimalField(
        label="Threshold", min_value=Decimal("0.0001"), max_digits=14, decimal_places=4, help_text=HELP,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    currency = forms.RegexField(
        r"\A[A-Za-z]{3}\Z", label="Currency", required=False, help_text="Spend only, such as EUR.",
        error_messages={"invalid": "Three letters, such as EUR."},
    )  # fmt: skip
    hours = forms.IntegerField(label="Looks back, hours", min_value=1, max_value=744, initial=24)
    least = forms.IntegerField(
        label="Says nothing of fewer than", min_value=1, max_value=100_000, initial=5,
        help_text="Runs, answers or proposals.",
    )  # fmt: skip
    working = forms.BooleanField(label="Silence counts on working days only", required=False)

    def __init__(self, data: Any = None, *, workspace: Workspace, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial, label_suffix="", auto_id="threshold-%s")
        names = [(name, name) for name in workflows(workspace)]
        self.fields["workflow"].choices = names  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        watch, limit = said.get("watch"), said.get("limit")
        if watch in (Watch.ERROR_RATE, Watch.ACCURACY) and limit is not None and limit > 100:
            self.add_error("limit", "A rate is 100 percent at most.")
        if watch == Watch.ESCALATION and limit is not None and limit < Decimal("1.1"):
            self.add_error("limit", "At least 1.1 times the usual.")
        if watch == Watch.SPEND and not said.get("currency") and "currency" not in self.errors:
            self.add_error("currency", "Say in which currency.")
        return said

    def terms(self) -> Terms:
        """What was typed. What does not belong to the figure is left out. The form is valid."""
        said = self.cleaned_data
        spend, silence = said["watch"] == Watch.SPEND, said["watch"] == Watch.SILENCE
        currency = said["currency"] if spend else ""
        return Terms(
            said["workflow"], said["watch"], said["limit"], said["hours"], said["least"], currency,
            silence and said["working"],
        )  # fmt: skip


def workflows(workspace: Workspace) -> list[str]:
    """Those that ever ran here, and those that are shipped."""
    rows = Figure.objects.filter(
        workspace=workspace, scope=Scope.WORKFLOW, grain=Grain.EVER, measure="began"
    ).exclude(workflow="")
    ran = rows.order_by().values_list("workflow", flat=True).distinct()[:200]
    return sorted({*ran, *catalogue.WORKFLOWS})
