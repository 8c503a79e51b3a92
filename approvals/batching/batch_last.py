"""Batches among one's last answers: one line for all that was answered together, and one way back for all of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from approvals import wording
from approvals.batching import batch_answers
from approvals.models import BatchItem, Decision
from approvals.waiting import queue

Lines = dict[UUID, dict[str, Any]]


def lines(answers: Sequence[Decision], slug: str, now: datetime) -> Lines:
    """How each batch among these answers ended, and until when it can be undone. One query, or none without a batch."""
    named = {answer.batch_id for answer in answers if answer.batch_id is not None}
    if not named:
        return {}
    members: dict[UUID, list[BatchItem]] = defaultdict(list)
    found = BatchItem.objects.filter(batch__in=named).select_related("batch", "proposal")
    for item in found.only(
        "outcome",
        "batch__decided_at",
        "proposal__tool",
        "proposal__agent",
        "proposal__state",
        "proposal__release_at",
    ):
        members[item.batch_id].append(item)
    return {pk: _line(rows, slug, now) for pk, rows in members.items()}


def _line(members: Sequence[BatchItem], slug: str, now: datetime) -> dict[str, Any]:
    batch, until = members[0].batch, batch_answers.until(members, now)
    ago = wording.ago(now - batch.decided_at) if batch.decided_at else ""
    return {
        "title": f"{len(members)} alike: {wording.short_title(members[0].proposal.tool)}",
        "said": wording.listed(batch_answers.summary(members)),
        "ago": ago,
        "url": reverse("batch", args=[slug, batch.public_id]),
        "undo_url": reverse("batch-undo", args=[slug, batch.public_id]) if until else "",
        "until": until,
        "decided_at": batch.decided_at,
        "proposal": members[0].proposal,
        "count": sum(1 for item in members if item.outcome == batch_answers.APPROVED),
    }


def folded(
    answers: Sequence[Decision], told: Sequence[dict[str, Any]], together: Lines
) -> list[dict[str, Any]]:
    """The lines ``told`` of the answers, those of one batch as one."""
    left, found = dict(together), []
    for answer, line in zip(answers, told, strict=True):
        if answer.batch_id not in together:
            found.append(line)
        elif answer.batch_id is not None and answer.batch_id in left:
            found.append(left.pop(answer.batch_id))
    return found


def bar(
    answers: Sequence[Decision], together: Mapping[UUID, dict[str, Any]], now: datetime
) -> dict[str, Any] | None:
    """The way back for the latest approval, where that was a batch."""
    latest = next((answer for answer in answers if queue.can_undo(answer, now)), None)
    line = together.get(latest.batch_id) if latest is not None and latest.batch_id is not None else None
    if line is None or not line["undo_url"]:
        return None
    return {
        "proposal": line["proposal"],
        "text": f"Approved together: {line['count']}. Undo takes back every one.",
        "until": line["until"],
        "seconds": int((line["until"] - now).total_seconds()) + 1,
        "seconds_total": int((line["until"] - line["decided_at"]).total_seconds()) or 1,
        "url": line["undo_url"],
        "done": "Too late to undo: they are on their way. Each page offers to reverse its own.",
    }
