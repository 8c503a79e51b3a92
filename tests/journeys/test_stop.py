"""Workers that are told to stop, or have worked long enough, end in order: nothing is lost, nothing in doubt."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import django_rq
import psutil
import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from approvals import policies
from approvals.actors import worker
from runs.connectors.books import database
from runs.models import Execution
from tests import expenses, people
from tests.config import scripts
from tests.config.scripts import until
from tests.journeys.site import Site
from tests.patience import PATIENCE_SECONDS
from tests.workers import WorkerProcess, addresses

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
TICK = worker("tick")
SLOWLY = """
CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_sleep(0.4); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER takes_time BEFORE INSERT ON expenses FOR EACH ROW EXECUTE FUNCTION take_time();
"""
RECYCLED = """
import os
from config.processes import manage
from config.supervisor import Child, Supervisor
worker = Child("worker", [*manage("worker"), "--jobs", "2"], dict(os.environ))
Supervisor([worker, Child("clock", manage("clock"), dict(os.environ))]).run()
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    now = timezone.now()
    company = people.company(f"northwind-{now:%H%M%S%f}", "Northwind Finance", now, {"maria": ["reviewer"]})
    policies.set_policy(
        workspace=company.workspace, tool="books.post_expense", actor=TICK, now=now, currency="EUR", undo_seconds=0
    )  # fmt: skip
    expenses.open_books(company.workspace.slug)
    site = Site(company, tmp_path / "worker.log")
    yield site
    site.close()
    database.close()


@pytest.fixture
def slow_books() -> Iterator[None]:
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True) as owner:
        owner.execute(SLOWLY)
        yield
        owner.execute("DROP TRIGGER takes_time ON expenses")


def test_told_to_stop_a_worker_finishes_what_it_began_and_hands_back_the_rest(
    site: Site, slow_books: None
) -> None:
    site.approve(range(120))
    process = site.start_worker()
    site.tick()
    assert until(lambda: site.written() >= 20)
    process.signal(signal.SIGTERM)
    assert process.process.wait(PATIENCE_SECONDS) == 0, site.words.read_text()
    states = site.states()
    assert set(states) == {"succeeded", "scheduled"}
    assert states["succeeded"] == site.written() < 120
    assert not Execution.objects.filter(state="scheduled", claimed_by__isnull=False).exists()
    site.start_worker()
    assert site.comes_to(120), site.words.read_text()
    assert site.books.count() == (120, 120)


def test_an_idle_worker_stops_at_once(site: Site) -> None:
    process = site.start_worker()
    assert until(process.is_idle)
    process.signal(signal.SIGTERM)
    assert process.process.wait(PATIENCE_SECONDS) == 0


def test_a_lingering_worker_that_stops_leaves_no_ring_unheard(site: Site) -> None:
    process = site.start_worker()
    site.approve(range(1))
    site.tick()
    assert until(lambda: site.written() == 1)
    process.signal(signal.SIGTERM)
    site.approve(range(1, 20))
    assert process.process.wait(PATIENCE_SECONDS) == 0
    site.start_worker()
    assert site.comes_to(20), (site.states(), site.words.read_text())


def test_a_worker_that_has_worked_long_enough_gives_way_to_a_new_one(site: Site) -> None:
    supervisor = scripts.start(RECYCLED, environment=addresses())
    seen: set[int] = set()

    def new_ones() -> set[int]:
        for child in psutil.Process(supervisor.pid).children():
            with suppress(psutil.Error):  # one that is just ending
                if "worker" in child.cmdline():
                    seen.add(child.pid)
        return seen

    try:
        site.approve(range(50))
        assert until(lambda: len(new_ones()) >= 2 and site.written() >= 50), (seen, site.states())
        site.approve(range(50, 60))
        assert until(lambda: site.states() == {"succeeded": 60}), site.states()
    finally:
        scripts.end(supervisor)
    assert site.books.count() == (60, 60)


def test_a_worker_that_grew_too_large_ends_after_its_job(site: Site) -> None:
    process = WorkerProcess(site.words, queues=("--megabytes", "1"))
    try:
        assert until(process.is_idle)
        site.approve(range(5))
        site.tick()
        assert process.process.wait(PATIENCE_SECONDS) == 0
        assert django_rq.get_queue("bell").count + django_rq.get_queue("default").count <= 1
    finally:
        process.kill()
    site.start_worker()
    assert site.comes_to(5), site.words.read_text()
