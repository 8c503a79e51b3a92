"""After a drill a short lesson says what was wrong and where the evidence says so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals.models import Drill, Proposal
from approvals.oversight import lessons
from tests.approvals.drilling import a_drill, a_history, a_receipt, told
from tests.approvals.reviewing import answer, queue, signed_in, url
from tests.builders import approve, now


@pytest.fixture(scope="module")
def a_drill_of_many(founded):
    a_history(founded)
    return a_drill(founded)


@pytest.fixture
def northwind(db, board, founded, a_drill_of_many):
    return founded.again()


@pytest.fixture
def drill(northwind, a_drill_of_many):
    return Proposal.objects.get(pk=a_drill_of_many.pk)


def body(client, path):
    return client.get(path).content.decode()


def test_the_lesson_follows_the_answer_and_names_both_values(drill, northwind):
    client, row = signed_in(northwind.maria), told(drill)
    page = client.post(
        url("decision", drill), {"seen_digest": drill.digest, "verdict": "approve"}, follow=True
    )
    text = page.content.decode()
    assert "That was a drill. You signed it." in text and row.right in text and row.wrong in text
    assert "Nothing was sent." in text and f'<mark class="m1">{row.right}</mark>' in text


def test_a_caught_drill_is_told_as_caught(drill, northwind):
    client = signed_in(northwind.maria)
    answer(client, drill, "reject", reason_code="wrong_value")
    assert "You caught it." in body(client, queue())


def test_the_next_item_is_there_beside_the_lesson(drill, northwind):
    fresh = a_receipt(northwind, 70)
    client = signed_in(northwind.maria)
    answer(client, drill, "reject", reason_code="wrong_value")
    text = body(client, queue())
    assert "data-lesson=" in text and url("decision", fresh) in text


def test_the_lesson_is_gone_after_a_minute_and_is_nobody_elses(drill, northwind):
    approve(drill, northwind.maria)
    assert lessons.latest(northwind.maria, now())
    assert not lessons.latest(northwind.maria, now() + timedelta(seconds=61))
    assert not lessons.latest(northwind.ken, now())


def test_the_page_says_nothing_before_the_answer_and_all_of_it_after(drill, northwind):
    client = signed_in(northwind.maria)
    before = body(client, url("proposal", drill))
    assert "drill" not in before.lower()
    approve(drill, northwind.maria)
    after = body(client, url("proposal", drill))
    assert "This was a drill" in after and "What was wrong" in after and "You signed it." in after
    other = body(signed_in(northwind.ken), url("proposal", drill))
    assert "It was signed." in other and "You signed it." not in other


def test_a_drill_looks_like_the_item_it_was_made_of(drill, northwind):
    """The same page, line by line, but for values, moments and names that differ between any two items."""
    fresh = a_receipt(northwind, 71)
    client = signed_in(northwind.maria)
    shapes = []
    for row in (drill, fresh):
        pane = client.get(url("proposal", row)).content.decode().split('id="main"')[1]
        shapes.append(
            [line.split("<")[1].split(">")[0].split()[0] for line in pane.splitlines() if "<" in line]
        )
    assert shapes[0] == shapes[1]


def test_the_source_is_not_shown_beside_it(drill, northwind):
    source = told(drill).source
    assert url("proposal", source) not in body(signed_in(northwind.maria), url("proposal", drill))


def test_an_answered_drill_offers_no_undo(drill, northwind):
    client = signed_in(northwind.maria)
    answer(client, drill)
    assert reverse("undo", args=["northwind", drill.public_id]) not in body(client, queue())


def test_handing_it_over_shows_the_lesson_and_names_no_team(drill, northwind):
    client = signed_in(northwind.maria)
    path = reverse("hand-over", args=["northwind", drill.public_id])
    text = client.post(path, {"seen_digest": drill.digest, "note": ""}, follow=True).content.decode()
    assert "You caught it." in text and "has it now" not in text
    assert Drill.objects.get(proposal=drill).caught


def test_among_the_settled_a_drill_is_called_one(drill, northwind):
    approve(drill, northwind.maria)
    assert "drill, approved" in body(signed_in(northwind.maria), queue(view="settled"))
