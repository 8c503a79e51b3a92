"""The rows behind one proposal's page, fetched once and passed around."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from approvals import timeline
from approvals.models import Decision, LedgerEntry, Membership, Proposal
from approvals.models.decision import SIGNATURES
from approvals.waiting import statements


@dataclass(frozen=True)
class Dossier:
    """A proposal, who looks at it and when, and what is on record about it."""

    proposal: Proposal
    member: Membership
    now: datetime
    answers: Sequence[Decision]
    entries: Sequence[LedgerEntry]
    names: dict[str, str]

    @property
    def signers(self) -> list[Decision]:
        """Who has signed what is on the table in this round, in order."""
        return [
            row
            for row in self.answers
            if row.round == self.proposal.round
            and row.verdict in SIGNATURES
            and row.digest == self.proposal.digest
        ]

    @property
    def signer_names(self) -> list[str]:
        return [row.reviewer.get_username() for row in self.signers if row.reviewer]

    @property
    def own(self) -> Decision | None:
        """The member's own answer in this round, or that of somebody who stood in for them."""
        mine = [row for row in self.answers if row.round == self.proposal.round]
        me = self.member.user_id
        return next((row for row in mine if me in (row.reviewer_id, row.covering_id)), None)

    @property
    def events(self) -> list[timeline.Event]:
        return timeline.tell(self.entries, self.names, self.proposal.agent.name)


def gather(proposal: Proposal, member: Membership, now: datetime) -> Dossier:
    """Three queries, four when the record names somebody who never answered."""
    answers = statements.ask(_answers(), {statements.ITEM: proposal.pk})
    entries = timeline.entries_of(proposal)
    known = {
        row.reviewer_id: row.reviewer.get_username() for row in answers if row.reviewer and row.reviewer_id
    }
    known[member.user_id] = member.user.get_username()
    return Dossier(proposal, member, now, answers, entries, timeline.names_of(entries, known))


def asked(proposal: Proposal) -> list[statements.Built]:
    """What `gather` asks of every proposal."""
    return [statements.meant(_answers().built, {statements.ITEM: proposal.pk}), timeline.asked(proposal)]


@cache
def _answers() -> statements.Kept[Decision]:
    rows = Decision.objects.filter(proposal=statements.ITEM)
    return statements.keep(rows.select_related("reviewer", "covering").order_by("id"))
