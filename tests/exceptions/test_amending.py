"""A corrected proposal takes the place of the one that failed."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from approvals import decisions
from approvals.models import LedgerEntry, Proposal
from exceptions import amendments
from exceptions.amendments import AmendmentRefused, NothingChanged
from exceptions.cases import NotYourCase
from exceptions.models import Case, Occurrence
from exceptions.resolutions import AlreadySettled, NotOffered
from tests.builders import a_proposal, actor_of, approve, observe
from tests.exceptions.conftest import kinds, open_case
from tests.people import Company

Blocked = Callable[..., Proposal]


def amend(occurrence: Occurrence, member: object, **changes: object) -> Proposal:
    values = {
        "occurrence": occurrence, "member": member, "arguments": {"title": "Something else", "amount": "10.00"},
        "note": "", "actor": actor_of(member), "now": timezone.now(),
    }  # fmt: skip
    return amendments.amend(**values | changes)


def test_the_amended_proposal_waits_for_review_and_the_first_is_superseded(
    northwind: Company, a_blocked: Blocked
) -> None:
    old = a_blocked()
    new = amend(old.occurrences.get(), northwind.olu)

    old.refresh_from_db()
    case = Case.objects.get()
    assert (old.state, new.state, new.amends, new.subject) == ("superseded", "pending", old, old.subject)
    assert list(new.evidence.values_list("content")) == list(old.evidence.values_list("content"))
    assert (case.state, case.occurrences.get().disposition) == ("resolved", "amended")
    assert kinds(case)[-2:] == ["occurrence.settled", "case.resolved"]
    assert LedgerEntry.objects.filter(proposal=old.pk, kind="proposal.superseded").count() == 1


def test_what_a_person_types_needs_no_evidence(northwind: Company, a_blocked: Blocked) -> None:
    new = amend(a_blocked().occurrences.get(), northwind.olu, arguments={"title": "From the telephone"})

    assert new.state == "pending"


def test_four_eyes_whoever_amended_does_not_sign(northwind: Company, a_blocked: Blocked) -> None:
    new = observe(amend(a_blocked().occurrences.get(), northwind.ada))

    assert not decisions.may_decide(new, northwind.ada, timezone.now())
    assert approve(new, northwind.maria).state == "approved"


def test_an_amendment_that_fails_too_is_refused_and_changes_nothing(
    northwind: Company, a_blocked: Blocked
) -> None:
    old = a_blocked()

    with pytest.raises(AmendmentRefused) as refusal:
        amend(old.occurrences.get(), northwind.olu, arguments={"amount": "much"})

    old.refresh_from_db()
    blocks = {ruling["field"] for ruling in refusal.value.rulings if ruling["ruling"] == "block"}
    assert blocks == {"title", "amount"}
    assert old.state == "blocked"
    assert Proposal.objects.count() == 1
    assert Case.objects.get().open_count == 1


def test_the_same_again_is_no_amendment(northwind: Company, a_blocked: Blocked) -> None:
    old = a_blocked()

    with pytest.raises(NothingChanged):
        amend(old.occurrences.get(), northwind.olu, arguments=old.arguments)


def test_twice_is_refused(northwind: Company, a_blocked: Blocked) -> None:
    occurrence = a_blocked().occurrences.get()
    amend(occurrence, northwind.olu)

    with pytest.raises(AlreadySettled):
        amend(occurrence, northwind.ada, arguments={"title": "Third"})
    assert Proposal.objects.count() == 2


@pytest.mark.parametrize("name", ["maria", "tess"])
def test_who_only_reads_amends_nothing(northwind: Company, a_blocked: Blocked, name: str) -> None:
    with pytest.raises(NotYourCase):
        amend(a_blocked().occurrences.get(), getattr(northwind, name))


def test_what_may_have_been_written_is_not_proposed_again(northwind: Company) -> None:
    proposal = approve(a_proposal(northwind.bot), northwind.maria)
    case = open_case(northwind.workspace, proposal=proposal, execution=uuid4(), written="unknown")

    with pytest.raises(NotOffered):
        amend(case.occurrences.get(), northwind.olu)


def test_what_the_target_refused_can_be_proposed_again_with_other_values(northwind: Company) -> None:
    proposal = approve(a_proposal(northwind.bot), northwind.maria)
    case = open_case(northwind.workspace, proposal=proposal, execution=uuid4())

    new = amend(case.occurrences.get(), northwind.olu, arguments={"title": "Another", "amount": "1.00"})

    assert (new.state, new.amends) == ("pending", proposal)


def test_what_one_person_typed_stays_typed_when_another_amends_again(
    northwind: Company, a_blocked: Blocked
) -> None:
    first = observe(amend(a_blocked().occurrences.get(), northwind.olu, arguments={"title": "By telephone"}))
    case = open_case(northwind.workspace, code="posting.refused", proposal=approve(first, northwind.maria),
                     execution=uuid4())  # fmt: skip

    second = amend(
        case.occurrences.get(), northwind.ada, arguments={"title": "By telephone", "amount": "3.00"}
    )

    assert second.state == "pending"
    assert set(second.excluded_reviewers) == {northwind.olu.user_id, northwind.ada.user_id}
