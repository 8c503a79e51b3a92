"""Telling people: once, to members only, gathered where there are several, and never in the way of who tells."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from approvals.models import Notice
from approvals.telling import notice_occasions, notices
from tests.builders import a_proposal, now
from tests.patience import SOON_SECONDS

pytestmark = pytest.mark.django_db


def told(member) -> list[tuple[str, int]]:
    return list(notices.own(member).order_by("id").values_list("kind", "count"))


def tell(company, kind, *members, **more) -> int:
    return notices.tell(
        workspace_id=company.workspace.pk,
        users=[member.user_id for member in members],
        kind=kind,
        now=now(),
        **more,
    )


def test_each_is_told_once_however_often_named(northwind):
    assert tell(northwind, "taken_over", northwind.maria, northwind.maria, northwind.ken) == 2
    assert told(northwind.maria) == told(northwind.ken) == [("taken_over", 1)]


def test_nobody_outside_the_workspace_is_told(northwind, harbour):
    assert tell(northwind, "taken_over", harbour.dana) == 0
    assert not Notice.objects.exists()


def test_telling_nobody_asks_nothing(northwind, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tell(northwind, "taken_over") == 0


def test_a_kind_without_a_sentence_is_refused(northwind):
    with pytest.raises(notices.UnknownNotice):
        tell(northwind, "gossip", northwind.maria)


def test_it_is_one_statement_however_many_are_told(northwind, django_assert_num_queries):
    proposal = a_proposal(northwind.bot)
    with django_assert_num_queries(1):
        tell(northwind, "assigned", *northwind.people.values(), proposal=proposal, by=northwind.ken.user_id)


def test_several_of_a_gathering_kind_are_one_notice_that_counts_them(northwind):
    for _ in range(3):
        tell(northwind, "second_wanted", northwind.maria)
    assert told(northwind.maria) == [("second_wanted", 3)]


def test_what_was_read_is_not_gathered_again(northwind):
    tell(northwind, "second_wanted", northwind.maria)
    notices.mark_read(member=northwind.maria, now=now(), upto=Notice.objects.get().pk)
    tell(northwind, "second_wanted", northwind.maria)
    assert told(northwind.maria) == [("second_wanted", 1), ("second_wanted", 1)]
    assert notices.unread_count(northwind.maria) == 1


def test_what_runs_out_is_counted_as_it_stands_and_not_summed(northwind):
    tell(northwind, "due_soon", northwind.maria, count=5)
    tell(northwind, "due_soon", northwind.maria, count=2)
    assert told(northwind.maria) == [("due_soon", 2)]


def test_kinds_that_do_not_gather_stand_one_by_one(northwind):
    for _ in range(2):
        tell(northwind, "sent_back", northwind.maria, proposal=a_proposal(northwind.bot))
    assert told(northwind.maria) == [("sent_back", 1), ("sent_back", 1)]


def test_a_notice_somebody_is_just_putting_away_holds_nobody_up(northwind, transactional_db):
    """Told from inside a decision, which waits for nobody."""
    tell(northwind, "second_wanted", northwind.maria)
    finished: list[int] = []

    def elsewhere() -> None:
        finished.append(tell(northwind, "second_wanted", northwind.maria))
        connection.close()

    with transaction.atomic():
        notices.mark_read(member=northwind.maria, now=now(), upto=Notice.objects.get().pk)
        other = Thread(target=elsewhere)
        other.start()
        other.join(SOON_SECONDS)
        assert finished == [1]
    assert notices.unread_count(northwind.maria) == 1


def test_many_at_once_lose_no_count(northwind, transactional_db):
    def elsewhere() -> None:
        for _ in range(10):
            tell(northwind, "second_wanted", northwind.maria, northwind.ken)
        connection.close()

    threads = [Thread(target=elsewhere) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for member in (northwind.maria, northwind.ken):
        assert sum(count for _, count in told(member)) == 40
    tell(northwind, "second_wanted", northwind.maria)
    assert told(northwind.maria) == [("second_wanted", 41)]


def test_the_unread_are_counted_to_a_hundred_by_one_query(northwind, django_assert_num_queries):
    Notice.objects.bulk_create(
        Notice(workspace=northwind.workspace, user=northwind.maria.user, kind="sent_back", created_at=now())
        for _ in range(120)
    )
    with django_assert_num_queries(1):
        assert notices.unread_text(northwind.maria) == "99+"
    assert notices.unread_text(northwind.ken) == ""


def test_old_ones_and_those_beyond_five_hundred_are_forgotten(northwind, monkeypatch):
    monkeypatch.setattr(notices, "MOST", 3)
    aged = now() - timedelta(days=91)
    Notice.objects.bulk_create(
        Notice(workspace=northwind.workspace, user=member.user, kind="sent_back", created_at=at)
        for member, at in [(northwind.ken, aged), *[(northwind.maria, timezone.now())] * 5]
    )
    newest = set(Notice.objects.order_by("-id")[:3].values_list("pk", flat=True))
    assert notice_occasions.forget(now=now()) == 3
    assert set(Notice.objects.values_list("pk", flat=True)) == newest
