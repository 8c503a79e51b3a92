"""A limit as an admin types it."""

from typing import Any

from django import forms

from approvals import limits, tools, wording
from approvals.models import Agent, Workspace
from approvals.models.limit import Measure, Scope

KINDS = {
    "writes:minute": "Writes a minute", "writes:hour": "Writes an hour", "writes:day": "Writes a day",
    "money:day": "Money a day", "money:month": "Money a month",
}  # fmt: skip
LARGEST = 10**9


class LimitForm(forms.Form):
    """What it holds, what it counts, and how much. One in force on the same place is replaced."""

    place = forms.ChoiceField(label="Holds")
    kind = forms.ChoiceField(label="Counts", choices=list(KINDS.items()), initial="writes:hour")
    amount = forms.DecimalField(
        label="At most", min_value=0, max_digits=14, decimal_places=2, help_text="So many writes, or so much money.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    burst = forms.IntegerField(
        label="At once", required=False, min_value=1, max_value=LARGEST,
        help_text="Writes only: how many may go together after a pause. Empty: as many as in the whole time.",
    )  # fmt: skip
    currency = forms.RegexField(
        r"\A[A-Za-z]{3}\Z", label="Currency", required=False, help_text="Money only, such as EUR.",
        error_messages={"invalid": "Three letters, such as EUR."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, workspace: Workspace):
        super().__init__(data, label_suffix="")
        agents = Agent.objects.filter(workspace=workspace).order_by("name")
        groups = [
            ("Everything", [(f"{Scope.WORKSPACE}:", "The whole workspace")]),
            ("Tools", [(f"{Scope.TOOL}:{tool.name}", tool.title) for tool in tools.of_workspace(workspace)]),
            ("Agents", [(f"{Scope.AGENT}:{agent.id.hex}", agent.name) for agent in agents]),
        ]
        self.fields["place"].choices = [group for group in groups if group[1]]  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("More than nothing. To stop everything, pull a switch.")
        return amount

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        amount, kind = said.get("amount"), said.get("kind", "")
        if kind.startswith(Measure.WRITES) and amount is not None:
            if amount != int(amount) or amount > LARGEST:
                self.add_error("amount", f"A whole number of writes, up to {wording.money(LARGEST)}.")
            if said.get("currency"):
                self.add_error("currency", "Writes are counted, so there is no currency.")
        if kind.startswith(Measure.MONEY):
            if not said.get("currency") and "currency" not in self.errors:
                self.add_error("currency", "Say in which currency.")
            if said.get("burst") is not None:
                self.add_error("burst", "Money is counted by the day or month: this stays empty.")
        return said

    def terms(self) -> limits.Terms:
        """What was typed, as a limit's terms. The form is valid."""
        said = self.cleaned_data
        scope, _, key = said["place"].partition(":")
        measure, _, per = said["kind"].partition(":")
        writes = measure == Measure.WRITES
        burst = (said["burst"] or int(said["amount"])) if writes else None
        return limits.Terms(
            scope, measure, per, said["amount"], key, burst, "" if writes else said["currency"]
        )
