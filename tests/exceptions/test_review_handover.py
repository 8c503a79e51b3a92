"""A reviewer who cannot decide hands the proposal to exceptions."""

import pytest
from django.utils import timezone

from approvals.decisions import NotYourDecision, StaleView
from approvals.models import Proposal
from approvals.proposals import AlreadySettled
from exceptions import handover
from exceptions.models import Case
from tests.builders import a_proposal, actor_of
from tests.exceptions.conftest import kinds
from tests.people import Company


def hand_over(proposal: Proposal, member: object, **changes: object) -> Case:
    values = {
        "proposal_id": proposal.pk, "member": member, "seen_digest": proposal.digest, "note": "Which vendor is this?",
        "actor": actor_of(member), "now": timezone.now(),
    }  # fmt: skip
    case = handover.hand_over(**values | changes)
    assert case is not None, "only a drill leads to no case"
    return case


def test_the_proposal_is_blocked_and_lies_in_a_case_with_an_owner(northwind: Company) -> None:
    proposal = a_proposal(northwind.bot)
    case = hand_over(proposal, northwind.maria)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.failure_class) == ("blocked", "review.handed_over")
    assert case.failure_class.code == "review.handed_over"
    assert case.occurrences.get().message == "Which vendor is this?"
    assert kinds(case) == ["case.opened"]


def test_without_a_word_it_still_has_a_case(northwind: Company) -> None:
    assert hand_over(a_proposal(northwind.bot), northwind.maria, note=" ").occurrences.get().message


def test_twice_is_refused_and_opens_nothing(northwind: Company) -> None:
    proposal = a_proposal(northwind.bot)
    hand_over(proposal, northwind.maria)

    with pytest.raises(AlreadySettled):
        hand_over(proposal, northwind.ken)
    assert Case.objects.get().total_count == 1


def test_what_changed_meanwhile_is_not_handed_over(northwind: Company) -> None:
    with pytest.raises(StaleView):
        hand_over(a_proposal(northwind.bot), northwind.maria, seen_digest="0" * 64)
    assert not Case.objects.exists()


def test_an_auditor_hands_nothing_over(northwind: Company) -> None:
    with pytest.raises(NotYourDecision):
        hand_over(a_proposal(northwind.bot), northwind.tess)
