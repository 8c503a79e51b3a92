"""Appends that queue behind nobody, sealed while they happen: every entry under one seal, and none lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from approvals.models import LedgerEntry, Seal
from approvals.sealing import horizon, seals
from tests.approvals.ledgers import a_workspace, append, entry_ids, inspect, number, run, seal
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, ROUNDS = 8, 25


@pytest.fixture
def archive(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return a_workspace()


@pytest.fixture
def books_elsewhere():
    with psycopg.connect(django_settings.BOOKS_ADMIN_URL, autocommit=True) as connected:
        yield connected


class Writer(threading.Thread):
    """Appends inside a transaction that stays open until told to end."""

    def __init__(self, workspace, *, fails=False):
        super().__init__()
        self.workspace, self.fails = workspace, fails
        self.appended, self.may_end = threading.Event(), threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                append(self.workspace)
                self.appended.set()
                assert self.may_end.wait(PATIENCE_SECONDS)
                transaction.set_rollback(self.fails)
        finally:
            connection.close()

    def __enter__(self):
        self.start()
        assert self.appended.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_):
        self.may_end.set()
        self.join(PATIENCE_SECONDS)


def in_a_thread(work):
    def closing(*values):
        try:
            return work(*values)
        finally:
            connection.close()

    return closing


def settled():
    """Seal until nothing is left, now that every writer has ended."""
    while seal():
        pass


def test_open_transactions_do_not_queue_each_other(archive):
    with Writer(archive) as first, Writer(archive) as second:
        with transaction.atomic():
            run("SET LOCAL lock_timeout = '2s'")
            append(archive)
        assert LedgerEntry.objects.count() == 1
        assert first.is_alive()
        assert second.is_alive()
    assert LedgerEntry.objects.count() == 3


def test_an_older_transaction_that_commits_later_loses_nothing(archive):
    """The later entry is committed first: sealing it now would leave the older one below the seal for ever."""
    with Writer(archive):
        append(archive)
        assert seal() == 0
    assert seal() == 1
    report = inspect(archive)
    assert (report.entries, report.unsealed) == (2, 0)


def test_what_an_open_transaction_cannot_reach_is_sealed_meanwhile(archive):
    append(archive, 2)
    with Writer(archive):
        append(archive)
        assert seal() == 1
        assert Seal.objects.get().size == 2
    settled()
    assert inspect(archive).entries == 4


def test_a_transaction_that_fails_leaves_no_trace_and_stops_nobody(archive):
    with Writer(archive, fails=True):
        append(archive)
    assert seal() == 1
    assert inspect(archive).entries == 1


def test_entries_of_eight_threads_end_under_exactly_one_seal_each(archive, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 20)
    other = a_workspace("harbour")
    done = threading.Event()

    @in_a_thread
    def write(number):
        for turn in range(ROUNDS):
            with transaction.atomic():
                append(archive if (number + turn) % 3 else other)
                if turn % 7 == number % 7:
                    time.sleep(0.01)
                append(archive)

    @in_a_thread
    def keep_sealing():
        made = 0
        while not done.is_set():
            made += seal()
        return made

    with ThreadPoolExecutor(THREADS + 2) as pool:
        sealers = [pool.submit(keep_sealing) for _ in range(2)]
        list(pool.map(write, range(THREADS)))
        done.set()
        assert sum(sealer.result() for sealer in sealers) > 2
    settled()
    reports = [inspect(archive), inspect(other)]
    assert sum(report.entries for report in reports) == LedgerEntry.objects.count() == 2 * THREADS * ROUNDS
    assert [report.unsealed for report in reports] == [0, 0]
    assert sum(Seal.objects.values_list("size", flat=True)) == 2 * THREADS * ROUNDS


def test_two_sealers_step_aside_for_each_other(archive):
    append(archive)
    with transaction.atomic():
        assert seals._only_one_here(archive.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_a_thread(seal)).result() == 0
    assert seal() == 1


def test_the_count_is_lifted_only_when_no_entry_is_under_way(archive, monkeypatch):
    """An entry with a number of the old count must not appear below what is sealed with the new one."""
    monkeypatch.setattr(horizon, "PATIENCE", "10s")
    try:
        run("SELECT setval('countersign_ledger_offset', %s)", 10**9)
        append(archive)
        run("SELECT setval('countersign_ledger_offset', 0)")
        with ThreadPoolExecutor(1) as pool:
            with Writer(archive):
                mending = pool.submit(in_a_thread(horizon.mend))
                time.sleep(0.3)
                assert not mending.done()
            assert mending.result()
        append(archive)
        settled()
        assert inspect(archive).entries == 3
        assert entry_ids(archive)[-1] == LedgerEntry.objects.latest("id").id
    finally:
        run("SELECT setval('countersign_ledger_offset', 0)")


def test_a_moment_old_entry_is_told_from_a_forgotten_one(archive):
    with Writer(archive):
        append(archive, at=timezone.now())
        assert seal() == 0
        assert inspect(archive).unsealed == 1


def test_what_is_open_in_another_database_holds_nothing_up(archive, books_elsewhere):
    with books_elsewhere.transaction():
        assert books_elsewhere.execute("SELECT pg_current_xact_id()").fetchone()
        append(archive)
        assert seal() == 1


def test_a_transaction_whose_owner_is_not_found_counts_as_ours(archive):
    with Writer(archive):
        append(archive)
        last = LedgerEntry.objects.get().transaction
        assert number(horizon.COMPLETE) < last
        assert number(horizon.COMPLETE.replace("'transactionid'", "'nothing'")) < last
    assert seal() == 1
