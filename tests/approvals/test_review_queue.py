"""What waits for whom: everybody sees what they may answer, in order, and nothing of anybody else's house."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import actors, decisions, policies
from approvals.models import Proposal
from approvals.waiting import paging, queue, view_counts
from approvals.waiting.places import Place
from approvals.waiting.view_counts import Counts, counts
from tests import builders
from tests.approvals.reviewing import answer, signed_in
from tests.approvals.reviewing import queue as queue_url

HOUR = timedelta(hours=1)


def mine(member, view=queue.MINE, **more):
    return [row.pk for row in paging.page(member, Place(view, **more), timezone.now()).rows]


def test_the_most_urgent_comes_first_then_risk_then_money(northwind):
    until = timezone.now() + HOUR
    later = builders.a_proposal(northwind.bot, expires_at=until + HOUR)
    cheap = builders.a_proposal(northwind.bot, expires_at=until, arguments={"title": "A", "amount": "1.00"})
    dear = builders.a_proposal(northwind.bot, expires_at=until, arguments={"title": "B", "amount": "-900.00"})
    risky = builders.a_proposal(northwind.bot, expires_at=until, arguments={"title": "C"})
    Proposal.objects.filter(pk=risky.pk).update(risk="high")
    assert mine(northwind.maria) == [risky.pk, dear.pk, cheap.pk, later.pk]


def test_who_may_answer_is_the_same_in_the_list_and_at_the_decision(northwind):
    now, maria = timezone.now(), northwind.maria
    policies.set_policy(workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=now,
                        reviewers=[maria.user_id])  # fmt: skip
    named = builders.a_proposal(northwind.bot)
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=now
    )
    open_to_all = builders.a_proposal(northwind.bot)
    own = builders.a_proposal(northwind.bot, proposed_by=maria.user_id)
    helped = builders.a_proposal(northwind.bot, excluded_reviewers=(maria.user_id,))
    builders.a_proposal(northwind.bot, observed=False)
    for member in northwind.people.values():
        rows = [
            row
            for row in (named, open_to_all, own, helped)
            if decisions.may_decide(row, member, timezone.now())
        ]
        assert set(mine(member)) == {row.pk for row in rows}
    assert set(mine(maria)) == {named.pk, open_to_all.pk}
    assert set(mine(northwind.ken)) == {open_to_all.pk, own.pk, helped.pk}
    assert mine(northwind.tess) == [] and len(mine(northwind.tess, queue.ALL)) == 5


def test_what_one_signed_waits_for_the_second_signature_of_another(northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot)
    assert mine(northwind.ken, queue.SECOND) == []
    answer(signed_in(northwind.maria), proposal)
    assert mine(northwind.maria) == [] and mine(northwind.ken, queue.SECOND) == [proposal.pk]
    assert counts(northwind.ken, timezone.now()) == Counts(mine=1, second=1, all=1)
    assert counts(northwind.maria, timezone.now()) == Counts(mine=0, second=0, all=1)


def test_what_has_run_out_is_not_offered(northwind):
    at = timezone.now() - 2 * HOUR
    builders.a_proposal(northwind.bot, at=at, expires_at=at + HOUR)
    assert mine(northwind.maria) == [] and mine(northwind.maria, queue.ALL) == []


def test_pages_follow_each_other_without_gap_or_repeat(northwind, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 4)
    until = timezone.now() + HOUR
    made = [
        builders.a_proposal(
            northwind.bot,
            expires_at=until + (number // 3) * HOUR,
            arguments={"title": f"M{number}", "amount": f"{number % 2 + 1}"},
        ).pk
        for number in range(11)
    ]
    seen, after = [], ""
    for _ in range(3):
        page = paging.page(northwind.maria, Place(after=after), timezone.now())
        seen += [row.pk for row in page.rows]
        after = page.older
    assert sorted(seen) == sorted(made) and len(set(seen)) == 11 and after == ""
    keys = list(Proposal.objects.filter(pk__in=seen).values_list("pk", "expires_at", "amount"))
    order = {pk: (at, -amount, pk) for pk, at, amount in keys}
    assert seen == sorted(seen, key=order.__getitem__)


def test_settled_pages_run_backwards_in_time(northwind, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    done = [builders.an_approved(northwind.bot, northwind.maria).pk for _ in range(5)]
    seen, after = [], ""
    for _ in range(3):
        page = paging.page(northwind.tess, Place(queue.SETTLED, after=after), timezone.now())
        seen += [row.pk for row in page.rows]
        after = page.older
    assert seen == done[::-1]


@pytest.mark.parametrize("after", ["", "nonsense", "prop_" + "0" * 32, "run_" + "0" * 32, "é" * 40])
def test_a_place_nobody_knows_is_the_beginning(northwind, after):
    proposal = builders.a_proposal(northwind.bot)
    assert mine(northwind.maria, after=after) == [proposal.pk]
    assert signed_in(northwind.maria).get(queue_url(after=after)).status_code == 200


def test_search_finds_subjects_headlines_vendors_and_ids(northwind):
    chairs = builders.a_proposal(northwind.bot, title="Chairs for Bakery", subject="receipt:X51")
    builders.a_proposal(northwind.bot, title="Tables", subject="receipt:Y1")
    for text in ("receipt:x5", "receipt:X51", "x5", "bakery", chairs.public_id):
        assert mine(northwind.maria, search=text) == [chairs.pk], text
    for text in ("nothing", "%", "_", "\\", "eceipt:X51"):
        assert mine(northwind.maria, search=text) == [], text


def test_search_does_not_look_into_other_houses(northwind, harbour):
    theirs = builders.a_proposal(harbour.bot, title="Bandages", subject="receipt:H1")
    for text in ("Bandages", "receipt:H1", theirs.public_id):
        assert mine(northwind.maria, queue.ALL, search=text) == []


def test_a_search_looks_through_a_bounded_part(northwind, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 1)
    now = timezone.now()
    near = builders.a_proposal(northwind.bot, title="Chairs one", expires_at=now + HOUR)
    far = builders.a_proposal(northwind.bot, title="Chairs two", subject="far", expires_at=now + 2 * HOUR)
    assert mine(northwind.maria, search="chairs") == [near.pk]
    assert mine(northwind.maria, search="far") == [far.pk], "an exact subject is found anywhere"


def test_counts_stop_at_a_thousand_and_of_more_than_that_ones_own_at_a_hundred(northwind, monkeypatch):
    monkeypatch.setattr(view_counts, "CAP", 4)
    monkeypatch.setattr(view_counts, "FEW", 2)
    for _ in range(4):
        builders.a_proposal(northwind.bot)
    assert counts(northwind.maria, timezone.now()) == Counts(mine=4, all=4)
    builders.a_proposal(northwind.bot)
    builders.a_proposal(northwind.bot)
    assert counts(northwind.maria, timezone.now()) == Counts(mine=3, all=5, own_cap=2)


def test_own_decisions_are_ones_own_and_a_few(northwind, monkeypatch):
    monkeypatch.setattr(queue, "LATEST", 2)
    builders.an_approved(northwind.bot, northwind.ken)
    for _ in range(3):
        builders.an_approved(northwind.bot, northwind.maria)
    assert len(queue.own_decisions(northwind.maria)) == 2
    assert {row.reviewer_id for row in queue.own_decisions(northwind.ken)} == {northwind.ken.user_id}
