"""A rule as an admin types it, and a failure to try the rules on."""

from decimal import Decimal
from typing import Any

from django import forms

from approvals.models import Agent
from exceptions import catalogue, rules, ruling
from exceptions.models import FailureClass, Rule, Team

LARGEST = 2**31 - 1
CURRENCY = r"\A[A-Za-z]{3}\Z"


def _text(label: str, longest: int, help_text: str = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"} | attributes)
    return forms.CharField(
        label=label, required=False, max_length=longest, help_text=help_text, widget=widget
    )


def _currency() -> forms.RegexField:
    return forms.RegexField(
        CURRENCY, label="Currency", required=False, error_messages={"invalid": "Three letters, such as EUR."}
    )


def _amount(label: str) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=16, decimal_places=2, widget=widget
    )


class RuleForm(forms.Form):
    """What a failure must be like, and where it goes then. ``seen`` is the version of the rules on the screen."""

    name = forms.CharField(max_length=80, help_text="What it is for, such as: payroll goes to Controllers.")
    code = _text("Code", 60, "As it was reported; posting.* for all that begin so.", list="codes")
    operation = _text("Tool", 80, "books.post_expense, or books.* for all of books.", list="tools")
    connector = _text("System", 80, "What stands before the dot of a tool.")
    message = _text("Message has", 120, "A part of it; capitals do not matter.")
    field = _text("Field", 120)
    agent = forms.ChoiceField(required=False)
    amount_from = _amount("Amount from")
    currency = _currency()
    failure_class = forms.ModelChoiceField(
        FailureClass.objects.none(),
        required=False,
        label="Is this kind of failure",
        empty_label="as reported",
    )
    owner = forms.ModelChoiceField(
        Team.objects.none(), required=False, label="Belongs to", empty_label="the owner of its kind"
    )
    place = forms.IntegerField(min_value=1, max_value=rules.MOST, help_text="1 is asked first.")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def __init__(self, data: Any = None, *, workspace_id: int, rule: Rule | None = None):
        self.rule, listed = rule, ruling.in_order(workspace_id)
        initial: dict[str, Any] = {"place": len(listed) + 1, "seen": ruling.version(workspace_id)}
        if rule:
            initial |= {name: getattr(rule, name) for name in ruling.ASKS}
            initial |= {"name": rule.name, "failure_class": rule.failure_class_id, "owner": rule.owner_id}
            initial["place"] = rule.position
        super().__init__(data, initial=initial, label_suffix="")
        names = Agent.objects.filter(workspace=workspace_id).order_by("name").values_list("name", flat=True)
        held = [rule.agent] if rule and rule.agent else []
        self.fields["agent"].choices = [("", "any agent"), *((name, name) for name in {*names, *held})]  # type: ignore[attr-defined]
        classes = FailureClass.objects.filter(workspace=workspace_id).order_by("title")
        self.fields["failure_class"].queryset = classes  # type: ignore[attr-defined]
        self.fields["failure_class"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        self.fields["owner"].queryset = Team.objects.filter(workspace=workspace_id).order_by("name")  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_code(self) -> str:
        return _pattern(self.cleaned_data["code"])

    def clean_operation(self) -> str:
        return _pattern(self.cleaned_data["operation"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("amount_from") is not None and not said.get("currency") and "currency" not in self.errors:
            self.add_error("currency", "Say in which currency.")
        if not said.get("failure_class") and not said.get("owner"):
            self.add_error("owner", "Choose a kind of failure, a team, or both: it must do something.")
        if not self.errors and all(said.get(name) in ("", None) for name in ruling.ASKS):
            self.add_error(
                None, "Say something of the failure. A rule that asks nothing takes every failure."
            )
        return said

    def wanted(self) -> Rule:
        """The rule as it was typed, not kept yet. The form is valid."""
        rule = Rule(pk=self.rule.pk, version=self.rule.version) if self.rule else Rule()
        for name in ("name", *ruling.ASKS, "failure_class", "owner"):
            setattr(rule, name, self.cleaned_data[name])
        return rule


class TryForm(forms.Form):
    """A failure, pasted."""

    message = forms.CharField(label="What was said", max_length=500, required=False, strip=True,
                              widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    code = _text("Code", 60, "Empty: nobody knows it.", list="codes")
    operation = _text("Tool", 80, list="tools")
    field = _text("Field", 120)
    agent = _text("Agent", 80)
    amount = _amount("Amount")
    currency = _currency()

    def facts(self) -> rules.Facts:
        """The failure. The form is valid."""
        said = self.cleaned_data
        amount: Decimal | None = said["amount"]
        return rules.Facts(
            said["code"] or catalogue.UNCLASSIFIED, said["message"], said["operation"].partition(".")[0],
            said["operation"], said["field"], said["currency"].upper(), amount, more={"agent": said["agent"]},
        )  # fmt: skip


def _pattern(text: str) -> str:
    """A name, or the beginning of names. A lone star asks nothing, and so it is not kept."""
    if rules.ANY in text[:-1]:
        raise forms.ValidationError("A star stands for any ending, and only there: books.*")
    return "" if text == rules.ANY else text
