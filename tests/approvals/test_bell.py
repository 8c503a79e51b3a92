"""The bell: one ring a transaction, none lost between looking and lingering, and no decision that waits for Redis."""

import time

import django_rq
import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from approvals import actors, bell, ledger
from approvals.models import LedgerEntry
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS
from tests.people import Company
from tests.workers import addresses

WORKER = actors.worker("test")
SOMEBODY = actors.person(1, "test")


def jobs() -> int:
    return django_rq.get_queue(bell.QUEUE).count


def note(company: Company, actor: actors.Actor) -> None:
    now = timezone.now()
    ledger.append(
        workspace_id=company.workspace.pk, kind="policy.set", actor=actor, at=now, proposal=company.bot.id
    )


def test_one_transaction_rings_once_however_much_it_records(
    northwind: Company, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as rung:
        note(northwind, SOMEBODY)
        note(northwind, WORKER)
        note(northwind, SOMEBODY)
    assert [type(one).__name__ for one in rung].count("_Ring") == 1
    assert jobs() == 1


def test_what_was_rolled_back_rings_for_nobody(
    northwind: Company, django_capture_on_commit_callbacks
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True) as rung,
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        note(northwind, SOMEBODY)
        raise ZeroDivisionError
    assert rung == []
    assert jobs() == 0


def test_a_worker_wakes_nobody_for_what_it_records_itself(
    northwind: Company, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        note(northwind, WORKER)
    assert jobs() == 0
    assert bell.heard() == 0


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_on_a_proposal_is_told_after_the_commit(northwind: Company) -> None:
    with psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as waiting:
        waiting.execute(f"LISTEN {bell.LISTENERS}")
        with transaction.atomic():
            note(northwind, WORKER)
            note(northwind, WORKER)
            assert list(waiting.notifies(timeout=0.1)) == []
        (notice,) = waiting.notifies(timeout=SOON_SECONDS, stop_after=1)
    assert notice.payload == northwind.bot.id.hex
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_session_cut_between_the_commit_and_the_ring_fails_nobody(northwind: Company) -> None:
    def cut() -> None:
        with psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid])

    with transaction.atomic():
        transaction.on_commit(cut)
        note(northwind, SOMEBODY)
    connection.close()
    assert LedgerEntry.objects.filter(kind="policy.set").exists()


def test_rings_pile_up_no_jobs() -> None:
    for _ in range(5):
        bell.wake()
    assert jobs() == 1
    bell.answered()
    bell.wake()
    assert jobs() == 2


def test_a_ring_between_the_look_and_the_lingering_is_not_missed() -> None:
    heard = bell.heard()
    bell.wake()
    began = time.monotonic()
    assert bell.linger(PATIENCE_SECONDS, heard=heard)
    assert time.monotonic() - began < SOON_SECONDS
    assert not bell.linger(0.05, heard=bell.heard())


def test_a_worker_that_lingers_is_nudged_and_not_sent_a_job() -> None:
    redis = django_rq.get_connection(bell.QUEUE)
    redis.set(bell.LINGERING, 1, px=PATIENCE_SECONDS * 1000)
    for _ in range(3):
        bell.wake()
    assert jobs() == 0
    assert redis.llen(bell.NUDGE) == 1


def test_the_word_of_a_dead_worker_runs_out() -> None:
    bell.linger(0.05, heard=0)
    redis = django_rq.get_connection(bell.QUEUE)
    assert not redis.exists(bell.LINGERING)
    redis.set(bell.LINGERING, 1, px=1)
    time.sleep(0.01)
    bell.wake()
    assert jobs() == 1


def test_without_redis_nothing_waits_and_nothing_breaks(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    began = time.monotonic()
    bell.wake()
    bell.answered()
    assert bell.heard() == 0
    assert time.monotonic() - began < SOON_SECONDS
    assert not bell.linger(0.1, heard=0)
    assert time.monotonic() - began >= 0.1
