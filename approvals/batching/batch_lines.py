"""The members of a batch as lines: what each is, whether it was looked at, what is odd about it, what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from approvals import wording
from approvals.batching import batch_answers
from approvals.models import BatchItem
from approvals.models.proposal import State
from approvals.visible import plain, visible
from approvals.waiting import rows


def line(item: BatchItem, slug: str) -> dict[str, Any]:
    """What both pages say of a member."""
    row = item.proposal
    return {
        "id": row.public_id,
        "title": visible(rows.title(row)),
        "plain": plain(rows.title(row)),
        "url": reverse("proposal", args=[slug, row.public_id]),
        "amount": wording.money(row.amount, row.currency) if row.amount is not None else "",
        "state": row.state,
    }


def waiting(item: BatchItem, slug: str, why: Sequence[str], wanted: Sequence[BatchItem]) -> dict[str, Any]:
    """Before the answer: the figures a script adds up, and why to look at it."""
    row = item.proposal
    return line(item, slug) | {
        "open_url": open_url(item, slug),
        "figure": f"{row.amount:f}" if row.amount is not None else "",
        "currency": row.currency,
        "confidence": f"{row.confidence:.2f}" if row.confidence is not None else "",
        "why": [visible(reason) for reason in why] or ([visible("unlike the rest")] if item.outlier else []),
        "outlier": item.outlier,
        "first": item in wanted and (item.must_open or not item.outlier),
        "opened_at": item.opened_at,
    }


def answered(item: BatchItem, slug: str) -> dict[str, Any]:
    """After the answer: what became of it."""
    return line(item, slug) | {"said": batch_answers.WORDS.get(item.outcome, item.outcome)}


def open_url(item: BatchItem, slug: str) -> str:
    return reverse("batch-item", args=[slug, item.batch.public_id, item.proposal.public_id])


def behind(item: BatchItem, held: Mapping[UUID, str]) -> str:
    """Why a member is not answered with the rest."""
    row = item.proposal
    if row.state != State.PENDING:
        return f"Now {State(row.state).label}. It stays out."
    if item.proposal_id in held:
        return visible(f"On {held[item.proposal_id]}’s screen. It stays out.")
    if row.digest == item.digest and row.round == 1:
        return "Its time has run out. It stays out."
    return "It changed while you looked. It stays behind, to be read by itself."
