"""Who may sign what, once, on what they saw."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals import decisions, policies, proposals
from approvals.actors import worker
from approvals.models import Decision, LedgerEntry, Proposal
from runs.models import Execution
from tests import builders, lanes
from tests.people import Company

pytestmark = pytest.mark.django_db


def kinds(proposal: Proposal) -> list[str]:
    return list(
        LedgerEntry.objects.filter(proposal=proposal.pk).order_by("id").values_list("kind", flat=True)
    )


def test_an_approval_schedules_the_execution_for_the_end_of_the_undo_window(northwind: Company) -> None:
    at = timezone.now()
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria, at=at)
    execution = Execution.objects.get(proposal=proposal)
    assert execution.state == "scheduled"
    assert execution.due_at == at + timedelta(seconds=proposal.policy.undo_seconds)
    assert (execution.digest, execution.arguments) == (proposal.digest, proposal.arguments)
    assert kinds(proposal) == [
        "proposal.submitted", "proposal.ruled", "proposal.observed", "decision.recorded", "proposal.approved",
    ]  # fmt: skip


def test_undo_cancels_what_was_scheduled_and_asks_again(northwind: Company) -> None:
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    decisions.undo(
        proposal_id=proposal.pk,
        member=northwind.maria,
        actor=builders.actor_of(northwind.maria),
        now=timezone.now(),
    )
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, proposal.release_at) == ("pending", 2, None)
    assert Execution.objects.get(proposal=proposal).state == "cancelled"
    builders.approve(proposal, northwind.maria)
    assert list(Execution.objects.filter(proposal=proposal).values_list("state", flat=True).order_by("round")) == [
        "cancelled", "scheduled",
    ]  # fmt: skip


def test_undo_comes_too_late_after_its_window(northwind: Company) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    with pytest.raises(decisions.TooLate):
        decisions.undo(
            proposal_id=proposal.pk, member=northwind.maria, actor=builders.actor_of(northwind.maria),
            now=timezone.now(),
        )  # fmt: skip


def test_only_a_signer_may_undo(northwind: Company) -> None:
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    with pytest.raises(decisions.NotYourDecision):
        decisions.undo(
            proposal_id=proposal.pk,
            member=northwind.ken,
            actor=builders.actor_of(northwind.ken),
            now=timezone.now(),
        )


def test_a_digest_that_is_not_on_the_table_is_refused(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    with pytest.raises(decisions.StaleView):
        builders.approve(proposal, northwind.maria, seen_digest="0" * 64)
    assert not Decision.objects.exists()


def test_an_auditor_may_not_decide(northwind: Company) -> None:
    with pytest.raises(decisions.NotYourDecision):
        builders.approve(builders.a_proposal(northwind.bot), northwind.tess)


def test_nobody_decides_across_workspaces(northwind: Company, harbour: Company) -> None:
    with pytest.raises(Proposal.DoesNotExist):
        builders.approve(builders.a_proposal(northwind.bot), harbour.dana)


def test_nobody_decides_their_own(northwind: Company) -> None:
    with pytest.raises(decisions.NotYourDecision):
        builders.approve(
            builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id), northwind.maria
        )


def test_expired_a_second_ago_is_refused_though_no_sweep_has_run(northwind: Company) -> None:
    at = timezone.now()
    proposal = builders.a_proposal(northwind.bot, at=at, expires_at=at + timedelta(minutes=1))
    with pytest.raises(decisions.TooLate):
        builders.approve(proposal, northwind.maria, at=at + timedelta(minutes=1, seconds=1))
    proposal.refresh_from_db()
    assert proposal.state == "pending"
    assert proposals.expire_due(actor=worker("test"), now=at + timedelta(minutes=2)) == 1
    proposal.refresh_from_db()
    assert proposal.state == "expired"
    assert not proposal.decisions.exists()


def test_two_signatures_mean_two_people(northwind: Company) -> None:
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=worker("test"), now=timezone.now(), quorum=2
    )
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    assert proposal.state == "pending"
    with pytest.raises(decisions.AlreadyAnswered):
        builders.approve(proposal, northwind.maria)
    assert builders.approve(proposal, northwind.ken).state == "approved"


def test_an_edit_by_the_first_signer_needs_the_second_to_sign_the_edit(northwind: Company) -> None:
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=worker("test"), now=timezone.now(), quorum=2
    )
    proposal = builders.a_proposal(northwind.bot)
    seen = proposal.digest
    edited = builders.approve(
        proposal, northwind.maria, verdict="edit", arguments=proposal.arguments | {"amount": "11.00"}
    )
    assert edited.digest != seen
    with pytest.raises(decisions.StaleView):
        builders.approve(proposal, northwind.ken, seen_digest=seen)
    builders.approve(edited, northwind.ken)
    execution = Execution.objects.get(proposal=proposal)
    assert execution.arguments["amount"] == "11.00"


def test_an_edit_by_the_second_signer_begins_a_round_in_which_the_first_may_sign(northwind: Company) -> None:
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=worker("test"), now=timezone.now(), quorum=2
    )
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    other = proposal.arguments | {"amount": "11.00"}
    edited = builders.approve(proposal, northwind.ken, verdict="edit", arguments=other)
    assert (edited.state, edited.round, decisions.signatures(edited)) == ("pending", 2, 1)
    with pytest.raises(decisions.AlreadyAnswered):
        builders.approve(edited, northwind.ken)
    assert builders.approve(edited, northwind.maria).state == "approved"
    assert list(proposal.decisions.order_by("id").values_list("round", "verdict")) == [
        (1, "approve"), (2, "edit"), (2, "approve"),
    ]  # fmt: skip
    assert Execution.objects.get(proposal=proposal).arguments["amount"] == "11.00"


def test_an_edit_keeps_what_was_proposed_decided_and_effective(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    sent = dict(proposal.proposed_arguments)
    builders.approve(proposal, northwind.maria, verdict="edit", arguments=sent | {"amount": "12.50"})
    proposal.refresh_from_db()
    decision = proposal.decisions.get()
    assert proposal.proposed_arguments == sent
    assert decision.arguments["amount"] == "12.50"
    assert decision.changed_fields == ["amount"]
    assert Execution.objects.get(proposal=proposal).arguments == decision.arguments
    assert proposal.amount == Decimal("12.50")


def test_fields_the_tool_does_not_offer_cannot_be_edited(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    with pytest.raises(decisions.NotEditable):
        builders.approve(
            proposal, northwind.maria, verdict="edit", arguments=proposal.arguments | {"currency": "USD"}
        )


def test_an_edit_passes_the_gates_again(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    with pytest.raises(decisions.EditRefused) as refusal:
        builders.approve(
            proposal, northwind.maria, verdict="edit", arguments=proposal.arguments | {"day": "2099-01-01"}
        )
    assert refusal.value.judgement.failure_class == "proposal.out_of_bounds"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decisions.count()) == ("pending", 0)


def test_a_rejection_needs_a_reason_and_is_final(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    with pytest.raises(decisions.MissingReason):
        builders.approve(proposal, northwind.maria, verdict="reject")
    builders.approve(proposal, northwind.maria, verdict="reject", reason_code="wrong_value")
    with pytest.raises(decisions.AlreadySettled):
        builders.approve(proposal, northwind.ken)
    assert not Execution.objects.exists()


def test_nothing_is_decided_before_the_target_was_read(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot, observed=False)
    with pytest.raises(decisions.NotReady):
        builders.approve(proposal, northwind.maria)


def test_what_every_gate_allows_passes_by_policy_in_a_trusted_lane(northwind: Company) -> None:
    first = builders.a_proposal(northwind.bot)
    lanes.stand(first.lane, "full")
    proposal = builders.a_proposal(northwind.bot)
    assert proposal.ruling == "allow"
    decisions.approve_by_policy(proposal=proposal, actor=worker("test"), now=timezone.now())
    assert proposal.decisions.get().by_policy
    with pytest.raises(decisions.NotYourDecision):
        decisions.approve_by_policy(proposal=first, actor=worker("test"), now=timezone.now())
