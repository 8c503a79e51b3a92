"""A switch is pulled while a worker process writes: within a second nothing more is begun, and nothing is lost."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from approvals import policies, switches
from approvals.actors import worker
from approvals.models import LedgerEntry
from runs.connectors.books import database
from runs.models import Execution
from tests import expenses, people
from tests.config.scripts import until
from tests.journeys.site import Site

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANY = 300
TEST = worker("test")
SECOND = timedelta(seconds=1)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    now = timezone.now()
    company = people.company(f"northwind-{now:%H%M%S%f}", "Northwind Finance", now, {"maria": ["reviewer"]})
    policies.set_policy(
        workspace=company.workspace,
        tool="books.post_expense",
        actor=TEST,
        now=now,
        currency="EUR",
        undo_seconds=0,
    )
    expenses.open_books(company.workspace.slug)
    site = Site(company, tmp_path / "worker.log")
    yield site
    site.close()
    database.close()


@pytest.mark.parametrize("what", ["workspace", "agent", "tool"])
def test_within_a_second_of_the_pull_nothing_more_is_begun(site: Site, what: str) -> None:
    site.approve(range(MANY))
    company = site.company
    of_tool = switches.OfTool(company.workspace, "books.post_expense")
    of = {"workspace": company.workspace, "agent": company.bot, "tool": of_tool}[what]
    site.start_worker()
    site.tick()
    assert until(lambda: site.written() > 0)
    switches.pull(of=of, actor=TEST, now=timezone.now())
    pulled = timezone.now()
    time.sleep(1)
    assert until(lambda: not Execution.objects.filter(state="started").exists())
    held = Execution.objects.filter(state="scheduled").count()
    assert held > 0
    site.tick()
    time.sleep(2)
    begun = LedgerEntry.objects.filter(kind="execution.started", at__gt=pulled + SECOND)
    assert not begun.exists() and site.written() == MANY - held
    switches.release(of=of, actor=TEST, now=timezone.now())
    assert site.comes_to(MANY), (site.states(), site.words.read_text())
    assert site.books.count() == (MANY, MANY)
