"""Letting failures go, on record."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from approvals.models import LedgerEntry, Proposal
from exceptions import intake, resolutions
from exceptions.cases import NotYourCase
from exceptions.models import Case, Occurrence, Resolution
from exceptions.resolutions import AlreadySettled, MissingReason, NotOffered
from tests.builders import actor_of, agent_actor
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.people import Company

Blocked = Callable[..., Proposal]


def dismiss(case: Case, member: object, **changes: object) -> Case:
    values = {
        "case": case, "occurrences": case.occurrences.values_list("pk", flat=True), "member": member,
        "reason_code": "not_justified", "note": "", "actor": actor_of(member), "now": timezone.now(),
    }  # fmt: skip
    return resolutions.dismiss(**values | changes)


def test_a_dismissed_proposal_is_rejected_and_its_case_resolved(
    northwind: Company, a_blocked: Blocked
) -> None:
    proposal = a_blocked()
    case = dismiss(Case.objects.get(), northwind.olu, note="made up")

    proposal.refresh_from_db()
    assert proposal.state == "rejected"
    assert (case.state, case.open_count, case.total_count, case.next_escalation_at) == (
        "resolved",
        0,
        1,
        None,
    )
    kept = Resolution.objects.get()
    assert (kept.kind, kept.reason_code, kept.note, kept.by) == (
        "dismissed", "not_justified", "made up", northwind.olu.user
    )  # fmt: skip
    assert kinds(case) == ["case.opened", "occurrence.settled", "case.resolved"]
    assert LedgerEntry.objects.filter(proposal=proposal.pk, kind="proposal.dismissed").exists()


def test_a_case_stays_open_until_its_last_failure_is_settled(northwind: Company, a_blocked: Blocked) -> None:
    first, _ = a_blocked(), a_blocked(title="Also made up")
    case = Case.objects.get()

    case = dismiss(case, northwind.olu, occurrences=[first.occurrences.get().pk])
    assert (case.state, case.open_count) == ("open", 1)
    assert dismiss(case, northwind.olu).state == "resolved"


def test_twice_is_refused_and_changes_nothing(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked()
    case = dismiss(Case.objects.get(), northwind.olu)

    with pytest.raises(AlreadySettled):
        dismiss(case, northwind.ada)
    assert Resolution.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "because", "other"])
def test_a_reason_from_the_list_is_needed_and_something_else_needs_words(
    northwind: Company, a_blocked: Blocked, reason: str
) -> None:
    a_blocked()

    with pytest.raises(MissingReason):
        dismiss(Case.objects.get(), northwind.olu, reason_code=reason)


@pytest.mark.parametrize("name", ["maria", "tess"])
def test_who_only_reads_dismisses_nothing(northwind: Company, a_blocked: Blocked, name: str) -> None:
    a_blocked()

    with pytest.raises(NotYourCase):
        dismiss(Case.objects.get(), getattr(northwind, name))


def test_what_may_have_happened_is_never_dismissed(northwind: Company) -> None:
    case = open_case(northwind.workspace, code="outcome.unknown", execution=uuid4(), written="unknown")

    with pytest.raises(NotOffered):
        dismiss(case, northwind.ada)


def test_failures_of_another_case_are_not_touched(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked()
    other = open_case(northwind.workspace)

    with pytest.raises(AlreadySettled):
        dismiss(
            other,
            northwind.olu,
            occurrences=Occurrence.objects.exclude(case=other).values_list("pk", flat=True),
        )


def test_a_worker_settles_whatever_is_open_of_an_execution(northwind: Company) -> None:
    execution = uuid4()
    case = open_case(northwind.workspace, execution=execution)
    again = open_case(northwind.workspace, execution=execution, code="outcome.unknown")

    settled = resolutions.settle_for_execution(
        execution_id=execution, disposition="reconciled", actor=WORKER, now=timezone.now()
    )

    assert settled == 2
    assert set(Case.objects.filter(pk__in=[case.pk, again.pk]).values_list("state", flat=True)) == {
        "resolved"
    }
    assert set(Resolution.objects.values_list("kind", "by")) == {("reconciled", None)}
    assert not resolutions.settle_for_execution(
        execution_id=execution, disposition="reconciled", actor=WORKER, now=timezone.now()
    )


def test_one_occurrence_is_settled_once(northwind: Company) -> None:
    occurrence = open_case(northwind.workspace).occurrences.get()
    how = {"occurrence": occurrence, "disposition": "retried", "actor": WORKER, "now": timezone.now()}

    assert resolutions.settle_occurrence(**how).state == "resolved"
    with pytest.raises(AlreadySettled):
        resolutions.settle_occurrence(**how)


def test_what_the_agent_withdraws_leaves_the_queue(northwind: Company, a_blocked: Blocked) -> None:
    proposal = a_blocked()

    intake.withdraw(proposal=proposal, actor=agent_actor(northwind.bot), now=timezone.now())

    assert Case.objects.get().state == "resolved"
    assert Occurrence.objects.get().disposition == "elsewhere"
