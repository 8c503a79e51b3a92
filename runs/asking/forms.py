"""Budgets, shares and terms as an admin types them."""

from typing import Any

from django import forms

from runs.llm.prompts import Prompt
from runs.models import ModelTerms

KINDS = {
    "money:month": "US dollars a month", "money:day": "US dollars a day", "money:run": "US dollars a run",
    "tokens:month": "Tokens a month", "tokens:day": "Tokens a day", "tokens:run": "Tokens a run",
}  # fmt: skip


class BudgetForm(forms.Form):
    """What is counted, over which time, and how much of it."""

    kind = forms.ChoiceField(label="Counts", choices=list(KINDS.items()))
    amount = forms.DecimalField(
        label="At most", min_value=0, max_digits=14, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    def __init__(self, data: Any = None):
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        amount, kind = said.get("amount"), said.get("kind", "")
        if amount is not None and not amount:
            self.add_error(
                "amount", "More than nothing. To ask no model at all, take the key from the workers."
            )
        if amount and kind.startswith("tokens") and amount != int(amount):
            self.add_error("amount", "A whole number of tokens.")
        return said

    def terms(self) -> dict[str, Any]:
        """As `runs.asking.budgets.set_budget` takes them. The form is valid."""
        measure, _, per = self.cleaned_data["kind"].partition(":")
        return {"measure": measure, "per": per, "amount": self.cleaned_data["amount"]}


class TermsForm(forms.Form):
    """A second opinion, and how long answers are kept. ``seen`` is the version that was on the screen."""

    second_model = forms.RegexField(
        r"\A[\w.:/-]*\Z", label="Second opinion by", required=False, max_length=80,
        help_text="The name of another model. It can warn or stop, never loosen. Empty: none is asked.",
        error_messages={"invalid": "A model’s name has letters, digits and . : / - only."},
    )  # fmt: skip
    keep_days = forms.IntegerField(
        label="Keep answers for",
        min_value=0,
        max_value=365,
        help_text="Days. 0 keeps none, and asks every time.",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, now: ModelTerms):
        begin = {"second_model": now.second_model, "keep_days": now.keep_days, "seen": now.version}
        super().__init__(data, label_suffix="", initial=begin)


class SharesForm(forms.Form):
    """Percents of inputs, one field for each version; together they make a hundred."""

    def __init__(self, data: Any = None, *, versions: tuple[Prompt, ...], shares: dict[int, int]):
        super().__init__(data, label_suffix="")
        for one in versions:
            self.fields[f"v{one.version}"] = forms.IntegerField(
                label=f"Version {one.version}", min_value=0, max_value=100, initial=shares.get(one.version, 0)
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and sum(said.values()) != 100:
            self.add_error(None, f"The shares make {sum(said.values())} percent. They must make 100.")
        return said

    def shares(self) -> dict[int, int]:
        """Percents by version. The form is valid."""
        return {int(name[1:]): share for name, share in self.cleaned_data.items()}
