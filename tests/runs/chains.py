"""Sagas for tests: memos one after another, and a letter that cannot be called back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals import tools
from approvals.models import Agent, Membership, Proposal
from runs import drain, sagas
from runs.models import Execution, Saga
from tests import builders
from tests.memo import BOARD, Memo


class SendLetter(tools.Tool):
    """What cannot be undone."""

    name = "memo.send"
    title = "Send a letter"
    Arguments = Memo
    risk = "medium"
    reversibility = "none"
    idempotency = "key"
    observes = False

    def observe(self, arguments: Memo, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={}, version="")

    def run(self, arguments: Memo, *, key: str, context: tools.Context) -> tools.Receipt:
        BOARD.write(key, {"title": arguments.title, "workspace": context.workspace})
        return tools.Receipt(reference=f"letter:{key[:8]}")

    def look_up(self, arguments: Memo, *, key: str, context: tools.Context) -> tools.Receipt | None:
        return tools.Receipt(f"letter:{key[:8]}") if key in BOARD.written else None


def a_saga(agent: Agent, *kinds: str, **changes: Any) -> Saga:
    """A saga of memos, the targets of its steps read. Its kinds are ``memo`` and ``letter``."""
    tools.register(SendLetter())
    if "memo.send" not in agent.tools:
        agent.tools = [*agent.tools, "memo.send"]
        agent.save(update_fields=["tools"])
    drafts = [
        builders.a_draft(tool="memo.write" if kind == "memo" else "memo.send", **changes) for kind in kinds
    ]
    saga = sagas.begin(
        agent=agent, key=drafts[0].idempotency_key, fingerprint="f", title="A chain", drafts=drafts,
        actor=builders.agent_actor(agent), now=builders.now() - timedelta(minutes=6),
    )  # fmt: skip
    for row in steps(saga):
        if row.observed_at is None and row.state == "pending":
            builders.observe(row)
    return saga


def steps(saga: Saga) -> list[Proposal]:
    return list(Proposal.objects.filter(saga=saga.id, reverses__isnull=True).order_by("saga_step", "id"))


def undoings(saga: Saga) -> list[Proposal]:
    """Newest step first, as they were asked."""
    return list(Proposal.objects.filter(saga=saga.id, reverses__isnull=False).order_by("id"))


def sign(proposal: Proposal, *members: Membership) -> None:
    """By as many as it needs, long enough ago for its undo window to have closed."""
    proposal.refresh_from_db()
    if proposal.observed_at is None:
        builders.observe(proposal)
        proposal.refresh_from_db()
    for member in members[: proposal.quorum]:
        builders.approve(proposal, member, at=timezone.now() - timedelta(minutes=5))


def work() -> None:
    """What workers and the tick do."""
    drain.drain(linger=0, longest=0)
    sagas.advance_due(now=timezone.now())


def state(saga: Saga) -> str:
    return Saga.objects.get(pk=saga.pk).state


def effects(saga: Saga) -> list[str]:
    """How the execution of each step stands."""
    found = {row.proposal_id: row.state for row in Execution.objects.exclude(state="cancelled")}
    return [found.get(row.id, "") for row in steps(saga)]
