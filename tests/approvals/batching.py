"""What tests of batches do over and over: propose what is alike, open it, look at what must be looked at, answer."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.batching import batch_answers, batches
from approvals.models import Batch, BatchItem, Membership, Proposal
from approvals.submission import Exhibit
from tests.builders import a_proposal, actor_of, now
from tests.people import Company


def memos(
    company: Company,
    many: int,
    *,
    amounts: dict[int, str] | None = None,
    thing: str = "Chair",
    **changes: Any,
) -> list[Proposal]:
    """Memos alike, of ten euros and a few cents, running out one after the other."""
    return [
        a_proposal(
            company.bot,
            arguments={"title": f"{thing} {n}", "amount": (amounts or {}).get(n, f"10.{n:02}")},
            expires_at=timezone.now() + timedelta(hours=1 + n),
            evidence=(Exhibit("text", f"Please write: {thing} {n}", "Request"),),
            **changes,
        )
        for n in range(1, many + 1)
    ]


def opened(member: Membership, proposal: Proposal) -> Batch:
    return batches.open_batch(member=member, proposal=proposal, actor=actor_of(member), now=now())


def look_at_all(batch: Batch, member: Membership) -> None:
    """Everything that must be looked at, and what is unlike the rest, is."""
    for item in batch.items.all():
        if item.must_open or item.outlier:
            batches.mark_opened(batch=batch, proposal_id=item.proposal_id, member=member, now=now())


def ready(member: Membership, proposal: Proposal) -> Batch:
    """Opened, and looked at as far as needed."""
    batch = opened(member, proposal)
    look_at_all(batch, member)
    return batch


def decided(
    batch: Batch, member: Membership, rows: list[Proposal] | None = None, **more: Any
) -> dict[str, int]:
    ticked = (
        {row.pk for row in rows} if rows is not None else set(batch.items.values_list("proposal", flat=True))
    )
    answer = {"verdict": "approve", "now": now()} | more
    return batch_answers.decide(batch=batch, member=member, ticked=ticked, actor=actor_of(member), **answer)


def outcomes(batch: Batch) -> dict[str, str]:
    """What became of each, by its title."""
    rows = BatchItem.objects.filter(batch=batch).select_related("proposal").order_by("position")
    return {row.proposal.proposed_arguments["title"]: row.outcome for row in rows}


def post(client: Client, name: str, batch: Batch, *more: str, **told: Any) -> Any:
    return client.post(reverse(name, args=[batch.workspace.slug, batch.public_id, *more]), told)


def page_of(batch: Batch) -> str:
    return reverse("batch", args=[batch.workspace.slug, batch.public_id])
