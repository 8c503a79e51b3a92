"""An agent that asks the very same again after every no is stopped, and nobody is asked a fifth time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Proposal, Workspace
from approvals.submission import Exhibit
from exceptions import catalogue
from exceptions.models import FailureClass, Occurrence
from tests import builders
from tests.approvals.reviewing import as_drill

SAME = {"title": "Chairs", "amount": "10.00"}


def asked(company, at=None, **more) -> Proposal:
    return builders.a_proposal(company.bot, at=at, **{"arguments": dict(SAME)} | more)


def refused(company, times: int, at=None, **more) -> None:
    for _ in range(times):
        row = asked(company, at, **more)
        builders.approve(row, company.maria, verdict="reject", reason_code="not_justified", at=at)


def test_after_three_refusals_the_same_is_blocked_with_an_owner(northwind):
    refused(northwind, 3)
    row = asked(northwind)
    assert (row.state, row.failure_class) == ("blocked", "agent.looping")
    case = Occurrence.objects.get(proposal=row).case
    assert case.failure_class.code == "agent.looping" and case.owner_id


def test_the_third_time_is_still_asked_and_shown_as_a_repeat(northwind):
    refused(northwind, 2, subject="memo:chairs")
    row = asked(northwind, subject="memo:chairs")
    assert row.state == "pending"
    assert any(ruling["gate"] == "duplicate" and ruling["ruling"] == "ask" for ruling in row.rulings)


def test_the_same_subject_counts_where_nothing_tells_likeness(northwind):
    refused(northwind, 3, subject="memo:chairs")
    assert asked(northwind, subject="memo:chairs").failure_class == "agent.looping"


def test_other_arguments_are_another_question(northwind):
    refused(northwind, 3)
    changed = builders.a_proposal(northwind.bot, arguments=SAME | {"amount": "9.00"})
    assert changed.state == "pending"


def test_a_day_later_it_may_be_asked_again(northwind):
    refused(northwind, 3, at=timezone.now() - timedelta(hours=25))
    assert asked(northwind).state == "pending"


def test_expiry_and_withdrawal_are_no_refusals(northwind):
    for _ in range(3):
        row = asked(northwind)
        Proposal.objects.filter(pk=row.pk).update(state="withdrawn", settled_at=timezone.now())
    assert asked(northwind).state == "pending"


def test_drills_are_no_refusals(northwind):
    refused(northwind, 2)
    as_drill(asked(northwind))
    assert asked(northwind).state == "pending"


@pytest.mark.django_db
def test_a_workspace_from_before_learns_the_class_when_it_is_wanted():
    workspace = Workspace.objects.create(slug="old", name="Old", created_at=timezone.now())
    entries = [entry for entry in catalogue.ENTRIES if entry.code != "agent.looping"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ENTRIES", entries)
        catalogue.seed(workspace=workspace, now=timezone.now())
    assert not FailureClass.objects.filter(workspace=workspace, code="agent.looping").exists()
    assert catalogue.class_for(workspace, "agent.looping").code == "agent.looping"


def test_what_a_person_types_into_an_edit_is_no_loop(northwind):
    refused(northwind, 3)
    other = builders.a_proposal(northwind.bot, title="Tables", evidence=(Exhibit("text", "Tables"),))
    assert builders.approve(other, northwind.ken, verdict="edit", arguments=dict(SAME)).state == "approved"
