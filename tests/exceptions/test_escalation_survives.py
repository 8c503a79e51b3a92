"""A worker killed in the middle of a sweep, and a database that went away: nothing is lost, and nobody called twice."""

import os
import signal
import threading
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing import get_context

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from approvals.models import LedgerEntry, Notice
from exceptions import escalation, movements
from exceptions.models import Call, Case
from tests.exceptions.conftest import WORKER, open_case
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
MANY, BATCH, DIES_AT = 7, 2, 4  # in the middle of the second batch, with a first one that is done


@pytest.fixture
def later(northwind: Company, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """When all of them are due."""
    for letter in "abcdefg":
        open_case(northwind.workspace, message=f"cause {letter}")
    monkeypatch.setattr(movements, "BATCH", BATCH)
    return timezone.now() + timedelta(hours=2)


def everybody_was_called_once(later: datetime) -> None:
    assert escalation.escalate_due(now=later, actor=WORKER) == MANY - BATCH
    assert not Case.objects.filter(next_escalation_at__lte=later).exists()
    assert set(Case.objects.values_list("step", flat=True)) == {1}
    for who in ("ada", "olu"):
        calls = Call.objects.filter(user__username=who, kind="in_app").values_list("case", flat=True)
        assert Counter(calls) == Counter(dict.fromkeys(Case.objects.values_list("pk", flat=True), 1))
    for kind in ("case.escalated", "case.called"):
        assert LedgerEntry.objects.filter(kind=kind).count() == MANY


def test_a_worker_is_killed_in_the_middle_of_a_sweep(
    later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, move, (hear, say) = [], escalation._next, os.pipe()

    def slowly(moving: movements.Move) -> None:
        move(moving)
        moved.extend(moving.pks)
        if len(moved) == DIES_AT:
            os.write(say, b"!")
            signal.pause()

    monkeypatch.setattr(escalation, "_next", slowly)
    connection.close()
    connection.close_pool()  # a forked process must inherit no connection
    worker = get_context("fork").Process(target=lambda: escalation.escalate_due(now=later, actor=WORKER))
    worker.start()
    assert os.read(hear, 1) == b"!"
    worker.kill()
    worker.join(PATIENCE_SECONDS)
    monkeypatch.setattr(escalation, "_next", move)

    everybody_was_called_once(later)


def test_the_database_goes_away_in_the_middle_of_a_sweep(
    later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, met, move = [], [], escalation._next

    def cut_off(moving: movements.Move) -> None:
        move(moving)
        moved.extend(moving.pks)
        if len(moved) == DIES_AT:
            with connection.cursor() as cursor:  # as a restart does to every session
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def work() -> None:
        try:
            escalation.escalate_due(now=later, actor=WORKER)
        except OperationalError as error:
            met.append(error)
        finally:
            close_old_connections()

    monkeypatch.setattr(escalation, "_next", cut_off)
    worker = threading.Thread(target=work)
    worker.start()
    worker.join(PATIENCE_SECONDS)
    monkeypatch.setattr(escalation, "_next", move)

    assert len(met) == 1
    everybody_was_called_once(later)
    assert Notice.objects.filter(read_at__isnull=True).count() == 2  # each gathers what it is about
