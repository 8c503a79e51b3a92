"""Approving: the right person, on what they saw, once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision, LedgerEntry
from tests import builders
from tests.approvals.reviewing import again, answer, kinds, queue, signed_in, url


@pytest.fixture
def proposal(northwind):
    return builders.a_proposal(northwind.bot)


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def test_an_approval_leads_back_to_the_queue_when_nothing_else_waits(maria, proposal):
    response = answer(maria, proposal)
    assert response.status_code == 303 and response.url == queue(view="mine")
    assert again(proposal).state == "approved"


def test_an_approval_leads_to_the_next_item_in_order(maria, northwind):
    now = timezone.now()
    first, second, third = (
        builders.a_proposal(northwind.bot, expires_at=now + timedelta(hours=hours)) for hours in (1, 2, 3)
    )
    response = answer(maria, second)
    assert third.public_id in response.url
    assert first.public_id in answer(maria, third).url


def test_the_record_says_who_signed_which_digest(maria, northwind, proposal):
    answer(maria, proposal)
    assert kinds(proposal)[-2:] == ["decision.recorded", "proposal.approved"]
    entry = LedgerEntry.objects.get(proposal=proposal.pk, kind="decision.recorded")
    assert entry.actor == f"user:{northwind.maria.user_id}" and entry.auth.startswith("session:")
    assert entry.data["digest"] == proposal.digest


def test_the_bar_to_undo_is_on_the_page_one_is_led_to(maria, proposal):
    page = maria.get(answer(maria, proposal).url)
    assert url("undo", proposal) in page.text and "data-countdown" in page.text


def test_looking_is_not_answering(maria, proposal):
    assert maria.get(url("decision", proposal)).status_code == 405
    assert again(proposal).state == "pending"


def test_a_forged_form_is_refused(northwind, proposal):
    client = signed_in(northwind.maria)
    client.handler.enforce_csrf_checks = True
    assert answer(client, proposal).status_code == 403
    assert again(proposal).state == "pending"


def test_nobody_answers_signed_out(client, proposal):
    response = answer(client, proposal)
    assert response.status_code == 302 and response.url.startswith(reverse("sign-in"))


def test_a_stranger_finds_nothing(harbour, proposal):
    assert answer(signed_in(harbour.dana), proposal).status_code == 404
    assert again(proposal).state == "pending"


def test_another_workspaces_address_does_not_reach_it(harbour, northwind, proposal):
    path = reverse("decision", args=["harbour", proposal.public_id])
    assert signed_in(harbour.dana).post(path, {"verdict": "approve"}).status_code == 404
    assert again(proposal).state == "pending"


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_who_does_not_review_may_not_answer(northwind, proposal, who):
    assert answer(signed_in(northwind.people[who]), proposal).status_code == 403
    assert again(proposal).state == "pending"


def test_the_second_click_finds_it_settled_and_says_by_whom(maria, northwind, proposal):
    answer(maria, proposal)
    late = answer(signed_in(northwind.ken), proposal)
    assert late.status_code == 409
    assert "Somebody was quicker" in late.text and "maria" in late.text
    assert Decision.objects.filter(proposal=proposal).count() == 1


def test_what_changed_meanwhile_is_not_signed(maria, proposal):
    response = answer(maria, proposal, seen_digest="0" * 64)
    assert response.status_code == 409 and "This changed while you looked" in response.text
    assert proposal.digest in response.text, "the page shows what is on the table now"
    assert again(proposal).state == "pending"


@pytest.mark.parametrize("digest", ["", "nonsense", "A" * 64])
def test_an_answer_without_a_digest_is_no_answer(maria, proposal, digest):
    assert answer(maria, proposal, seen_digest=digest).status_code == 422
    assert again(proposal).state == "pending"


def test_what_the_worker_has_not_read_cannot_be_signed(maria, northwind):
    unread = builders.a_proposal(northwind.bot, observed=False)
    response = answer(maria, unread)
    assert response.status_code == 409 and "not ready" in response.text


def test_after_its_time_nobody_signs(maria, northwind):
    at = timezone.now() - timedelta(hours=2)
    proposal = builders.a_proposal(northwind.bot, at=at, expires_at=at + timedelta(hours=1))
    response = answer(maria, proposal)
    assert response.status_code == 409 and "Its time has run out" in response.text


def test_four_eyes(northwind):
    own = builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    response = answer(signed_in(northwind.maria), own)
    assert response.status_code == 403 and "somebody else must sign" in response.text
    assert answer(signed_in(northwind.ken), own).status_code == 303


def test_two_signatures_are_two_people(maria, northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot)
    first = answer(maria, proposal)
    assert first.status_code == 303 and again(proposal).state == "pending"
    twice = answer(maria, proposal, "", reason_code="other")
    assert twice.status_code == 409 and "You have answered this" in twice.text
    page = signed_in(northwind.ken).get(url("proposal", proposal))
    assert "1 of 2 signatures: maria" in page.text and "Countersign" in page.text
    answer(signed_in(northwind.ken), proposal)
    assert again(proposal).state == "approved"


def test_with_htmx_the_next_item_and_the_list_come_back(maria, northwind, proposal):
    other = builders.a_proposal(northwind.bot)
    response = maria.post(
        url("decision", proposal),
        {"verdict": "approve", "seen_digest": proposal.digest},
        HTTP_HX_REQUEST="true",
    )
    assert response.status_code == 200
    assert other.digest in response.text and 'id="queue-list" hx-swap-oob' in response.text
    assert "<html" not in response.text and url("undo", proposal) in response.text
    assert other.public_id in response.headers["HX-Push-Url"]
