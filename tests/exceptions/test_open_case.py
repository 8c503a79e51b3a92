"""Opening cases: one cause, one case, however many failures arrive at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from approvals import ledger
from approvals.models import LedgerEntry, Workspace
from exceptions import cases, escalating, intake, resolutions
from exceptions.models import Case, Occurrence
from tests.builders import a_draft, agent_actor
from tests.exceptions.conftest import WORKER, kinds
from tests.exceptions.conftest import open_case as opened
from tests.people import Company


@pytest.mark.django_db(transaction=True)
def test_a_case_is_not_opened_outside_the_transaction_of_its_failure(northwind: Company) -> None:
    with pytest.raises(ledger.OutsideTransaction):
        cases.open_case(
            workspace=northwind.workspace,
            code="posting.refused",
            message="no",
            actor=WORKER,
            now=timezone.now(),
        )


def test_a_case_has_an_owner_a_clock_and_its_failure(northwind: Company) -> None:
    case = opened(northwind.workspace, message="period 2017-10 is closed", code="posting.period_closed",
                  amount=Decimal("54.19"), currency="MYR", written="unknown")  # fmt: skip

    assert (case.state, case.owner.name, case.open_count, case.total_count) == ("open", "Finance ops", 1, 1)
    assert case.next_escalation_at > timezone.now()
    occurrence = case.occurrences.get()
    assert (occurrence.amount, occurrence.currency, occurrence.written) == (
        Decimal("54.19"),
        "MYR",
        "unknown",
    )
    assert kinds(case) == ["case.opened"]


def test_failures_of_one_cause_share_a_case_and_others_do_not(northwind: Company) -> None:
    first = opened(northwind.workspace, message="period 2017-10 is closed", operation="books.post")
    again = opened(northwind.workspace, message="period 2017-11 is closed", operation="books.post")
    other = opened(northwind.workspace, message="period 2017-11 is closed", operation="books.void")

    assert first == again != other
    assert (again.open_count, again.total_count) == (2, 2)
    assert kinds(first) == ["case.opened", "case.repeated"]


def test_two_workspaces_never_share_a_case(northwind: Company, harbour: Company) -> None:
    assert opened(northwind.workspace) != opened(harbour.workspace)


def test_a_code_nobody_knows_is_owned_by_unclassified(northwind: Company) -> None:
    case = opened(northwind.workspace, code="mars.landed", message="strange")

    assert case.failure_class.code == "unclassified"
    assert case.owner.name == "Platform"
    assert case.occurrences.get().facts["code"] == "mars.landed"


def test_a_workspace_without_classes_gets_them_with_its_first_case(db: None) -> None:
    bare = Workspace.objects.create(slug="bare", name="Bare", created_at=timezone.now())

    assert opened(bare, code="model.ungrounded").owner.name == "AI quality"


def test_what_the_database_cannot_keep_is_taken_out_of_messages(northwind: Company) -> None:
    case = opened(northwind.workspace, message="bad \x00 \ud800 " + "x" * 900, field="f" * 300)

    assert len(case.occurrences.get().message) == 500


def test_a_resolved_case_opens_again_when_it_happens_again(northwind: Company) -> None:
    case = opened(northwind.workspace)
    mark = case.occurrences.get()
    resolutions.settle_occurrence(occurrence=mark, disposition="elsewhere", actor=WORKER, now=timezone.now())

    again = opened(northwind.workspace)

    assert again == case
    assert [episode.resolved_at is None for episode in case.episodes.order_by("number")] == [False, True]
    assert (again.state, again.regressed, again.open_count, again.total_count) == ("open", True, 1, 2)
    assert again.resolved_at is None
    assert again.next_escalation_at is not None
    assert kinds(case) == ["case.opened", "occurrence.settled", "case.resolved", "case.reopened"]


def test_a_held_case_stays_held_when_it_happens_again(northwind: Company) -> None:
    case = opened(northwind.workspace)
    cases.take(case=case, member=northwind.olu, actor=WORKER, now=timezone.now())

    again = opened(northwind.workspace)

    assert (again.state, again.assignee, again.open_count) == ("acknowledged", northwind.olu.user, 2)


def test_a_blocked_proposal_lies_in_a_case(northwind: Company) -> None:
    draft = a_draft(
        arguments={"title": "Not there", "amount": "7.50"}, evidence=(a_draft(title="Else").evidence)
    )

    proposal = intake.receive(
        draft=draft, agent=northwind.bot, actor=agent_actor(northwind.bot), now=timezone.now()
    )

    occurrence = Occurrence.objects.select_related("case__failure_class").get(proposal=proposal)
    assert proposal.state == "blocked"
    assert occurrence.case.failure_class.code == "model.ungrounded"
    assert (occurrence.field, occurrence.amount, occurrence.currency) == ("title", Decimal("7.50"), "EUR")
    assert occurrence.message == "Not in the evidence: title"


def test_a_proposal_that_passes_opens_no_case(northwind: Company) -> None:
    intake.receive(draft=a_draft(), agent=northwind.bot, actor=agent_actor(northwind.bot), now=timezone.now())

    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_blocked_proposal_and_its_case_are_kept_together_or_not_at_all(
    northwind: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ConnectionError("the power went out")

    before = LedgerEntry.objects.count()
    monkeypatch.setattr(escalating, "look", fail)
    with pytest.raises(ConnectionError):
        intake.receive(
            draft=a_draft(arguments={}),
            agent=northwind.bot,
            actor=agent_actor(northwind.bot),
            now=timezone.now(),
        )

    assert not northwind.workspace.proposals.exists()
    assert not Case.objects.exists()
    assert LedgerEntry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_many_failures_at_once_make_one_case_per_cause_with_exact_counts(northwind: Company) -> None:
    causes = ["the period is closed", "the vendor is unknown", "no answer in time", "the account is locked"]

    def fail(number: int) -> None:
        try:
            opened(northwind.workspace, message=f"{causes[number % 4]} (request {1000 + number})")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fail, range(200)))

    found = Case.objects.all()
    assert [(case.open_count, case.total_count) for case in found] == [(50, 50)] * 4
    assert Occurrence.objects.count() == 200
    assert Counter(LedgerEntry.objects.filter(case__isnull=False).values_list("kind", flat=True)) == {
        "case.opened": 4,
        "case.repeated": 196,
    }
