"""The page where a sample is judged: what waits for one judge, and one of it, as the review screen shows it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals import decisions, rail
from approvals.models import Membership, SampleItem
from approvals.models.sample import OPEN, State
from approvals.sampling import waiting
from runs.sampling import blind_run

SHOWN = 50


def read(member: Membership, shown: SampleItem | None, now: datetime) -> dict[str, Any]:
    """The list of what waits, and the item with its deck."""
    slug = member.workspace.slug
    mine = list(waiting.of(member)[:SHOWN]) if member.may("reviewer") else []
    context: dict[str, Any] = rail.around(member, now) | {
        "rows": blind_run.rows(mine, member, shown),
        "waiting": waiting.count(member, now) if mine else 0,
        "week_url": reverse("samples", args=[slug]),
    }
    if shown is None:
        return context
    return context | blind_run.read(shown, member, now) | _deck(member, shown, {row.pk for row in mine})


def _deck(member: Membership, shown: SampleItem, mine: set[int]) -> dict[str, Any]:
    slug = member.workspace.slug
    may = member.may("reviewer") and (shown.pk in mine or waiting.of(member).filter(pk=shown.pk).exists())
    told: dict[str, Any] = {
        "sample": shown,
        "may_judge": may,
        "turn": shown.verdicts.count() + 1,
        "verdict_url": reverse("sample-verdict", args=[slug, shown.pk]),
        "later_url": f"{reverse('sample-judging', args=[slug])}?after={shown.pk}",
    }
    if shown.state == State.SETTLED:
        name, key = blind_run.whole_url(shown)
        told["verdicts"] = [
            _verdict(row) for row in shown.verdicts.select_related("judge").order_by("number")
        ]
        told["whole_url"] = reverse(name, args=[slug, key])
    elif not may:
        told["why_not"] = _why_not(member, shown)
    return told


def _verdict(row: Any) -> dict[str, Any]:
    reason = decisions.REASONS.get(row.reason_code, "")
    return {
        "judge": row.judge.get_username(),
        "wrong": row.wrong,
        "reason": reason,
        "note": row.note,
        "at": row.judged_at,
    }


def _why_not(member: Membership, shown: SampleItem) -> str:
    if shown.state not in OPEN:
        return "Nobody judged it in time."
    if not member.may("reviewer"):
        return "Reviewers judge samples."
    return "You had a part in this already. Somebody else judges it."
