"""Whatever goes wrong around an answer: one decision or none, and a sentence that says which."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import actors, decisions, holds, policies, proposals
from approvals.models import Decision, Proposal
from tests import builders
from tests.approvals.flowing import answer_in_flow, beat
from tests.approvals.reviewing import again, answer, signed_in, url

NOTHING = "Nothing of yours was recorded."


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


@pytest.fixture
def rows(northwind) -> list[Proposal]:
    now = timezone.now()
    return [
        builders.a_proposal(northwind.bot, expires_at=now + timedelta(hours=hours)) for hours in range(1, 4)
    ]


def edited(proposal: Proposal, member, amount: str) -> Proposal:
    """Signed under another amount."""
    arguments = proposal.arguments | {"amount": amount}
    return builders.approve(proposal, member, verdict="edit", arguments=arguments)


def test_the_same_answer_twice_is_recorded_once_and_says_so(maria, rows):
    answer_in_flow(maria, rows[0], rows[1])
    repeated = answer_in_flow(maria, rows[0], rows[1])
    assert repeated.status_code == 200 and "Recorded already" in repeated.headers["HX-Trigger"]
    assert "data-refused" not in repeated.text and Decision.objects.count() == 1


def test_the_same_rejection_twice_is_recorded_once(maria, rows):
    for _ in range(2):
        answer_in_flow(maria, rows[0], rows[1], verdict="", reason_code="duplicate")
    assert Decision.objects.get().reason_code == "duplicate"


def test_a_form_sent_twice_without_the_script_is_recorded_once(maria, rows):
    answer(maria, rows[0])
    second = answer(maria, rows[0])
    assert second.status_code == 303 and "Recorded already" in maria.get(second.url).text
    assert Decision.objects.count() == 1


def test_another_answer_of_ones_own_is_refused_and_the_first_is_named(maria, rows):
    answer_in_flow(maria, rows[0], rows[1])
    other = answer_in_flow(maria, rows[0], rows[1], verdict="", reason_code="other")
    assert other.status_code == 409 and "You approved it at" in other.text
    assert "This second answer was not recorded" in other.text and again(rows[0]).state == "approved"


def test_another_reason_is_another_answer(maria, rows):
    answer(maria, rows[0], "", reason_code="duplicate")
    other = answer(maria, rows[0], "", reason_code="policy")
    assert other.status_code == 409 and "You rejected it at" in other.text
    assert Decision.objects.get().reason_code == "duplicate"


def test_who_was_quicker_is_named_and_when(northwind, maria, rows):
    builders.approve(rows[0], northwind.ken, at=timezone.now() - timedelta(seconds=3))
    late = answer_in_flow(maria, rows[0], rows[1])
    assert late.status_code == 409 and f'data-refused="{rows[0].public_id}"' in late.text
    assert "Somebody was quicker: ken approved it 3 s before you" in late.text and NOTHING in late.text
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("verdict", "did"), [("reject", "rejected it"), ("hand_over", "handed it to exceptions")]
)
def test_what_the_other_did_is_said(northwind, maria, rows, verdict, did):
    builders.approve(
        rows[0], northwind.ken, verdict=verdict, reason_code="other" if verdict == "reject" else ""
    )
    late = answer_in_flow(maria, rows[0], rows[1])
    assert late.status_code == 409 and f"ken {did}" in late.text and NOTHING in late.text


def test_both_sides_of_an_edit_stand_beside_each_other(northwind, maria, rows):
    edited(rows[0], northwind.ken, "12.50")
    late = answer_in_flow(maria, rows[0], rows[1])
    assert late.status_code == 409 and "ken changed and signed it" in late.text
    assert "EUR 10.00" in late.text and "EUR 12.50" in late.text and "You saw" in late.text
    look = maria.get(url("proposal", rows[0]), {"saw": rows[0].digest}).text
    assert "what is on the table now" in look and "EUR 10.00" in look and "EUR 12.50" in look


def test_a_changed_item_waiting_for_a_second_person_shows_both_sides(northwind, maria, two_must_sign):
    row = builders.a_proposal(northwind.bot)
    edited(row, northwind.ken, "12.50")
    late = answer(maria, row)
    assert late.status_code == 409 and "This changed while you looked" in late.text
    assert (
        "You saw" in late.text
        and "EUR 10.00" in late.text
        and "EUR 12.50" in late.text
        and NOTHING in late.text
    )
    assert again(row).state == "pending" and Decision.objects.count() == 1


def test_what_cannot_be_told_any_more_is_not_made_up(maria, rows):
    late = answer(maria, rows[0], seen_digest="0" * 64)
    assert late.status_code == 409 and "is not on record any more" in late.text
    assert not Decision.objects.exists()


def test_an_answer_that_was_on_its_way_before_an_undo_answers_nothing(maria, rows):
    answer(maria, rows[0], round=1)
    maria.post(url("undo", rows[0]))
    late = answer(maria, rows[0], round=1)
    assert late.status_code == 409 and "maria took the approval back" in late.text
    assert again(rows[0]).state == "pending" and Decision.objects.count() == 1


def test_what_expired_while_it_was_read_is_answered_by_nobody(northwind, maria):
    at = timezone.now() - timedelta(hours=2)
    row = builders.a_proposal(northwind.bot, at=at, expires_at=at + timedelta(hours=1))
    late = answer_in_flow(maria, row)
    assert late.status_code == 409 and "Its time has run out" in late.text and NOTHING in late.text
    proposals.expire_due(actor=builders.actor_of(northwind.maria), now=timezone.now())
    later = answer_in_flow(maria, row)
    assert later.status_code == 409 and "It expired before your answer came" in later.text
    assert not Decision.objects.exists()


def test_what_its_agent_took_back_is_said_so(northwind, maria, rows):
    proposals.withdraw(proposal=rows[0], actor=builders.agent_actor(northwind.bot), now=timezone.now())
    late = answer_in_flow(maria, rows[0])
    assert late.status_code == 409 and "Its agent took it back before your answer came" in late.text


@pytest.mark.parametrize("flow", [True, False])
def test_who_is_no_reviewer_any_more_is_told_and_nothing_is_recorded(northwind, maria, rows, flow):
    northwind.maria.roles = ["auditor"]
    northwind.maria.save()
    late = answer_in_flow(maria, rows[0]) if flow else answer(maria, rows[0])
    assert late.status_code == 403 and "This is not yours to decide" in late.text and NOTHING in late.text
    assert not Decision.objects.exists()


def test_who_left_the_workspace_finds_nothing(northwind, maria, rows):
    northwind.maria.delete()
    assert answer_in_flow(maria, rows[0]).status_code == 404
    assert not Decision.objects.exists()


def test_a_policy_that_now_names_others_is_kept_to(northwind, maria, rows):
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=timezone.now(),
        reviewers=[northwind.ken.user_id],
    )  # fmt: skip
    fresh = builders.a_proposal(northwind.bot)
    late = answer_in_flow(maria, fresh)
    assert late.status_code == 403 and "names other reviewers" in late.text and NOTHING in late.text
    assert not fresh.decisions.exists()


def test_what_is_not_read_yet_is_not_answered(northwind, maria):
    row = builders.a_proposal(northwind.bot, observed=False)
    late = answer_in_flow(maria, row)
    assert late.status_code == 409 and "It is not ready yet" in late.text and NOTHING in late.text


@pytest.mark.parametrize("flow", [True, False])
def test_a_lost_lease_names_who_has_it_now(northwind, maria, rows, flow):
    beat(maria, rows[0])
    actor = builders.actor_of(northwind.ken)
    holds.take_over(proposal=rows[0], member=northwind.ken, actor=actor, now=timezone.now())
    late = answer_in_flow(maria, rows[0], rows[1]) if flow else answer(maria, rows[0])
    assert late.status_code == 409 and "ken has this on the screen" in late.text and NOTHING in late.text
    assert not Decision.objects.exists()


def test_a_lease_that_ran_out_and_nobody_took_costs_nothing(northwind, maria, rows):
    holds.open_one(proposal_id=rows[0].pk, member=northwind.maria, now=timezone.now() - timedelta(hours=1))
    assert answer_in_flow(maria, rows[0], rows[1]).status_code == 200
    assert again(rows[0]).state == "approved"


def test_an_edit_sent_twice_is_recorded_once(northwind, rows):
    edited(rows[0], northwind.maria, "12.50")
    with pytest.raises(decisions.RecordedAlready):
        edited(rows[0], northwind.maria, "12.50")
    assert Decision.objects.count() == 1


def test_what_was_typed_is_in_the_answer(maria, rows):
    late = answer_in_flow(
        maria, rows[0], rows[1], verdict="", reason_code="other", note="Ask Ann <b>", seen_digest="0" * 64
    )
    assert "You wrote:" in late.text and "Ask Ann &lt;b&gt;" in late.text


def test_an_incomplete_form_is_no_answer(maria, rows):
    late = answer_in_flow(maria, rows[0], rows[1], seen_digest="nonsense")
    assert late.status_code == 422 and "That was no answer" in late.text
    assert not Decision.objects.exists()


def test_handing_over_what_a_colleague_reads_is_refused_in_words(northwind, maria, rows):
    beat(signed_in(northwind.ken), rows[0])
    response = maria.post(url("hand-over", rows[0]), {"seen_digest": rows[0].digest})
    assert response.status_code == 409 and "ken has this on the screen" in response.text
    assert again(rows[0]).state == "pending"
