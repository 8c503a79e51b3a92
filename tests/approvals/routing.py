"""What the tests of routing do over and over: put off, give away, and go away."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from approvals import policies
from approvals.actors import worker
from approvals.models import Cover, LedgerEntry, Membership, Proposal, Workspace
from approvals.routing import covers
from approvals.waiting import offers
from tests.approvals.reviewing import url
from tests.builders import actor_of, now

HOUR = timedelta(hours=1)


def away(
    member: Membership, stand_in: Membership, at: datetime | None = None, length: timedelta = 5 * HOUR
) -> Cover:
    """From now on for some hours somebody stands in for the member."""
    at = at or now()
    return covers.arrange(
        member=member, stand_in=stand_in, starts_at=at, ends_at=at + length, actor=actor_of(member), now=at
    )


def is_offered(proposal: Proposal, member: Membership, at: datetime | None = None) -> bool:
    return offers.offered(member, at or now()).filter(pk=proposal.pk).exists()


def only(workspace: Workspace, *people: Membership, **terms: Any) -> None:
    """From now on only these may sign memos."""
    policies.set_policy(
        workspace=workspace, tool="memo.write", actor=worker("test"), now=now(),
        reviewers=[member.user_id for member in people], **terms,
    )  # fmt: skip


def post(client: Client, name: str, proposal: Proposal, **form: Any) -> Any:
    return client.post(url(name, proposal), form)


def facts(kind: str) -> list[dict[str, Any]]:
    """The data of every entry of a kind, oldest first."""
    return list(LedgerEntry.objects.filter(kind=kind).order_by("id").values_list("data", flat=True))


def yours(name: str = "own-hours", slug: str = "northwind") -> str:
    return reverse(name, args=[slug])
