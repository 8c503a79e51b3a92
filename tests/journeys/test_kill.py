"""Workers die, stall and lose their bell in the middle of two hundred writes; each write happens once, by itself."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_rq
import psutil
import pytest
from django.db.models import Q
from django.utils import timezone

from approvals import policies
from approvals.actors import worker
from approvals.models import LedgerEntry
from runs import unknowns
from runs.connectors.books import database
from runs.models import Attempt, Execution
from tests import expenses, people
from tests.config import scripts
from tests.config.scripts import until
from tests.journeys.site import FINISHED, Site, entries, is_alone, unrecorded
from tests.patience import PATIENCE_SECONDS
from tests.workers import addresses

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANY = 400
TICK = worker("tick")
UNKNOWN, SETTLED = Q(kind="execution.unknown"), Q(kind="execution.settled")
SUPERVISED = """
import os
from config.processes import manage
from config.supervisor import Child, Supervisor
Supervisor([Child(name, manage(name), dict(os.environ)) for name in ("worker", "clock")]).run()
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    now = timezone.now()
    company = people.company(f"northwind-{now:%H%M%S%f}", "Northwind Finance", now, {"maria": ["reviewer"]})
    policies.set_policy(
        workspace=company.workspace,
        tool="books.post_expense",
        actor=TICK,
        now=now,
        currency="EUR",
        undo_seconds=0,
    )
    expenses.open_books(company.workspace.slug)
    site = Site(company, tmp_path / "worker.log")
    yield site
    site.close()
    database.close()


def everything() -> set[Any]:
    return set(Execution.objects.values_list("id", flat=True))


def the_record() -> list[Any]:
    """All that is known of executions, to be compared with what is known later."""
    return [
        list(Execution.objects.order_by("id").values()),
        list(Attempt.objects.order_by("id").values()),
        list(LedgerEntry.objects.order_by("id").values("id", "kind", "execution")),
    ]


def assert_each_was_written_once(site: Site, many: int) -> None:
    assert site.states() == {"succeeded": many}
    assert site.books.count() == (many, many)
    assert len(set(Execution.objects.values_list("receipt__reference", flat=True))) == many
    assert entries(everything(), FINISHED) == dict.fromkeys(everything(), 1)
    assert not Attempt.objects.filter(finished_at__isnull=True).exists()


def test_a_killed_worker_leaves_nothing_undone_and_nothing_done_twice(site: Site) -> None:
    site.approve(range(MANY))
    victim = site.start_worker()
    site.tick()
    assert until(lambda: site.written() >= MANY * 0.3)
    victim.kill()
    assert until(is_alone)
    in_flight = set(Execution.objects.filter(state="started").values_list("id", flat=True))
    assert site.written() < MANY
    site.start_worker()
    assert site.comes_to(MANY), (site.states(), site.words.read_text())
    assert_each_was_written_once(site, MANY)
    assert entries(everything(), UNKNOWN) == entries(everything(), SETTLED) == dict.fromkeys(in_flight, 1)


def test_what_was_written_and_not_recorded_is_found_by_its_key_and_not_sent_again(site: Site) -> None:
    """The supervisor starts the worker again and the clock ticks; nobody else does anything."""
    site.approve(range(MANY))
    supervisor = scripts.start(SUPERVISED, environment=addresses())
    try:
        assert until(lambda: site.written() >= MANY * 0.1)
        with unrecorded(site) as in_flight:
            victim = the_worker_of(supervisor.pid)
            victim.kill()
            victim.wait(PATIENCE_SECONDS)
        assert until(lambda: site.states() == {"succeeded": MANY}), site.states()
        assert the_worker_of(supervisor.pid).pid != victim.pid
    finally:
        scripts.end(supervisor)
    assert_each_was_written_once(site, MANY)
    assert (
        entries(everything(), UNKNOWN)
        == entries(in_flight, SETTLED & FINISHED)
        == dict.fromkeys(in_flight, 1)
    )
    assert set(Attempt.objects.filter(execution__in=in_flight).values_list("number", flat=True)) == {1}


def the_worker_of(supervisor: int) -> psutil.Process:
    (found,) = [child for child in psutil.Process(supervisor).children() if "worker" in child.cmdline()]
    return found


def test_a_worker_that_wakes_up_late_changes_nothing(site: Site) -> None:
    site.approve(range(MANY))
    sleeper = site.start_worker()
    site.tick()
    assert until(lambda: site.written() >= MANY * 0.1)
    with unrecorded(site) as in_flight:
        sleeper.signal(signal.SIGSTOP)
        assert until(lambda: sleeper.is_paused)
        # a minute goes by for everybody but the sleeper
        Execution.objects.filter(leased_until__isnull=False).update(
            leased_until=timezone.now() - timedelta(seconds=1)
        )
        while unknowns.find_lost(actor=TICK, now=timezone.now()):
            pass
    site.start_worker()
    assert site.comes_to(MANY), (site.states(), site.words.read_text())
    assert_each_was_written_once(site, MANY)
    before = the_record()
    sleeper.signal(signal.SIGCONT)
    assert until(sleeper.is_idle)
    assert the_record() == before
    assert site.books.count() == (MANY, MANY)
    assert not entries(in_flight, Q(kind="execution.succeeded"))


def test_a_bell_that_forgets_everything_only_delays(site: Site) -> None:
    site.approve(range(100))
    site.start_worker()
    site.tick()
    assert until(lambda: site.written() >= 30)
    with django_rq.get_connection("bell") as bell:
        bell.flushdb()
        site.approve(range(100, 120))
        bell.flushdb()
    assert site.comes_to(120), (site.states(), site.words.read_text())
    assert_each_was_written_once(site, 120)
