"""A write that should not stand is undone from its case, and the failure is settled by what the target did."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.models import LedgerEntry, Proposal
from exceptions import cases
from exceptions.models import Case, FailureClass, Resolution
from runs import drain
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import signed_in

pytestmark = pytest.mark.django_db
OFFER = "Undo what was written"


def work():
    return drain.drain(linger=0, longest=0)


@pytest.fixture
def found_wrong(northwind, board):
    """Written, and found wrong in the week's sample: a failure of the proposal, with no word of its execution."""
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    proposal.refresh_from_db()
    assert board.written
    return cases.open_case(
        workspace=northwind.workspace, code="sample.wrong", message="Judged wrong", proposal=proposal, written="yes",
        actor=builders.actor_of(northwind.ken), now=timezone.now(),
    )  # fmt: skip


def page(member, case, name="case", *more):
    return signed_in(member).get(reverse(name, args=["northwind", case.public_id, *more])).text


def undo(northwind, case):
    """Olu asks for it where the case leads, Ken signs, a worker does it."""
    [failure] = case.occurrences.all()
    [execution] = Execution.objects.filter(proposal=failure.proposal_id)
    address = reverse("reverse", args=["northwind", execution.public_id])
    signed_in(northwind.olu).post(address, {"reason": "It should not stand", "wrong": "1"})
    asked = Proposal.objects.get(reverses=execution.pk)
    builders.approve(asked, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()


def test_its_case_says_that_it_was_written_and_leads_to_undoing_it(northwind, found_wrong):
    [failure] = found_wrong.occurrences.all()
    effect = reverse("effect", args=["northwind", failure.proposal.public_id])
    for shown in (
        page(northwind.olu, found_wrong),
        page(northwind.olu, found_wrong, "occurrence", failure.pk),
    ):
        assert OFFER in shown and f'href="{effect}"' in shown
        assert "It was written" in shown and "Nothing was written" not in shown
    assert "Why undo it?" in signed_in(northwind.olu).get(effect).text


def test_once_it_is_undone_the_failure_is_settled_as_undone_by_who_asked(northwind, board, found_wrong):
    undo(northwind, found_wrong)
    assert board.written == {}
    case = Case.objects.get(pk=found_wrong.pk)
    assert (case.state, case.open_count) == ("resolved", 0)
    [settled] = Resolution.objects.filter(case=case)
    assert (settled.kind, settled.by) == ("reversed", northwind.olu.user)
    entry = LedgerEntry.objects.get(kind="occurrence.settled", case=case.pk)
    assert entry.data["disposition"] == "reversed"
    assert "One failure undone by olu" in page(northwind.olu, case)


def test_a_failure_whose_class_has_no_such_way_stays_open(northwind, found_wrong):
    FailureClass.objects.filter(code="sample.wrong").update(resolutions=["dismiss", "hand_over"])
    assert OFFER not in page(northwind.olu, found_wrong)
    undo(northwind, found_wrong)
    assert Case.objects.get(pk=found_wrong.pk).open_count == 1


def test_who_only_reads_is_offered_nothing(northwind, found_wrong):
    assert OFFER not in page(northwind.tess, found_wrong)


def test_what_was_not_written_offers_nothing_to_undo(northwind):
    blocked = builders.a_proposal(northwind.bot)
    case = cases.open_case(
        workspace=northwind.workspace, code="lane.audit_wrong", message="Judged wrong", proposal=blocked,
        actor=builders.actor_of(northwind.ken), now=timezone.now(),
    )  # fmt: skip
    shown = page(northwind.olu, case)
    assert OFFER not in shown and "Nothing was written" in shown
