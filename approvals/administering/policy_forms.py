"""A policy's terms as an admin types them: hours, lines and boxes instead of intervals, arrays and moments."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms

from approvals import wording
from approvals.administering import policy_words
from approvals.administering.settings_forms import Ticks
from approvals.models import Policy

LARGEST = 2**31 - 1
LONGEST_NAME = 120
MOST_NAMES = 200
HOUR = timedelta(hours=1)
SHIPPED = Policy()
BREAKER = ("breaker_failures", "breaker_window", "breaker_pause")


def _money(label: str, help_text: str, digits: int = 14) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=0, max_digits=digits, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


def _count(
    label: str, help_text: str = "", *, least: int = 0, most: int = LARGEST, need: bool = True
) -> forms.Field:
    return forms.IntegerField(
        label=label, help_text=help_text, required=need, min_value=least, max_value=most
    )


class PolicyForm(forms.Form):
    """Every term of a policy, beginning with those in force. ``seen`` is the version they are."""

    confidence_floor = forms.DecimalField(
        label="Confidence line", min_value=0, max_value=1, max_digits=4, decimal_places=3,
        help_text="From 0 to 1. Below it a person is asked.", widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    quorum = _count("Signatures", "From 1 to 9 people.", least=1, most=9)
    reviewers = Ticks(required=False, label="Reviewers", help_text="None chosen: any reviewer may sign.")
    patience = forms.DecimalField(
        label="Patience, hours", min_value=Decimal("0.01"), max_value=8760, decimal_places=2,
        help_text="After that an unanswered proposal expires.", widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    working_hours = forms.BooleanField(
        required=False, label="Count patience in the workspace’s working hours only"
    )
    undo_seconds = _count("Undo, seconds", "How long an approval can be taken back.", most=86_400)
    currency = forms.RegexField(
        r"\A[A-Za-z]{3}\Z", required=False, label="Currency", help_text="Of all limits, such as EUR.",
        error_messages={"invalid": "Three letters, such as EUR."},
    )  # fmt: skip
    ask_above = _money("Asks above", "Then a person signs. Empty: no limit.")
    second_above = _money("Two sign above", "Then two people sign. Empty: no limit.")
    block_above = _money("Blocks above", "Nobody may sign it. Empty: no limit.")
    rate_per_hour = _count("Rate per hour", "Proposals of one agent. Empty: no limit.", least=1, need=False)
    spend_per_day = _money("Spend per day", "Beyond it two people sign. Empty: no limit.", 16)
    oldest_days = _count("Oldest, days back", "Empty: any age.", most=36_500, need=False)
    future_days = _count("Latest, days ahead", "0: nothing after today.", most=36_500)
    breaker_failures = _count("Failures", "Empty: five.", least=1, most=1000, need=False)
    breaker_window = _count("Within, seconds", "Empty: sixty.", least=1, most=3600, need=False)
    breaker_pause = _count(
        "Pause, seconds", "At first; it doubles. Empty: thirty.", least=1, most=900, need=False
    )
    protected = forms.CharField(
        label="Protected names", required=False, max_length=(LONGEST_NAME + 2) * MOST_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="One a line. What touches one of them is blocked.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def __init__(self, data: Any = None, *, policy: Policy, reviewers: Iterable[tuple[int, str]]):
        self.policy = policy
        super().__init__(data, initial=as_typed(policy), label_suffix="")
        known = dict(reviewers)
        gone = {pk: f"user {pk}, no reviewer any more" for pk in policy.reviewers if pk not in known}
        choices = [(str(pk), name) for pk, name in (known | gone).items()]
        self.fields["reviewers"].choices = choices  # type: ignore[attr-defined]
        self.able = set(known)

    def clean_protected(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["protected"].splitlines()]
        names = list(dict.fromkeys(filter(None, lines)))
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(f"Up to {MOST_NAMES} names.")
        if long := next((name for name in names if len(name) > LONGEST_NAME), ""):
            raise forms.ValidationError(f"“{long[:30]}…” is longer than {LONGEST_NAME} characters.")
        return names

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        limits = [(name, said.get(name)) for name in ("ask_above", "second_above", "block_above")]
        given = [(name, limit) for name, limit in limits if limit is not None]
        for (lower, less), (higher, more) in pairwise(given):
            if less > more:
                words = wording.inside(str(self.fields[lower].label))
                self.add_error(higher, f"This is below “{words}”: limits rise from the first to the last.")
        chosen = {int(pk) for pk in said.get("reviewers", [])}
        if said.get("quorum") and chosen and len(chosen & self.able) < said["quorum"]:
            choice = wording.counted(len(chosen & self.able), "reviewer")
            wanted = wording.counted(said["quorum"], "signature")
            self.add_error("reviewers", f"{choice} cannot give {wanted}.".capitalize())
        if not self.errors and all(self.held(name) == term for name, term in self.terms().items()):
            raise forms.ValidationError("Nothing was changed: this is what holds already.")
        return said

    def held(self, name: str) -> Any:
        """A term as it is in force."""
        term = getattr(self.policy, name)
        return sorted(term) if name == "reviewers" else term

    def terms(self) -> dict[str, Any]:
        """Every term of the new version. What was not touched keeps its exact value."""
        said = dict(self.cleaned_data)
        said.pop("seen")
        said["reviewers"] = sorted(int(pk) for pk in said["reviewers"])
        hours = timedelta(seconds=float(said["patience"] * 3600))
        for name in BREAKER:
            said[name] = said[name] or getattr(SHIPPED, name)
        said["patience"] = hours if "patience" in self.changed_data else self.policy.patience
        return said


def as_typed(policy: Policy) -> dict[str, Any]:
    """The policy's terms as the form shows them."""
    same = ("quorum", "undo_seconds", "currency", "ask_above", "second_above", "block_above", "rate_per_hour",
            "spend_per_day", "oldest_days", "future_days", "working_hours", *BREAKER)  # fmt: skip
    return {name: getattr(policy, name) for name in same} | {
        "confidence_floor": policy_words.figure(policy.confidence_floor),
        "reviewers": [str(pk) for pk in policy.reviewers],
        "patience": policy_words.figure(round(Decimal(policy.patience / HOUR), 2)),
        "protected": "\n".join(policy.protected),
        "seen": policy.version if policy.pk else 0,
    }
