"""A policy becomes stricter between the reading and the write: the question comes back, and can be answered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals import actors, policies
from approvals.models import Membership
from runs import dispatch
from runs.drain import drain
from runs.models import Execution
from tests import builders
from tests.approvals import batching
from tests.approvals.reviewing import again, answer, kinds, signed_in, url
from tests.approvals.routing import away, only


def stricter(company, **terms) -> None:
    policies.set_policy(
        workspace=company.workspace,
        tool="memo.write",
        actor=actors.worker("test"),
        now=timezone.now(),
        **terms,
    )


def work() -> None:
    drain(linger=0)


@pytest.fixture
def signed(northwind):
    return builders.an_approved(
        northwind.bot, northwind.maria, arguments={"title": "Chairs", "amount": "90.00"}
    )


def test_a_quorum_raised_meanwhile_is_what_the_second_round_asks_for(northwind, board, signed):
    stricter(northwind, quorum=2)
    work()
    assert (again(signed).state, again(signed).round, again(signed).quorum) == ("pending", 2, 2)
    at = timezone.now() - timedelta(minutes=5)
    builders.approve(again(signed), northwind.maria, at=at)
    assert again(signed).state == "pending", "one signature is not enough any more"
    builders.approve(again(signed), northwind.ken, at=at)
    work()
    assert Execution.objects.filter(state="succeeded").count() == len(board.calls) == 1


def test_a_limit_lowered_meanwhile_asks_for_the_second_signature_it_wants(northwind, board, signed):
    stricter(northwind, second_above=Decimal(50), currency="EUR")
    work()
    assert (again(signed).state, again(signed).quorum) == ("pending", 2) and board.calls == []


def test_the_page_says_what_happened_and_how_many_must_sign(northwind, signed):
    stricter(northwind, quorum=2)
    work()
    page = signed_in(northwind.maria).get(url("proposal", signed)).text
    assert "Policy became stricter" in page and "0 of 2 signatures" in page


def test_a_laxer_policy_lowers_no_quorum(northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot)
    builders.approve(proposal, northwind.maria)
    done = builders.approve(again(proposal), northwind.ken)
    stricter(northwind, quorum=1)
    assert signed_in(northwind.ken).post(url("undo", done)).status_code == 303
    assert (again(done).round, again(done).quorum) == (2, 2)


def test_an_item_asked_again_is_put_to_those_whom_the_policy_names_now(northwind):
    proposal = builders.a_proposal(northwind.bot)
    answer(signed_in(northwind.maria), proposal)
    only(northwind.workspace, northwind.ken)
    assert signed_in(northwind.maria).post(url("undo", proposal)).status_code == 303
    assert answer(signed_in(northwind.maria), again(proposal)).status_code == 403
    assert answer(signed_in(northwind.ken), again(proposal)).status_code == 303


def test_a_signature_of_somebody_the_policy_names_no_more_sends_nothing(northwind, board, signed):
    only(northwind.workspace, northwind.ken)
    work()
    assert (again(signed).state, again(signed).round, board.calls) == ("pending", 2, [])
    builders.approve(again(signed), northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    assert len(board.calls) == 1


def test_a_signature_of_somebody_the_policy_still_names_goes_on_counting(northwind, board, signed):
    only(northwind.workspace, northwind.ken, northwind.maria)
    work()
    assert again(signed).state == "approved" and len(board.calls) == 1


def test_a_seat_that_was_lent_counts_as_long_as_its_owner_is_named(northwind, board):
    only(northwind.workspace, northwind.maria)
    at = timezone.now() - timedelta(minutes=5)
    away(northwind.maria, northwind.ken, at=at)
    proposal = builders.a_proposal(northwind.bot, at=at)
    builders.approve(proposal, northwind.ken, at=at)
    only(northwind.workspace, northwind.maria, undo_seconds=20)
    work()
    assert again(proposal).state == "approved" and len(board.calls) == 1


def test_the_signers_of_a_whole_batch_are_asked_for_at_once(northwind, django_assert_num_queries):
    at = timezone.now() - timedelta(minutes=5)
    batching.decided(
        batching.ready(northwind.maria, batching.memos(northwind, 4)[0]), northwind.maria, now=at
    )
    only(northwind.workspace, northwind.ken)
    rows = list(Execution.objects.select_related("workspace", "proposal__agent"))
    with django_assert_num_queries(6):  # evidence, policy, lanes, who reviews no longer, signers, proposals
        looks = dispatch.by_policy(rows, timezone.now())
    assert [look.finding for look in looks] == ["policy"] * 4


def test_a_policy_set_while_an_item_is_read_keeps_the_answer_and_dispatch_weighs_it(northwind, board):
    at = timezone.now() - timedelta(minutes=5)
    proposal = builders.a_proposal(northwind.bot, at=at)
    stricter(northwind, quorum=2)
    builders.approve(proposal, northwind.maria, at=at)
    work()
    assert board.calls == [] and kinds(proposal)[-1] == "proposal.policy_changed"


def test_an_open_batch_under_an_old_policy_sends_nothing_the_new_one_would_not(northwind, board):
    at = timezone.now() - timedelta(minutes=5)
    rows = batching.memos(northwind, 4)
    batch = batching.ready(northwind.maria, rows[0])
    stricter(northwind, quorum=2)
    assert batching.decided(batch, northwind.maria, now=at) == {"approved": 4}
    work()
    assert board.calls == []
    assert {(again(row).state, again(row).quorum) for row in rows} == {("pending", 2)}


def test_what_no_policy_would_let_pass_any_more_is_not_signed_round_after_round(northwind, board, signed):
    stricter(northwind, block_above=Decimal(50), currency="EUR")
    work()
    maria = signed_in(northwind.maria)
    page = maria.get(url("proposal", signed)).text
    assert "The amount is above what policy lets anyone sign" in page
    refused = answer(maria, again(signed))
    assert refused.status_code == 409 and "Policy lets nobody sign this as it is" in refused.text
    assert again(signed).round == 2 and board.calls == []


@pytest.mark.parametrize("terms", [{"protected": ["chairs"]}, {"future_days": 0}, {"oldest_days": 0}])
def test_what_a_new_rail_protects_is_not_written_and_not_signed_again(northwind, board, terms):
    day = timezone.now().date() + timedelta(days=1 if "future_days" in terms else -2)
    arguments = {"title": "Chairs", "amount": "90.00", "day": day.isoformat()}
    signed = builders.an_approved(northwind.bot, northwind.maria, arguments=arguments)
    stricter(northwind, **terms)
    work()
    assert (again(signed).state, again(signed).round, board.calls) == ("pending", 2, [])
    refused = answer(signed_in(northwind.maria), again(signed))
    assert refused.status_code == 409 and "Policy lets nobody sign this as it is" in refused.text


def test_a_policy_that_changes_elsewhere_makes_no_date_older(northwind, board):
    stricter(northwind, oldest_days=3)
    then = timezone.now() - timedelta(days=2)
    arguments = {"title": "Chairs", "amount": "90.00", "day": (then.date() - timedelta(days=2)).isoformat()}
    row = builders.a_proposal(northwind.bot, arguments=arguments, at=then)
    builders.approve(row, northwind.maria, at=timezone.now() - timedelta(minutes=5))
    stricter(northwind, oldest_days=3, patience=timedelta(days=1))
    work()
    assert again(row).state == "approved" and len(board.calls) == 1


def test_it_can_still_be_changed_to_what_policy_allows(northwind, board, signed):
    stricter(northwind, block_above=Decimal(50), currency="EUR")
    work()
    at = timezone.now() - timedelta(minutes=5)
    arguments = again(signed).arguments | {"amount": "40.00"}
    builders.approve(again(signed), northwind.maria, at=at, verdict="edit", arguments=arguments)
    work()
    assert again(signed).state == "approved" and len(board.calls) == 1


def test_who_reviews_here_no_longer_has_signed_nothing_that_is_still_to_be_done(northwind, board, signed):
    Membership.objects.filter(pk=northwind.maria.pk).update(roles=["auditor"])
    work()
    assert board.calls == [] and (again(signed).state, again(signed).round) == ("pending", 2)
    builders.approve(again(signed), northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    assert len(board.calls) == 1
