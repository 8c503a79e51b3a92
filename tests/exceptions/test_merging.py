"""Cases that are one trouble become one, and come apart again; later failures follow; nothing is lost on the way."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from exceptions import cases, merging, resolutions
from exceptions.models import Case, FailureClass, Occurrence
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, kinds
from tests.exceptions.conftest import open_case as opened
from tests.people import Company


def fails(company: Company, words: str, **more: object) -> Case:
    told = {
        "code": "posting.refused",
        "amount": Decimal(5),
        "currency": "EUR",
        "operation": "books.post",
    } | more
    return opened(company.workspace, message=words, **told)


def merge(company: Company, case: Case, into: Case) -> Case:
    return merging.merge(
        case=case, into=into, member=company.olu, actor=actor_of(company.olu), now=timezone.now()
    )


def separate(company: Company, case: Case) -> Case:
    return merging.separate(case=case, member=company.olu, actor=actor_of(company.olu), now=timezone.now())


def split(company: Company, case: Case, message: str) -> Case:
    return merging.split(
        case=case, message=message, member=company.olu, actor=actor_of(company.olu), now=timezone.now()
    )


def counts(case: Case) -> tuple[str, int, int, dict[str, str]]:
    case.refresh_from_db()
    assert case.open_count == Occurrence.objects.filter(case=case, disposition="open").count()
    assert case.total_count == Occurrence.objects.filter(case=case).count()
    return case.state, case.open_count, case.total_count, case.money


def test_what_is_open_moves_and_what_was_settled_stays_where_it_happened(northwind: Company) -> None:
    one, other = fails(northwind, "the vendor is gone"), fails(northwind, "no such vendor")
    fails(northwind, "the vendor is gone")
    done = one.occurrences.earliest("id")
    resolutions.settle_occurrence(occurrence=done, disposition="elsewhere", actor=WORKER, now=timezone.now())

    merge(northwind, one, other)

    assert counts(one) == ("resolved", 0, 1, {})
    assert counts(other) == ("open", 2, 2, {"EUR": "10.00"})
    assert one.merged_into == other
    assert kinds(one)[-2:] == ["case.resolved", "case.merged"]
    assert kinds(other)[-1] == "case.merged"
    assert one.episodes.get().resolved_at is not None


def test_later_failures_of_a_merged_cause_lie_in_the_case_it_was_merged_into(northwind: Company) -> None:
    first, second, third = (
        fails(northwind, words) for words in ("the vendor is gone", "no such vendor", "who?")
    )
    merge(northwind, first, second)
    merge(northwind, second, third)

    assert fails(northwind, "the vendor is gone") == third
    assert counts(third) == ("open", 4, 4, {"EUR": "20.00"})
    assert counts(first)[0] == "resolved"

    separate(northwind, first)

    assert counts(first) == ("open", 2, 2, {"EUR": "10.00"})
    assert counts(third) == ("open", 2, 2, {"EUR": "10.00"})
    assert fails(northwind, "the vendor is gone") == first
    assert [episode.number for episode in first.episodes.order_by("number")] == [1, 2]


def test_nobody_gets_round_finding_out_first_by_merging(northwind: Company) -> None:
    doubtful = fails(northwind, "it may have happened", code="outcome.unknown")
    plain = fails(northwind, "the vendor is gone")

    assert plain not in merging.candidates(doubtful)
    with pytest.raises(merging.NotMergeable):
        merge(northwind, doubtful, plain)


def test_only_open_cases_of_one_workspace_are_merged_and_no_case_into_itself(
    northwind: Company, harbour: Company
) -> None:
    one, theirs = fails(northwind, "the vendor is gone"), fails(harbour, "no such vendor")
    with pytest.raises(merging.NotMergeable):
        merge(northwind, one, one)
    with pytest.raises(cases.NotYourCase):
        merge(northwind, one, theirs)
    done = fails(northwind, "no such vendor")
    resolutions.settle_occurrence(
        occurrence=done.occurrences.get(), disposition="elsewhere", actor=WORKER, now=timezone.now()
    )
    with pytest.raises(merging.NotMergeable):
        merge(northwind, one, done)
    with pytest.raises(merging.NotMerged):
        separate(northwind, one)


def test_exact_words_become_a_case_of_their_own_and_later_failures_follow(northwind: Company) -> None:
    case = fails(northwind, "account 6815 is locked")
    fails(northwind, "account 6820 is locked")
    fails(northwind, "account 6820 is locked")
    assert merging.messages(case) == [("account 6820 is locked", 2), ("account 6815 is locked", 1)]

    made = split(northwind, case, "account 6820 is locked")

    assert counts(made) == ("open", 2, 2, {"EUR": "10.00"})
    assert counts(case) == ("open", 1, 1, {"EUR": "5.00"})
    assert (made.owner, made.failure_class, made.next_escalation_at is not None) == (
        case.owner, case.failure_class, True,
    )  # fmt: skip
    assert fails(northwind, "account 6820 is locked") == made
    assert fails(northwind, "account 7000 is locked") == case
    with pytest.raises(merging.NotSplittable):
        split(northwind, made, "account 6820 is locked")


def test_on_the_page_they_are_merged_taken_apart_and_split(northwind: Company, harbour: Company) -> None:
    one, other = fails(northwind, "account 1111 is locked"), fails(northwind, "no such vendor")
    fails(northwind, "account 2222 is locked")
    client, base = Client(), "/w/northwind/exceptions/"
    client.force_login(northwind.olu.user)

    page = client.get(f"{base}{one.public_id}/").content.decode()
    assert "account 2222 is locked" in page and other.public_id in page
    assert client.get(f"{base}{one.public_id}/merge/").status_code == 405
    made = client.post(f"{base}{one.public_id}/split/", {"message": "account 2222 is locked"}, follow=True)
    assert b"Split off" in made.content
    there = client.post(f"{base}{one.public_id}/merge/", {"into": other.public_id})
    assert there.url == f"{base}{other.public_id}/"
    assert counts(other)[:2] == ("open", 2)
    assert b"Take apart" in client.get(there.url).content
    client.post(f"{base}{one.public_id}/separate/")
    assert counts(one)[:2] == ("open", 1)

    stranger = Client()
    stranger.force_login(harbour.dana.user)
    for act in ("merge", "separate", "split", "cause"):
        assert stranger.post(f"{base}{one.public_id}/{act}/", {"into": other.public_id}).status_code == 404
    client.force_login(northwind.maria.user)
    assert client.post(f"{base}{one.public_id}/merge/", {"into": other.public_id}).status_code == 403


def test_a_merge_needs_the_ways_out_of_both(northwind: Company) -> None:
    FailureClass.objects.filter(code="posting.refused").update(resolutions=["dismiss"])
    narrow, wide = (
        fails(northwind, "the vendor is gone"),
        fails(northwind, "closed", code="posting.period_closed"),
    )
    assert merging.candidates(wide) == [narrow]
    assert merging.candidates(narrow) == []
