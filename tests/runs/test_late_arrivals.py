"""A write that arrives after its target said there was none: found before anything is sent again, or asked again."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from approvals import policies, tools
from approvals.actors import worker
from runs import drain, underway, unknowns
from runs.models import Execution
from runs.underway import UnderWay
from runs.workers import at_work
from tests import builders, hostile
from tests.memo import Board
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db
TICK = worker("tick")


def work() -> None:
    drain.drain(linger=0, longest=0)


def later() -> None:
    """Whatever waits has waited long enough, and is asked about."""
    Execution.objects.filter(state="unknown").update(leased_until=timezone.now() - timedelta(seconds=1))
    unknowns.look_up(actor=TICK, now=timezone.now())
    Execution.objects.filter(state="scheduled").update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def target(northwind: Company, settings, monkeypatch, tmp_path: Path) -> Iterator[hostile.Target]:
    with hostile.Target(tmp_path) as target:
        settings.HTTP_ALLOW = [target.address]
        monkeypatch.setenv(hostile.ADDRESS, target.address)
        hostile.install()
        type(northwind.bot).objects.update(tools=["memo.write", "hostile.write"])
        northwind.bot.refresh_from_db()
        yield target


def test_what_arrived_late_is_what_changed_the_target_and_not_a_reason_to_ask_again(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    later()
    row = Execution.objects.get()
    assert (row.state, row.attempts) == ("scheduled", 1)
    board.written[row.write_key] = {"title": "it was on its way"}
    board.version = "2"
    work()
    row.refresh_from_db()
    proposal.refresh_from_db()
    assert (row.state, proposal.state, len(board.written)) == ("succeeded", "approved", 1)


def test_a_target_that_another_has_changed_is_still_a_reason(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    later()
    board.version = "2"
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, board.written) == ("pending", 2, {})


def stricter(company: Company) -> None:
    policies.set_policy(
        workspace=company.workspace, tool="memo.write", actor=TICK, now=timezone.now(), quorum=2
    )  # fmt: skip


def test_what_arrived_late_is_recorded_though_the_policy_became_stricter(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    later()
    row = Execution.objects.get()
    board.written[row.write_key] = {"title": "it was on its way"}
    stricter(northwind)
    work()
    row.refresh_from_db()
    proposal.refresh_from_db()
    assert (row.state, proposal.state, proposal.round) == ("succeeded", "approved", 1)
    assert len(board.written) == 1


def test_a_stricter_policy_is_asked_about_where_no_attempt_has_arrived(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    later()
    stricter(northwind)
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, proposal.quorum, board.written) == ("pending", 2, 2, {})
    assert Execution.objects.get().state == "cancelled"


def test_a_target_that_works_on_after_it_was_left_is_not_sent_the_same_again(
    northwind: Company, target: hostile.Target
) -> None:
    """It keeps no key from being used twice: only a look before the second call keeps the write single."""
    arguments = {"mode": "late", "number": 1, "total": "10.00"}
    builders.an_approved(northwind.bot, northwind.maria, tool="hostile.write", arguments=arguments)
    work()
    later()
    row = Execution.objects.get()
    assert (row.state, row.attempts) == ("scheduled", 1)
    until = time.monotonic() + PATIENCE_SECONDS
    while not target.effects.under(row.write_key) and time.monotonic() < until:
        time.sleep(0.02)
    work()
    row.refresh_from_db()
    assert (row.state, target.effects.counts()) == ("succeeded", {row.write_key: 1})


def test_a_worker_that_slept_sends_nothing_of_what_waited_for_a_thread(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    row = Execution.objects.select_related("proposal", "workspace").get()
    row.attempts, moment = 1, time.monotonic()
    with at_work() as here:
        awake = threading.Event()
        for _ in range(100):  # every thread is busy, as it is when a worker is stopped
            here.threads.submit(awake.wait)
        under_way = UnderWay(here)
        under_way.call(row, lambda _: pytest.fail("it was sent"))
        monkeypatch.setattr(underway.time, "monotonic", lambda: moment + 61)
        awake.set()
        _, answer = under_way.finished.get(timeout=PATIENCE_SECONDS)
        monkeypatch.undo()
    outcome = answer.result()
    assert (outcome.state, outcome.retry, board.calls) == ("failed", True, [])
