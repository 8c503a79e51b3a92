"""A policy's terms in words, and what one version changed against the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from approvals import deadlines, wording
from approvals.models import Policy

NO_LIMIT = "no limit"


@dataclass(frozen=True)
class Version:
    """One line of a tool's history."""

    policy: Policy
    changes: list[dict[str, str]]


def terms(policy: Policy, names: Mapping[int, str]) -> dict[str, str]:
    """Label and value of every term. ``names`` are the people by id."""
    return {
        "Signatures": wording.counted(policy.quorum, "signature"),
        "Reviewers": wording.listed([names.get(pk, f"user {pk}") for pk in policy.reviewers])
        or "any reviewer",
        "Confidence line": f"a person is asked below {figure(policy.confidence_floor)}",
        "Asks above": _money(policy.ask_above, policy),
        "Two sign above": _money(policy.second_above, policy),
        "Blocks above": _money(policy.block_above, policy),
        "Spend": f"{_money(policy.spend_per_day, policy)} a day"
        if policy.spend_per_day is not None
        else NO_LIMIT,
        "Rate": f"{policy.rate_per_hour} proposals an hour" if policy.rate_per_hour is not None else NO_LIMIT,
        "Patience": f"expires after {deadlines.patience(policy)}",
        "Undo": wording.counted(policy.undo_seconds, "second") if policy.undo_seconds else "no time to undo",
        "Dates": f"{_oldest(policy)}, {_latest(policy)}",
        "Breaker": breaker(policy),
        "Protected names": ", ".join(policy.protected) or "none",
    }


def facts(policy: Policy, names: Mapping[int, str]) -> list[dict[str, str]]:
    """The terms as `components/facts.html` shows them."""
    return [{"label": label, "value": value} for label, value in terms(policy, names).items()]


def history(versions: Sequence[Policy], names: Mapping[int, str], shown: int) -> list[Version]:
    """The newest ``shown`` versions, each with what it changed. The first of a tool changed nothing."""
    said = [terms(policy, names) for policy in versions]
    older = [*said[1:], {}][: len(said)]
    lines = [
        Version(policy, _differences(after, before))
        for policy, after, before in zip(versions, said, older, strict=True)
    ]
    return lines[:shown]


def summary(policy: Policy) -> str:
    """The terms people look for first, in a line."""
    limits = [
        (policy.ask_above, "asks above"), (policy.second_above, "two sign above"), (policy.block_above, "blocks above"),
    ]  # fmt: skip
    parts = [f"{words} {_money(limit, policy)}" for limit, words in limits if limit is not None]
    return " · ".join([wording.counted(policy.quorum, "signature"), *parts])


def breaker(policy: Policy) -> str:
    """When the tool is cut off, and for how long at first."""
    failures = wording.counted(policy.breaker_failures, "failure")
    window, pause = (
        wording.spell(timedelta(seconds=n)) for n in (policy.breaker_window, policy.breaker_pause)
    )
    return f"{failures} within {window} cut it off for {pause} at first"


def figure(value: Any) -> Decimal:
    """The number without needless zeros: 0.900 is 0.9."""
    return Decimal(f"{Decimal(str(value)).normalize():f}")


def _differences(after: dict[str, str], before: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": label, "before": before[label], "after": value}
        for label, value in after.items()
        if label in before and before[label] != value
    ]


def _money(limit: Decimal | None, policy: Policy) -> str:
    return (
        NO_LIMIT
        if limit is None
        else wording.money(limit, policy.currency).replace(" ", "\N{NO-BREAK SPACE}")
    )


def _oldest(policy: Policy) -> str:
    if policy.oldest_days is None:
        return "of any age"
    return f"up to {wording.counted(policy.oldest_days, 'day')} back"


def _latest(policy: Policy) -> str:
    if not policy.future_days:
        return "none after today"
    return f"up to {wording.counted(policy.future_days, 'day')} ahead"
