"""The last look at a target: what moved comes back with the difference, what cannot be read is not written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import tools
from approvals.models import LedgerEntry, Proposal
from exceptions.models import Case, Occurrence
from runs import drain, last_look
from runs.models import Execution
from tests import builders
from tests.memo import Board, WriteMemo
from tests.people import Company

pytestmark = pytest.mark.django_db
SEEN = {"version": "1", "before": {"memos": 0}}
AWAY = {"error": "integration.unreachable", "version": "", "before": {}, "notes": ["the board is away"]}


@pytest.mark.parametrize(
    ("signed", "fresh", "found"),
    [
        (SEEN, SEEN, "go"),
        (SEEN, SEEN | {"version": "2"}, "target"),
        (SEEN, AWAY, "unread"),
        (None, SEEN, "go"),
        (AWAY, SEEN, "go"),
        (AWAY, AWAY, "go"),
        (SEEN | {"version": ""}, AWAY, "go"),
    ],
)
def test_what_a_last_look_means(signed, fresh, found: str) -> None:
    assert last_look.finding(signed, fresh) == found


def work() -> int:
    return drain.drain(linger=0, longest=0)


def blind(monkeypatch: pytest.MonkeyPatch, trouble: tools.Refused) -> None:
    def observe(self, arguments, *, context):
        raise trouble

    monkeypatch.setattr(WriteMemo, "observe", observe)


def test_a_target_that_moved_comes_back_with_three_sides(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    signed_at = Proposal.objects.get(pk=proposal.pk).observed_at
    board.version, board.written["other"] = "2", {"title": "another"}
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, board.calls) == ("pending", 2, [])
    assert proposal.observation["was"] == {"memos": 0} and proposal.observation["before"] == {"memos": 1}
    assert proposal.observation["was_at"] == signed_at.isoformat()
    assert proposal.observed_at > signed_at, "the page says when it was read"
    assert Execution.objects.get().state == "cancelled"


def test_a_target_that_is_away_just_before_the_write_is_tried_again_later(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    began = timezone.now()
    with monkeypatch.context() as outage:
        blind(outage, tools.Transient("integration.unreachable", "the board is away", after=5))
        work()
    row = Execution.objects.get()
    assert (row.state, row.attempts, board.calls) == ("scheduled", 1, [])
    assert row.due_at >= began + timedelta(seconds=5), "not before the target asked to be"
    assert not Case.objects.exists()
    Execution.objects.update(due_at=timezone.now())
    assert work() == 1
    assert Execution.objects.get().state == "succeeded" and len(board.calls) == 1


def test_a_target_that_stays_away_becomes_a_case_and_nothing_is_written(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    blind(monkeypatch, tools.Transient("integration.unreachable", "the board is away"))
    for _ in range(8):
        Execution.objects.update(due_at=timezone.now())
        work()
    row = Execution.objects.get()
    assert (row.state, row.failure_class, board.calls) == ("failed", "integration.unreachable", [])
    assert "could not be read again before the write (the board is away)" in row.error
    assert Occurrence.objects.get().execution == row.id


def test_a_target_that_refuses_to_be_read_is_not_written(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    blind(monkeypatch, tools.Refused("integration.auth", "our key is not known"))
    work()
    assert Execution.objects.get().state == "failed" and board.calls == []
    assert Case.objects.get().failure_class.code == "integration.auth"


def test_a_target_that_moves_between_look_and_write_comes_back_too(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)

    def run(self, arguments, *, key, context):
        assert context.version == "1", "it is told what was signed"
        board.version = "2"
        raise tools.Refused("posting.target_changed", "The target is no longer as it was signed")

    with monkeypatch.context() as race:
        race.setattr(WriteMemo, "run", run)
        work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round) == ("pending", 2)
    assert proposal.observation["version"] == "2" and proposal.observation["was"] == {"memos": 0}
    assert Execution.objects.get().state == "cancelled" and not Case.objects.exists()
    kinds = list(
        LedgerEntry.objects.filter(proposal=proposal.pk).order_by("id").values_list("kind", flat=True)
    )
    assert kinds[-3:] == ["execution.started", "execution.failed", "proposal.target_changed"]
    builders.approve(proposal, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    assert work() == 1 and len(board.calls) == 1, "signed again, it is written once"


def test_a_refusal_of_a_target_that_did_not_move_is_a_case(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    board.trouble.append(tools.Refused("posting.target_changed", "it says so, and shows nothing of it"))
    work()
    assert Execution.objects.get().state == "failed"
    assert Case.objects.get().failure_class.code == "posting.target_changed"


@pytest.fixture
def alone(board: Board, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The board can be asked for many versions at once; here are the titles that were looked at one by one."""
    looked_at: list[str] = []

    def version(title: str) -> str:
        return board.version if title == "Moved" else "1"

    def observe(self, arguments, *, context):
        looked_at.append(arguments.title)
        return tools.Observation(before={}, version=version(arguments.title))

    def versions_now(self, arguments, *, context):
        return [version(one.title) for one in arguments]

    monkeypatch.setattr(WriteMemo, "observe", observe)
    monkeypatch.setattr(WriteMemo, "versions_now", versions_now)
    return looked_at


def three(northwind: Company, alone: list[str]) -> list[Proposal]:
    titles = ("Stayed", "Moved", "Stayed too")
    bot, maria = northwind.bot, northwind.maria
    signed = [builders.an_approved(bot, maria, arguments={"title": title}) for title in titles]
    alone.clear()
    return signed


def test_many_are_asked_together_and_only_what_moved_is_looked_at(
    northwind: Company, board: Board, alone: list[str]
) -> None:
    first, moved, last = three(northwind, alone)
    board.version = "2"
    assert work() == 2 and alone == ["Moved"]
    assert {row.proposal_id for row in Execution.objects.filter(state="succeeded")} == {first.pk, last.pk}
    moved.refresh_from_db()
    assert (moved.state, moved.round, len(board.calls)) == ("pending", 2, 2)


def test_a_question_for_all_that_breaks_leaves_each_to_its_own_look(
    northwind: Company, board: Board, alone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WriteMemo, "versions_now", lambda *_, **__: [])
    three(northwind, alone)
    board.version = "2"
    assert work() == 2 and sorted(alone) == ["Moved", "Stayed", "Stayed too"]
