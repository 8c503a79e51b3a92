"""Laws of reviewing that the database keeps, attacked with statements no code of ours would send."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals.models import Drill, Exposure, Proposal
from tests.approvals.drilling import a_drill, a_history
from tests.approvals.ledgers import run
from tests.builders import a_proposal, approve

AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"  # so that nothing but the law stands in the way of a TRUNCATE


def refused(words: str) -> Any:
    return pytest.raises(IntegrityError, match=words)


def test_what_was_measured_of_a_look_stands(northwind):
    approve(a_proposal(northwind.bot), northwind.maria)
    assert Exposure.objects.count() == 1
    with refused("append-only"), transaction.atomic():
        Exposure.objects.update(seen_ms=60_000, under_floor=False)


def test_nothing_becomes_a_drill_afterwards(northwind):
    real = a_proposal(northwind.bot)
    with refused("what was proposed never changes"), transaction.atomic():
        Proposal.objects.filter(pk=real.pk).update(drill=True)
    with refused("only a proposal made as a drill"), transaction.atomic():
        Drill.objects.create(
            proposal=real, workspace=northwind.workspace, source=real, field="amount", mistake="digits",
            right="1", wrong="2", nonce="n", commitment="c", seeded_at=timezone.now(),
        )  # fmt: skip


def test_what_was_measured_is_neither_taken_away_nor_emptied(northwind):
    approve(a_proposal(northwind.bot), northwind.maria)
    run(AT_ONCE)
    for statement in ("DELETE FROM approvals_exposure", "TRUNCATE approvals_exposure"):
        with refused("append-only"), transaction.atomic():
            run(statement)
    assert Exposure.objects.count() == 1


@pytest.fixture
def drill(northwind):
    a_history(northwind)
    return Drill.objects.get(proposal=a_drill(northwind))


MADE_OTHERWISE = [
    "UPDATE approvals_drill SET field = 'title'",
    """UPDATE approvals_drill SET "right" = wrong""",
    "UPDATE approvals_drill SET wrong = '1'",
    "UPDATE approvals_drill SET nonce = 'n', commitment = 'c'",
    "UPDATE approvals_drill SET seeded_at = seeded_at - interval '1 day'",
    "UPDATE approvals_drill SET source_id = proposal_id",
]


@pytest.mark.parametrize("statement", MADE_OTHERWISE)
def test_what_a_drill_was_is_fixed_from_the_beginning(drill, statement):
    with refused("what a drill was never changes"), transaction.atomic():
        run(statement)


def test_a_drill_is_told_once_and_by_nobody_a_second_time(drill, northwind):
    approve(drill.proposal, northwind.maria)
    drill.refresh_from_db()
    assert (drill.answered_by_id, drill.caught) == (northwind.maria.user_id, False)
    for told in ("caught = true", f"answered_by_id = {northwind.ken.user_id}", "revealed_at = NULL, caught = NULL",
                 "revealed_at = revealed_at + interval '1 second'"):  # fmt: skip
        with refused("what a drill was never changes"), transaction.atomic():
            run(f"UPDATE approvals_drill SET {told}")
    drill.refresh_from_db()
    assert drill.caught is False


def test_nothing_is_caught_before_it_is_revealed(drill):
    with refused("caught_is_told_when_revealed"), transaction.atomic():
        run("UPDATE approvals_drill SET caught = true")


def test_a_drill_is_neither_deleted_nor_emptied_nor_made_real(drill):
    run(AT_ONCE)
    for statement in ("DELETE FROM approvals_drill", "TRUNCATE approvals_drill"):
        with refused("append-only"), transaction.atomic():
            run(statement)
    with refused("what was proposed never changes"), transaction.atomic():
        run("UPDATE approvals_proposal SET drill = false WHERE drill")
