"""The heartbeat: it holds what is on the screen, lays the next two beside it, and says what was lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import holds
from approvals.models import Hold, LedgerEntry, Proposal
from tests import builders
from tests.approvals.flowing import answer_in_flow, beat, known, laid, told
from tests.approvals.reviewing import queue, signed_in, url
from tests.people import Company


@pytest.fixture(scope="module")
def five(founded: Company) -> list[Proposal]:
    now = timezone.now()
    return [
        builders.a_proposal(founded.bot, expires_at=now + timedelta(hours=hours)) for hours in range(1, 6)
    ]


@pytest.fixture
def northwind(db, board, founded, five) -> Company:
    return founded.again()


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


@pytest.fixture
def ken(northwind):
    return signed_in(northwind.ken)


@pytest.fixture
def rows(northwind, five) -> list[Proposal]:
    return list(Proposal.objects.filter(pk__in=[row.pk for row in five]).order_by("expires_at"))


def holder(proposal: Proposal) -> str:
    held = Hold.objects.select_related("reviewer").filter(proposal=proposal, until__gt=timezone.now()).first()
    return held.reviewer.get_username() if held else ""


def names(*rows: Proposal) -> list[str]:
    return [row.public_id for row in rows]


def test_a_beat_holds_the_open_item_and_lays_two_ahead(maria, rows):
    response = beat(maria, rows[0])
    assert laid(response) == names(rows[1], rows[2])
    assert [holder(row) for row in rows] == ["maria"] * 3 + [""] * 2
    assert Hold.objects.get(proposal=rows[0]).opened_at and not Hold.objects.get(proposal=rows[1]).opened_at
    assert rows[1].digest in response.text, "the whole pane is there"


def test_the_next_two_come_after_the_open_one_and_then_from_the_top(maria, rows):
    assert laid(beat(maria, rows[3])) == names(rows[4], rows[0])


def test_another_reviewer_is_given_others(maria, ken, rows):
    beat(maria, rows[0])
    assert laid(beat(ken, rows[3])) == names(rows[4])


def test_what_the_page_has_is_renewed_and_not_sent_again(maria, rows):
    first = beat(maria, rows[0])
    second = beat(maria, rows[0], ahead=known(first))
    assert laid(second) == [] and set(told(second, "kept").split(",")) == set(names(rows[1], rows[2]))


def test_a_page_loaded_again_is_given_what_is_its_own(maria, rows):
    beat(maria, rows[0])
    assert laid(beat(maria, rows[0])) == names(rows[1], rows[2])


def test_what_was_taken_meanwhile_is_said_to_be_lost(northwind, maria, rows):
    first = beat(maria, rows[0])
    actor = builders.actor_of(northwind.ken)
    holds.take_over(proposal=rows[1], member=northwind.ken, actor=actor, now=timezone.now())
    second = beat(maria, rows[0], ahead=known(first))
    assert told(second, "lost") == rows[1].public_id and laid(second) == names(rows[3])


def test_what_was_settled_meanwhile_is_said_to_be_lost(northwind, maria, rows):
    first = beat(maria, rows[0])
    Hold.objects.filter(proposal=rows[1]).delete()
    builders.approve(rows[1], northwind.ken)
    assert rows[1].public_id in told(beat(maria, rows[0], ahead=known(first)), "lost")


def test_what_changed_meanwhile_is_laid_anew(maria, rows):
    said = [line.rpartition(":")[0] + ":1.0123456789abcdef" for line in known(beat(maria, rows[0]))]
    assert laid(beat(maria, rows[0], ahead=said)) == names(rows[1], rows[2])


def test_what_the_page_has_left_goes_back_to_everybody(maria, ken, rows):
    beat(maria, rows[0])
    beat(maria, rows[3], left=names(rows[0], rows[1], rows[2]))
    assert holder(rows[2]) == "" and holder(rows[3]) == "maria"


def test_the_open_item_is_not_held_twice_and_the_page_is_told_by_whom(maria, ken, rows):
    beat(ken, rows[0])
    response = beat(maria, rows[0])
    assert "data-held" in response.text and "ken has had this on the screen since" in response.text
    assert url("hold-take", rows[0]) in response.text and holder(rows[0]) == "ken"


def test_a_page_that_is_out_of_date_is_told(maria, rows):
    response = maria.post(
        reverse("holds", args=["northwind"]), {"open": f"{rows[0].public_id}:1.0123456789abcdef"}
    )
    assert "This changed while you were reading" in response.text


@pytest.mark.parametrize(
    "odd", ["", "nonsense", "prop_0:x:y", "prop_" + "0" * 32 + ":99999999999999999999:z", ":::"]
)
def test_what_makes_no_sense_is_left_out(maria, rows, odd):
    response = maria.post(
        reverse("holds", args=["northwind"]), {"open": odd, "ahead": [odd] * 20, "left": [odd]}
    )
    assert response.status_code == 200 and laid(response) == names(rows[0], rows[1])


def test_looking_holds_nothing(maria, rows):
    for path in (queue(), url("proposal", rows[0]), url("edit", rows[0])):
        maria.get(path)
    assert maria.get(reverse("holds", args=["northwind"])).status_code == 405
    assert not Hold.objects.exists()


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_who_does_not_review_holds_nothing(northwind, rows, who):
    client = signed_in(northwind.people[who])
    assert beat(client, rows[0]).status_code == 403
    assert client.post(url("hold-take", rows[0])).status_code == 403
    assert not Hold.objects.exists()


def test_a_stranger_finds_nothing(harbour, rows):
    dana = signed_in(harbour.dana)
    assert beat(dana, rows[0]).status_code == 404 and dana.post(url("hold-take", rows[0])).status_code == 404
    assert laid(beat(dana, rows[0], slug="harbour")) == [] and not Hold.objects.exists()


def test_ones_own_proposal_is_shown_and_not_held(northwind, maria):
    own = builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    assert told(beat(maria, own), "epoch") == "" and not Hold.objects.filter(proposal=own).exists()


def test_the_item_says_who_has_it_and_taking_over_moves_it(maria, ken, rows):
    beat(ken, rows[0])
    page = maria.get(url("proposal", rows[0])).text
    assert "ken has had this on the screen since" in page and url("decision", rows[0]) not in page
    assert maria.post(url("hold-take", rows[0])).status_code == 303
    assert holder(rows[0]) == "maria"
    assert url("decision", rows[0]) in maria.get(url("proposal", rows[0])).text
    assert "ken" not in told(beat(ken, rows[0]), "epoch") and "maria has had this" in beat(ken, rows[0]).text


def test_taking_over_is_a_change_and_is_refused_to_a_look(maria, ken, rows):
    beat(ken, rows[0])
    assert maria.get(url("hold-take", rows[0])).status_code == 405
    assert holder(rows[0]) == "ken"


def test_what_is_settled_cannot_be_taken_over(northwind, maria, rows):
    builders.approve(rows[0], northwind.ken)
    response = maria.post(url("hold-take", rows[0]))
    assert response.status_code == 409 and "Somebody was quicker: ken approved it" in response.text
    assert not Hold.objects.exists()


def test_the_story_names_from_whom_it_was_taken(maria, ken, rows):
    beat(ken, rows[0])
    maria.post(url("hold-take", rows[0]))
    assert "maria took it over from ken" in maria.get(url("proposal", rows[0])).text


def test_taking_over_twice_is_on_record_once(maria, ken, rows):
    beat(ken, rows[0])
    maria.post(url("hold-take", rows[0]))
    maria.post(url("hold-take", rows[0]))
    assert LedgerEntry.objects.filter(kind="hold.taken_over").count() == 1


def test_an_answer_in_the_flow_opens_what_is_shown_and_refills(maria, rows):
    beat(maria, rows[0])
    response = answer_in_flow(maria, rows[0], rows[1], rows[2])
    assert response.status_code == 200 and laid(response) == names(rows[3])
    assert Hold.objects.get(proposal=rows[1]).opened_at is not None
    assert not Hold.objects.filter(proposal=rows[0]).exists()
    assert url("undo", rows[0]) in response.text and 'data-target="#queue-list"' in response.text
    assert rows[1].digest not in response.text, "what the page shows is not sent again"


def test_without_the_flow_the_next_item_is_claimed_and_comes(maria, ken, rows):
    beat(ken, rows[1])
    Hold.objects.exclude(proposal=rows[1]).delete()
    response = maria.post(url("decision", rows[0]), {"verdict": "approve", "seen_digest": rows[0].digest})
    assert rows[2].public_id in response.url and holder(rows[2]) == "maria"


def test_the_cost_of_an_answer_does_not_grow(maria, northwind, rows, django_assert_max_num_queries):
    beat(maria, rows[0])
    with django_assert_max_num_queries(60) as first:
        answer_in_flow(maria, rows[0], rows[1], rows[2])
    for _ in range(6):
        builders.a_proposal(northwind.bot)
    with django_assert_max_num_queries(len(first.captured_queries)):
        answer_in_flow(maria, rows[1], rows[2], rows[3])
