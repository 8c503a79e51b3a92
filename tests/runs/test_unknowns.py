"""What nobody can vouch for is asked about until it is known; targets that are away for a moment leave no mark."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import tools
from approvals.actors import worker
from exceptions.models import Case
from runs import drain, observing, unknowns
from runs.execution import retrying
from runs.models import Execution
from runs.workers import at_work
from tests import builders
from tests.memo import Board, WriteMemo
from tests.people import Company

pytestmark = pytest.mark.django_db
TICK = worker("tick")


def work() -> int:
    return drain.drain(linger=0, longest=0)


def look_up(minutes: float) -> int:
    return unknowns.look_up(actor=TICK, now=timezone.now() + timedelta(minutes=minutes))


def a_doubt(northwind: Company, board: Board) -> Execution:
    """Unknown for some minutes; its target has not answered, and its owner was told."""
    board.trouble, board.deaf = [tools.Unknown("outcome.unknown", "cut off")], True
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    look_up(2)
    return Execution.objects.get()


def test_a_target_that_comes_back_settles_the_case_by_itself(northwind: Company, board: Board) -> None:
    doubt = a_doubt(northwind, board)
    assert Case.objects.get().state == "open"
    board.deaf = False
    board.written[doubt.write_key] = {"title": "it had happened"}
    assert look_up(3) == 0  # slower now
    assert look_up(8) == 1
    doubt.refresh_from_db()
    assert (doubt.state, doubt.failure_class, doubt.error) == ("succeeded", "", "")
    assert Case.objects.get().state == "resolved"
    assert Case.objects.get().occurrences.get().disposition == "reconciled"
    assert len(board.calls) == 1


def test_its_owner_is_told_once_however_long_the_target_is_away(northwind: Company, board: Board) -> None:
    a_doubt(northwind, board)
    for minutes in range(3, 60, 2):
        look_up(minutes)
    assert Case.objects.get().occurrences.count() == 1
    assert Execution.objects.get().leased_until is not None


def test_a_write_that_kills_its_worker_is_tried_more_slowly_and_not_for_ever(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "the worker died") for _ in range(20)]
    builders.an_approved(northwind.bot, northwind.maria)
    waits = []
    for _ in range(10):
        work()
        asked_at = timezone.now() + timedelta(seconds=1)
        if unknowns.look_up(actor=TICK, now=asked_at) and Execution.objects.get().state == "scheduled":
            waits.append(Execution.objects.get().due_at - asked_at)
        Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
    assert len(waits) == unknowns.BEGINNINGS - 1
    assert all(timedelta(0) <= wait <= retrying.slowest_back_off(n) for n, wait in enumerate(waits, 1))
    row = Execution.objects.get()
    assert (row.state, row.attempts, row.failure_class) == (
        "failed",
        unknowns.BEGINNINGS,
        "integration.refused",
    )
    held = Case.objects.get(state="open")
    assert "retry" in held.failure_class.resolutions
    assert held.occurrences.get().execution == row.id


def away(monkeypatch: pytest.MonkeyPatch, *titles: str) -> None:
    """The board cannot be read for these memos, or for none."""
    read = WriteMemo.observe

    def observe(self: WriteMemo, arguments, *, context):
        if arguments.title in titles:
            raise tools.Transient("integration.unreachable", "the board is away")
        return read(self, arguments, context=context)

    monkeypatch.setattr(WriteMemo, "observe", observe)


def test_a_target_that_is_away_for_a_moment_leaves_no_mark(northwind: Company, board: Board) -> None:
    proposal = builders.a_proposal(northwind.bot, observed=False, title="Later")
    with pytest.MonkeyPatch.context() as outage:
        away(outage, "Later")
        work()
    proposal.refresh_from_db()
    assert proposal.observed_at is None
    observe(seconds=1)
    proposal.refresh_from_db()
    assert proposal.observed_at is None  # looked at again after a pause only
    observe(seconds=30)
    proposal.refresh_from_db()
    assert proposal.observation["before"] == {"memos": 0}
    assert "error" not in proposal.observation


def test_a_target_that_stays_away_is_shown_as_unread(
    northwind: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch, "Never")
    old = timezone.now() - observing.PATIENCE
    proposal = builders.a_proposal(northwind.bot, observed=False, title="Never", at=old)
    work()
    proposal.refresh_from_db()
    assert proposal.observation["error"] == "integration.unreachable"


def test_what_cannot_be_read_does_not_stand_before_what_can(
    northwind: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "BATCH", 1)
    away(monkeypatch, "Poisoned")
    builders.a_proposal(northwind.bot, observed=False, title="Poisoned")
    readable = builders.a_proposal(northwind.bot, observed=False, title="Readable")
    observe()
    assert observe() == 1
    readable.refresh_from_db()
    assert readable.observed_at is not None
    assert observe() == 0


def observe(seconds: float = 0) -> int:
    with at_work() as worker_:
        now = timezone.now() + timedelta(seconds=seconds)
        return observing.observe_new(threads=worker_.threads, actor=TICK, now=now)
