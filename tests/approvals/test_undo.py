"""Taking an approval back while its window is open: a new round, and nothing was sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Proposal
from runs import drain
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import again, answer, kinds, queue, signed_in, url


@pytest.fixture
def proposal(northwind):
    return builders.a_proposal(northwind.bot)


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def test_undo_puts_the_question_again_and_cancels_what_was_scheduled(maria, proposal):
    answer(maria, proposal)
    response = maria.post(url("undo", proposal))
    assert response.status_code == 303 and proposal.public_id in response.url
    assert (again(proposal).state, again(proposal).round) == ("pending", 2)
    assert Execution.objects.get(proposal=proposal).state == "cancelled"
    assert "decision.undone" in kinds(proposal)


def test_the_item_says_that_it_is_asked_again(maria, proposal):
    answer(maria, proposal)
    maria.post(url("undo", proposal))
    page = maria.get(url("proposal", proposal))
    assert "Asked again, round 2" in page.text and "maria took the approval back" in page.text


def test_what_was_undone_can_be_approved_again(maria, proposal):
    answer(maria, proposal)
    maria.post(url("undo", proposal))
    assert answer(maria, again(proposal)).status_code == 303
    assert again(proposal).state == "approved"


def test_looking_undoes_nothing(maria, proposal):
    answer(maria, proposal)
    assert maria.get(url("undo", proposal)).status_code == 405
    assert again(proposal).state == "approved"


def test_only_who_signed_takes_it_back(maria, northwind, proposal):
    answer(maria, proposal)
    response = signed_in(northwind.ken).post(url("undo", proposal))
    assert response.status_code == 403 and "Only somebody who signed" in response.text
    assert again(proposal).state == "approved"


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_who_does_not_review_undoes_nothing(maria, northwind, proposal, who):
    answer(maria, proposal)
    assert signed_in(northwind.people[who]).post(url("undo", proposal)).status_code == 403
    assert again(proposal).state == "approved"


def test_a_stranger_finds_nothing_to_undo(maria, harbour, proposal):
    answer(maria, proposal)
    assert signed_in(harbour.dana).post(url("undo", proposal)).status_code == 404
    assert again(proposal).state == "approved"


def test_after_the_window_it_is_too_late(maria, northwind):
    done = builders.an_approved(northwind.bot, northwind.maria)
    response = maria.post(url("undo", done))
    assert response.status_code == 409 and "Too late to undo" in response.text
    assert again(done).state == "approved"


def test_what_a_worker_began_while_the_window_seemed_open_is_on_its_way(maria, proposal, board):
    """Two clocks, or a request that waited: in the last moment the worker was first."""
    answer(maria, proposal)
    Execution.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    drain.drain(linger=0, longest=0)
    response = maria.post(url("undo", proposal))
    assert response.status_code == 409 and "Too late to undo" in response.text
    assert again(proposal).state == "approved" and "decision.undone" not in kinds(proposal)
    assert Execution.objects.get(proposal=proposal).state == "succeeded" and len(board.calls) == 1


def test_undoing_twice_says_so(maria, proposal):
    answer(maria, proposal)
    maria.post(url("undo", proposal))
    response = maria.post(url("undo", proposal))
    assert response.status_code == 409 and "There is no approval to take back" in response.text


def test_the_bar_shows_the_latest_of_ones_own_approvals(maria, northwind):
    first, second = builders.a_proposal(northwind.bot), builders.a_proposal(northwind.bot)
    answer(maria, first)
    answer(maria, second)
    page = maria.get(queue())
    assert f"Approved: {second.headline}" in page.text
    assert page.text.count(url("undo", first)) == 1, "the earlier one is among the last answers"
    assert url("undo", second) not in signed_in(northwind.ken).get(queue()).text


def test_a_closed_window_offers_nothing(maria, proposal):
    answer(maria, proposal)
    Proposal.objects.filter(pk=proposal.pk).update(release_at=timezone.now() - timedelta(seconds=1))
    assert url("undo", proposal) not in maria.get(queue()).text
    assert "Your last answers" in maria.get(queue()).text


def test_with_htmx_the_item_itself_comes_back(maria, proposal):
    answer(maria, proposal)
    response = maria.post(url("undo", proposal), HTTP_HX_REQUEST="true")
    assert response.status_code == 200 and again(proposal).digest in response.text
    assert "Taken back" in response.headers["HX-Trigger"]
