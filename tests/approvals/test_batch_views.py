"""The pages of a batch: who may open one, what they show, and that a GET changes nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals import holds
from approvals.models import Batch, BatchItem, Decision, Hold, LedgerEntry, Proposal
from tests.approvals.batching import decided, look_at_all, memos, opened, outcomes, page_of, post, ready
from tests.approvals.reviewing import again, signed_in, url
from tests.builders import a_proposal, actor_of, now

POSTS = ["batch-decide", "batch-leave", "batch-keep", "batch-undo"]


@pytest.fixture
def rows(northwind) -> list[Proposal]:
    return memos(northwind, 6, amounts={6: "9120.00"})


@pytest.fixture
def batch(northwind, rows) -> Batch:
    return opened(northwind.maria, rows[0])


def text_of(answer) -> str:
    """What a person reads."""
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", words)


def ids_of(rows: list[Proposal]) -> list[str]:
    return [row.public_id for row in rows]


def test_the_item_says_how_many_are_alike(northwind, rows):
    page = signed_in(northwind.maria).get(url("proposal", rows[0]))
    assert "6 alike" in text_of(page) and 'data-key="b"' in page.content.decode()


def test_two_are_not_worth_a_batch(northwind):
    page = signed_in(northwind.maria).get(url("proposal", memos(northwind, 2)[0]))
    assert " alike" not in text_of(page)


def test_the_offer_does_not_count_what_others_hold(northwind, rows):
    for row in rows[2:]:
        holds.open_one(proposal_id=row.pk, member=northwind.ken, now=now())
    assert " alike" not in text_of(signed_in(northwind.maria).get(url("proposal", rows[0])))


def test_b_opens_the_batch_of_items_like_it(northwind, rows):
    client = signed_in(northwind.maria)
    answer = client.post(url("batch-open", rows[2]))
    batch = Batch.objects.get()
    assert answer.status_code == 303 and answer.url == f"{page_of(batch)}?from={rows[2].public_id}"
    text = text_of(client.get(answer.url))
    assert "6 alike: Write a memo" in text and "6 of 6 ticked · EUR 9,170.15" in text
    assert "Amount 9,120.00 is 909× the median" in text


def test_what_may_only_be_answered_alone_goes_back_to_its_item(northwind):
    (one,) = memos(northwind, 1)
    answer = signed_in(northwind.maria).post(url("batch-open", one), follow=True)
    assert answer.redirect_chain[-1][0] == url("proposal", one) and "Nothing else like it" in text_of(answer)
    assert not Batch.objects.exists()


def test_looking_at_one_is_a_post_and_shows_all_of_it(northwind, rows, batch):
    client = signed_in(northwind.maria)
    answer = post(client, "batch-item", batch, rows[5].public_id, tick=ids_of(rows[:5]))
    assert batch.items.get(proposal=rows[5]).opened_at is not None
    text = text_of(answer)
    assert "All arguments, as they will be sent" in text and "Please write: Chair 6" in text
    assert "5 of 6 ticked · EUR 50.15" in text, "what was unticked stays so"


def test_with_htmx_only_the_batch_comes_back(northwind, rows, batch):
    where = reverse("batch-item", args=["northwind", batch.public_id, rows[0].public_id])
    answer = signed_in(northwind.maria).post(where, {"tick": ids_of(rows)}, headers={"HX-Request": "true"})
    assert b"<html" not in answer.content and b'id="batch-deck" hx-swap-oob' in answer.content


def test_reading_the_page_opens_nothing(northwind, batch):
    client = signed_in(northwind.maria)
    before = list(Hold.objects.order_by("pk").values())
    client.get(page_of(batch))
    assert not batch.items.filter(opened_at__isnull=False).exists()
    assert list(Hold.objects.order_by("pk").values()) == before


def test_nothing_is_decided_before_those_drawn_were_looked_at(northwind, rows, batch):
    answer = post(signed_in(northwind.maria), "batch-decide", batch, tick=ids_of(rows), verdict="approve")
    assert answer.status_code == 409 and "Look at these first" in text_of(answer)
    assert not Decision.objects.exists() and Batch.objects.get().decided_at is None


def test_approve_answers_each_and_says_so(northwind, rows, batch):
    client = signed_in(northwind.maria)
    look_at_all(batch, northwind.maria)
    Proposal.objects.filter(pk=rows[1].pk).update(digest="f" * 64)
    told = {"tick": ids_of(rows[:5]), "verdict": "approve"}
    answer = client.post(reverse("batch-decide", args=["northwind", batch.public_id]), told, follow=True)
    text = text_of(answer)
    assert "4 approved" in text and "1 changed while you looked · 1 left out" in text
    assert "Undo takes back every one" in text
    assert "approved: EUR 40.13" in text


def test_twice_is_once(northwind, rows, batch):
    client = signed_in(northwind.maria)
    look_at_all(batch, northwind.maria)
    for _ in range(2):
        answer = post(client, "batch-decide", batch, tick=ids_of(rows), verdict="approve")
        assert (answer.status_code, answer.url) == (303, page_of(batch))
    assert Decision.objects.count() == 6
    assert LedgerEntry.objects.filter(kind="batch.decided").count() == 1


def test_r_and_a_reason_reject_every_ticked_one(northwind, rows, batch):
    look_at_all(batch, northwind.maria)
    post(
        signed_in(northwind.maria),
        "batch-decide",
        batch,
        tick=ids_of(rows[:3]),
        reason_code="not_ours",
        note="No",
    )
    assert [again(row).state for row in rows] == ["rejected"] * 3 + ["pending"] * 3


@pytest.mark.parametrize(
    "told",
    [{}, {"verdict": "edit"}, {"verdict": "hand_over"}, {"reason_code": "because"}, {"verdict": "reject"}],
)
def test_odd_answers_are_no_answers(northwind, rows, batch, told):
    look_at_all(batch, northwind.maria)
    answer = post(signed_in(northwind.maria), "batch-decide", batch, tick=ids_of(rows), **told)
    assert answer.status_code == 422 and "Nothing was recorded" in text_of(answer)
    assert not Decision.objects.exists()


def test_forged_ids_decide_nothing(northwind, harbour, rows, batch):
    client = signed_in(northwind.maria)
    look_at_all(batch, northwind.maria)
    strangers = [
        memos(harbour, 1)[0].public_id,
        a_proposal(northwind.bot, arguments={"title": "Risky"}).public_id,
    ]
    for forged in [*strangers, "prop_" + "0" * 32, "prop_x", "", "'; DROP TABLE"]:
        answer = post(client, "batch-decide", batch, tick=[*ids_of(rows), forged], verdict="approve")
        assert answer.status_code == 422
    for forged in [*strangers, "prop_" + "0" * 32, "prop_x"]:
        assert post(client, "batch-item", batch, forged).status_code == 404
    assert not Decision.objects.exists()


def test_nothing_ticked_is_said(northwind, batch):
    look_at_all(batch, northwind.maria)
    answer = post(signed_in(northwind.maria), "batch-decide", batch, verdict="approve")
    assert answer.status_code == 422 and "Nothing is ticked" in text_of(answer)


def test_what_changes_something_refuses_get(northwind, rows, batch):
    client = signed_in(northwind.maria)
    assert client.get(url("batch-open", rows[0])).status_code == 405
    for name in POSTS:
        assert client.get(reverse(name, args=["northwind", batch.public_id])).status_code == 405
    assert (
        client.get(reverse("batch-item", args=["northwind", batch.public_id, rows[0].public_id])).status_code
        == 405
    )


def test_the_batch_of_another_does_not_exist(northwind, harbour, rows, batch):
    for member, slug in (
        (northwind.ken, "northwind"),
        (harbour.dana, "northwind"),
        (harbour.dana, "harbour"),
    ):
        client = signed_in(member)
        assert client.get(reverse("batch", args=[slug, batch.public_id])).status_code == 404
        for name in POSTS:
            assert client.post(reverse(name, args=[slug, batch.public_id])).status_code == 404
        where = reverse("batch-item", args=[slug, batch.public_id, rows[0].public_id])
        assert client.post(where).status_code == 404
    assert not BatchItem.objects.filter(opened_at__isnull=False).exists()


def test_an_auditor_reads_what_came_of_it_and_nothing_more(northwind, rows, batch):
    client = signed_in(northwind.tess)
    assert client.get(page_of(batch)).status_code == 404
    look_at_all(batch, northwind.maria)
    decided(batch, northwind.maria)
    page = client.get(page_of(batch))
    assert page.status_code == 200 and "answered together by maria" in text_of(page)
    assert b"batch-undo" not in page.content and b"/undo/" not in page.content
    for name in POSTS:
        assert post(client, name, batch).status_code == 403
    assert client.post(url("batch-open", rows[0])).status_code == 403


def test_leaving_lets_go_and_leads_back_to_the_item(northwind, rows, batch):
    client = signed_in(northwind.maria)
    answer = post(client, "batch-leave", batch, **{"from": rows[2].public_id})
    assert answer.url == url("proposal", rows[2]) and not Hold.objects.exists()
    for odd in ("", "prop_" + "0" * 32, "//evil.example"):
        assert post(client, "batch-leave", batch, **{"from": odd}).url == reverse(
            "review", args=["northwind"]
        )


def test_keeping_renews_the_holds(northwind, batch):
    Hold.objects.update(until=now() + timedelta(seconds=1))
    assert post(signed_in(northwind.maria), "batch-keep", batch).status_code == 204
    assert not Hold.objects.filter(until__lt=now() + timedelta(minutes=4)).exists()


def test_a_batch_that_was_answered_holds_nothing_any_more(northwind, batch, rows):
    look_at_all(batch, northwind.maria)
    decided(batch, northwind.maria, rows[:5])
    post(signed_in(northwind.maria), "batch-keep", batch)
    assert not Hold.objects.exists()


def test_undo_takes_all_back_and_twice_says_so(northwind, rows):
    batch = ready(northwind.maria, rows[0])
    decided(batch, northwind.maria)
    client = signed_in(northwind.maria)
    where = reverse("batch-undo", args=["northwind", batch.public_id])
    first = text_of(client.post(where, follow=True))
    assert "Taken back: 6. Nothing of it was sent." in first and "6 taken back" in first
    assert "There was nothing to take back any more" in text_of(client.post(where, follow=True))
    assert set(outcomes(batch).values()) == {"taken_back"}


def test_among_the_last_answers_it_is_one_line_with_one_way_back(northwind, rows):
    batch = ready(northwind.maria, rows[0])
    decided(batch, northwind.maria, rows[:5])
    text = text_of(signed_in(northwind.maria).get(reverse("review", args=["northwind"])))
    assert (
        text.count("6 alike: Write memo") == 2 and "5 approved and 1 left out" in text
    )  # once as its undo's name
    assert "Approved together: 5. Undo takes back every one." in text


def test_what_stays_behind_is_said_before_anybody_answers(northwind, rows, batch):
    Proposal.objects.filter(pk=rows[0].pk).update(digest="f" * 64)
    holds.take_over(proposal=rows[1], member=northwind.ken, actor=actor_of(northwind.ken), now=now())
    text = text_of(signed_in(northwind.maria).get(page_of(batch)))
    assert "It changed while you looked. It stays behind" in text
    assert "On ken’s screen. It stays out." in text and "4 of 4 ticked" in text


def test_words_nobody_vouches_for_are_text(northwind):
    rows = [
        a_proposal(
            northwind.bot, arguments={"title": f"<script>alert({n})</script>\u202e", "amount": f"{n}.00"}
        )
        for n in (1, 2, 3)
    ]
    batch = ready(northwind.maria, rows[0])
    page = signed_in(northwind.maria).get(page_of(batch)).content
    assert b"<script>alert" not in page and "\u202e".encode() not in page
    decided(batch, northwind.maria)
    page = signed_in(northwind.maria).get(page_of(batch)).content
    assert b"<script>alert" not in page and "\u202e".encode() not in page


@pytest.mark.parametrize("answered", [False, True])
def test_the_page_asks_as_often_for_fifty_as_for_three(northwind, answered):
    def cost(rows: list[Proposal]) -> int:
        batch = ready(northwind.maria, rows[0])
        if answered:
            decided(batch, northwind.maria)
        client = signed_in(northwind.maria)
        client.get(page_of(batch))
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(batch))
        return len(seen)

    few = cost(memos(northwind, 3))
    many = cost(memos(northwind, 40, thing="Table", workflow="another"))
    assert few == many < 25
