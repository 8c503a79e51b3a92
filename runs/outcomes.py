"""What became of proposals, in the words an agent acts on. A person's no is never mixed up with anything else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from approvals.models import Decision, LedgerEntry, Proposal
from approvals.models.proposal import State
from exceptions import asking
from exceptions.models import Resolution
from runs.models import Execution
from runs.models.execution import State as Effect

MEANINGS = {
    "pending": "waits for the target to be read or for a reviewer",
    "target_changed": "was approved, then the target changed: back before a reviewer",
    "approved": "approved, and waits to run",
    "executing": "is being written",
    "executed": "written, with a receipt",
    "reversed": "was written, and undone by another proposal",
    "failed": "approved and refused by the target: nothing was written",
    "unknown": "it cannot be told whether it was written; a person finds out",
    "shadow": "approved in a shadow lane: compared, and never executed",
    "rejected": "a person said no",
    "asked_again": "blocked, and its owner wants a better one: `asked_again` says what would be right",
    "blocked": "a gate blocked it, or a reviewer handed it over: it lies in a case",
    "expired": "nobody answered in time",
    "withdrawn": "taken back by the agent",
    "superseded": "an amended proposal took its place",
}
_EFFECTS = {
    Effect.SCHEDULED: "approved",
    Effect.STARTED: "executing",
    Effect.SUCCEEDED: "executed",
    Effect.FAILED: "failed",
    Effect.UNKNOWN: "unknown",
}
_REOPENED = ("decision.undone", "proposal.target_changed", "proposal.policy_changed")


@dataclass
class Story:
    """A proposal and what hangs on it, as far as an agent is told."""

    proposal: Proposal
    decisions: list[Decision] = field(default_factory=list)  # of its current round once settled, oldest first
    execution: Execution | None = None
    reversal: Proposal | None = None  # the latest that would undo, or has undone, the execution
    reversed: bool = False
    reopened_by: str = ""
    amendment: UUID | None = None
    wish: str = ""  # what the owner of its case wants instead

    @property
    def outcome(self) -> str:
        """One word of `MEANINGS`."""
        if self.proposal.state == State.PENDING:
            return "target_changed" if self.reopened_by == "proposal.target_changed" else "pending"
        if self.wish:
            return "asked_again"
        if self.proposal.state != State.APPROVED:
            return str(self.proposal.state)
        if self.proposal.shadow:
            return "shadow"
        if self.reversed:
            return "reversed"
        return _EFFECTS[Effect(self.execution.state)] if self.execution else "approved"


def tell(proposals: Iterable[Proposal]) -> list[Story]:
    """The stories of proposals, in their order, by a fixed number of queries however many they are."""
    stories = {proposal.id: Story(proposal) for proposal in proposals}
    if not stories:
        return []
    _add_decisions(stories)
    _add_effects(stories)
    _add_reopenings(stories)
    _add_amendments(stories)
    _add_wishes(stories)
    return list(stories.values())


def _add_decisions(stories: dict[UUID, Story]) -> None:
    answered = [pk for pk, story in stories.items() if story.proposal.state != State.PENDING]
    rows = Decision.objects.filter(proposal_id__in=answered).order_by("id") if answered else ()
    for decision in rows:
        story = stories[decision.proposal_id]
        if decision.round == story.proposal.round:
            story.decisions.append(decision)


def _add_effects(stories: dict[UUID, Story]) -> None:
    approved = [pk for pk, story in stories.items() if story.proposal.state == State.APPROVED]
    rows = (
        Execution.objects.filter(proposal_id__in=approved).exclude(state=Effect.CANCELLED) if approved else ()
    )
    by_execution: dict[UUID, Story] = {}
    for row in rows:
        stories[row.proposal_id].execution = row
        by_execution[row.id] = stories[row.proposal_id]
    if not by_execution:
        return
    for reversal in Proposal.objects.filter(reverses__in=by_execution).order_by("id"):
        if reversal.reverses is not None:
            by_execution[reversal.reverses].reversal = reversal
    undone = Execution.objects.filter(reverses__in=by_execution, state=Effect.SUCCEEDED)
    for reverses in undone.values_list("reverses_id", flat=True):
        by_execution[reverses].reversed = True


def _add_reopenings(stories: dict[UUID, Story]) -> None:
    again = [pk for pk, story in stories.items() if story.proposal.round > 1]
    if not again:
        return
    entries = LedgerEntry.objects.filter(proposal__in=again, kind__in=_REOPENED).order_by("id")
    for proposal, kind in entries.values_list("proposal", "kind"):
        if proposal is not None:
            stories[proposal].reopened_by = kind


def _add_amendments(stories: dict[UUID, Story]) -> None:
    superseded = [pk for pk, story in stories.items() if story.proposal.state == State.SUPERSEDED]
    if not superseded:
        return
    for amends, pk in (
        Proposal.objects.filter(amends_id__in=superseded).order_by("id").values_list("amends_id", "id")
    ):
        stories[amends].amendment = pk


def _add_wishes(stories: dict[UUID, Story]) -> None:
    rejected = [pk for pk, story in stories.items() if story.proposal.state == State.REJECTED]
    if not rejected:
        return
    rows = Resolution.objects.filter(kind=asking.ASKED, occurrence__proposal__in=rejected).order_by("id")
    for proposal, note in rows.values_list("occurrence__proposal", "note"):
        if proposal is not None:
            stories[proposal].wish = note


def settled(waited_for: Collection[UUID]) -> set[UUID]:
    """Those of the proposals that are no longer under way: two queries."""
    rows = dict(Proposal.objects.filter(pk__in=waited_for).values_list("id", "state"))
    under_way = {pk for pk, state in rows.items() if state == State.PENDING}
    approved = [pk for pk, state in rows.items() if state == State.APPROVED]
    if approved:
        live = Execution.objects.filter(
            proposal_id__in=approved, state__in=[Effect.SCHEDULED, Effect.STARTED]
        )
        under_way |= set(live.values_list("proposal_id", flat=True))
    return set(waited_for) - under_way
