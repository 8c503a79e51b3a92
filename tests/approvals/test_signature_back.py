"""Of two who must sign, the first may take the signature back while nobody else has signed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from approvals import decisions, policies
from approvals.actors import worker
from approvals.models import Decision, Proposal
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import again, answer, kinds, queue, signed_in, url
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("two_must_sign")
ASKED = "you can take your signature back"


@pytest.fixture
def signed(northwind) -> Proposal:
    proposal = builders.a_proposal(northwind.bot)
    answer(signed_in(northwind.maria), proposal)
    return again(proposal)


def take_back(member, proposal):
    return decisions.undo(
        proposal_id=proposal.pk, member=member, actor=builders.actor_of(member), now=timezone.now()
    )


def test_the_page_offers_it_to_who_signed_and_to_nobody_else(northwind, signed):
    mine = signed_in(northwind.maria).get(url("proposal", signed)).text
    assert ASKED in mine and url("undo", signed) in mine
    for other in (northwind.ken, northwind.tess):
        assert ASKED not in signed_in(other).get(url("proposal", signed)).text


def test_ones_last_answers_offer_it_wherever_one_is(northwind, signed):
    builders.a_proposal(northwind.bot)
    form = f'action="{url("undo", signed)}'
    assert form in signed_in(northwind.maria).get(queue()).text
    decisions.undo(
        proposal_id=signed.pk,
        member=northwind.maria,
        actor=builders.actor_of(northwind.maria),
        now=timezone.now(),
    )
    assert form not in signed_in(northwind.maria).get(queue()).text


def test_it_is_a_new_round_on_record_and_nothing_was_ever_scheduled(northwind, signed):
    before = signed.expires_at
    response = signed_in(northwind.maria).post(url("undo", signed))
    assert response.status_code == 303
    now_ = again(signed)
    assert (now_.state, now_.round, now_.expires_at) == ("pending", 2, before)
    assert kinds(signed)[-1] == "signature.taken_back"
    assert Decision.objects.filter(proposal=signed, round=1).count() == 1, "what was signed stays on record"
    assert decisions.signatures(now_) == 0 and not Execution.objects.exists()


def test_the_story_tells_it(northwind, signed):
    maria = signed_in(northwind.maria)
    maria.post(url("undo", signed))
    page = maria.get(url("proposal", signed)).text
    assert "maria took the signature back" in page and "Asked again, round 2" in page
    assert "0 of 2 signatures" in page


def test_afterwards_it_can_be_answered_anew_even_with_a_no(northwind, signed):
    maria = signed_in(northwind.maria)
    maria.post(url("undo", signed))
    assert answer(maria, again(signed), "reject", reason_code="wrong_value").status_code == 303
    assert again(signed).state == "rejected"


def test_a_signature_that_was_on_its_way_for_the_round_before_is_not_taken(northwind, signed):
    signed_in(northwind.maria).post(url("undo", signed))
    late = answer(signed_in(northwind.ken), signed, round=1)
    assert late.status_code == 409 and "changed while you looked" in late.text
    assert decisions.signatures(again(signed)) == 0


def test_two_signatures_then_make_it_approved(northwind, signed):
    take_back(northwind.maria, signed)
    for member in (northwind.ken, northwind.maria):
        answer(signed_in(member), again(signed))
    assert again(signed).state == "approved" and Execution.objects.count() == 1


def test_once_the_second_has_signed_it_is_the_approval_that_is_taken_back(northwind, signed):
    answer(signed_in(northwind.ken), signed)
    take_back(northwind.maria, signed)
    assert kinds(signed)[-1] == "decision.undone" and Execution.objects.get().state == "cancelled"


def test_of_three_nobody_takes_away_what_a_colleague_signed(northwind):
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=worker("test"), now=timezone.now(), quorum=3
    )
    proposal = builders.a_proposal(northwind.bot)
    for member in (northwind.maria, northwind.ken):
        answer(signed_in(member), proposal)
    refused = signed_in(northwind.maria).post(url("undo", proposal))
    assert refused.status_code == 409 and "You are not alone in this any more" in refused.text
    assert decisions.signatures(again(proposal)) == 2
    assert ASKED not in signed_in(northwind.maria).get(url("proposal", proposal)).text


def test_nobody_takes_back_what_another_signed(northwind, signed):
    assert signed_in(northwind.ken).post(url("undo", signed)).status_code == 403
    assert signed_in(northwind.tess).post(url("undo", signed)).status_code == 403
    assert decisions.signatures(again(signed)) == 1


def test_when_its_time_has_run_out_there_is_nothing_to_take_back(northwind, signed):
    Proposal.objects.filter(pk=signed.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    refused = signed_in(northwind.maria).post(url("undo", signed))
    assert refused.status_code == 409 and "Its time has run out" in refused.text


def test_taking_it_back_twice_says_so(northwind, signed):
    maria = signed_in(northwind.maria)
    maria.post(url("undo", signed))
    assert "There is no approval to take back" in maria.post(url("undo", signed)).text
    assert again(signed).round == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_signature_in_the_same_moment_leaves_one_story(northwind, signed):
    ready = Barrier(2)

    def at_once(work):
        try:
            ready.wait(PATIENCE_SECONDS)
            return work()
        except decisions.StaleView:
            return None
        finally:
            connection.close()

    def second():
        return builders.approve(signed, northwind.ken, seen_round=1)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(at_once, [second, lambda: take_back(northwind.maria, signed)]))
    told = again(signed)
    assert (told.state, told.round) == ("pending", 2)
    ended = kinds(signed)[-1]
    assert ended in ("signature.taken_back", "decision.undone")
    assert Execution.objects.filter(state="scheduled").count() == 0
