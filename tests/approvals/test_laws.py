"""The laws of DESIGN.md §4, attacked with raw SQL: the database refuses, whoever asks."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from approvals.models import Decision, LedgerEntry, Proposal
from runs import drain
from runs.models import Execution
from tests import builders, lanes
from tests.people import Company

pytestmark = pytest.mark.django_db


def sql(statement: str, *parameters: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no foreign key may answer in the law's place
        cursor.execute(statement, parameters)
        return cursor.rowcount


def refused(statement: str, *parameters: object) -> None:
    with pytest.raises(IntegrityError):
        sql(statement, *parameters)


def schedule(proposal: Proposal, **changes: object) -> Callable[[], None]:
    values: dict[str, object] = {
        "id": uuid.uuid4(), "workspace_id": proposal.workspace_id, "proposal_id": proposal.pk,
        "round": proposal.round, "tool": proposal.tool, "tool_version": 1, "digest": proposal.digest,
        "write_key": uuid.uuid4().hex * 2, "state": "scheduled", "due_at": timezone.now(), "attempts": 0,
        "lease_epoch": 0, "failure_class": "", "error": "", "created_at": timezone.now(),
    } | changes  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    return lambda: refused(
        f"INSERT INTO runs_execution ({names}, arguments)"
        f" SELECT {marks}, arguments FROM approvals_proposal WHERE id = %s",
        *values.values(), proposal.pk,
    )  # fmt: skip


class TestLaw1NoExecutionWithoutALiveApproval:
    def test_a_pending_proposal_cannot_be_executed(self, northwind: Company) -> None:
        schedule(builders.a_proposal(northwind.bot))()

    def test_a_rejected_proposal_cannot_be_executed(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        builders.approve(proposal, northwind.maria, verdict="reject", reason_code="duplicate")
        schedule(proposal)()

    def test_a_blocked_proposal_cannot_be_executed(self, northwind: Company) -> None:
        blocked = builders.a_proposal(northwind.bot, evidence=())
        assert blocked.state == "blocked"
        schedule(blocked)()

    def test_an_approval_of_other_arguments_is_none(self, northwind: Company) -> None:
        proposal = builders.an_approved(northwind.bot, northwind.maria)
        sql("UPDATE runs_execution SET state = 'cancelled' WHERE proposal_id = %s", proposal.pk)
        schedule(proposal, digest="0" * 64)()

    def test_approval_cannot_be_written_into_the_row_without_signatures(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        refused(
            "UPDATE approvals_proposal SET state = 'approved', settled_at = now(), release_at = now() WHERE id = %s",
            proposal.pk,
        )

    def test_a_started_execution_needs_its_approval_still(self, northwind: Company) -> None:
        at = timezone.now()
        proposal = builders.approve(builders.a_proposal(northwind.bot, at=at), northwind.maria, at=at)
        execution = Execution.objects.get(proposal=proposal)
        sql("ALTER TABLE runs_execution DISABLE TRIGGER lawful")
        sql("ALTER TABLE approvals_proposal DISABLE TRIGGER schedule")
        sql(
            "UPDATE approvals_proposal SET state = 'pending', round = 2, settled_at = NULL, release_at = NULL"
            " WHERE id = %s",
            proposal.pk,
        )
        sql("ALTER TABLE runs_execution ENABLE TRIGGER lawful")
        refused("UPDATE runs_execution SET state = 'started' WHERE id = %s", execution.pk)


class TestLaw2WhatTheReviewerSawIsWhatRuns:
    def test_a_decision_on_another_digest_is_refused(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                proposal=proposal, round=1, reviewer=northwind.maria.user, verdict="approve", seen_digest="0" * 64,
                digest="0" * 64, arguments=proposal.arguments, decided_at=timezone.now(),
            )  # fmt: skip

    def test_signed_arguments_cannot_be_changed(self, northwind: Company) -> None:
        proposal = builders.an_approved(northwind.bot, northwind.maria)
        refused('UPDATE approvals_proposal SET arguments = \'{"title": "other"}\' WHERE id = %s', proposal.pk)
        refused(
            'UPDATE runs_execution SET arguments = \'{"title": "other"}\' WHERE proposal_id = %s', proposal.pk
        )

    def test_what_was_proposed_never_changes(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        refused("UPDATE approvals_proposal SET proposed_arguments = '{}' WHERE id = %s", proposal.pk)

    def test_other_arguments_under_the_same_digest_are_refused(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        refused('UPDATE approvals_proposal SET arguments = \'{"title": "other"}\' WHERE id = %s', proposal.pk)

    def test_the_question_itself_never_changes(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
        for change in (
            "subject = 'other'",
            "proposed_by_id = NULL",
            "ruling = 'allow'",
            "idempotency_key = 'other'",
        ):
            refused(f"UPDATE approvals_proposal SET {change} WHERE id = %s", proposal.pk)
        refused("DELETE FROM approvals_proposal WHERE id = %s", proposal.pk)

    def test_a_quorum_is_never_lowered(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot)
        sql("UPDATE approvals_proposal SET quorum = 2 WHERE id = %s", proposal.pk)
        refused("UPDATE approvals_proposal SET quorum = 1 WHERE id = %s", proposal.pk)

    def test_votes_of_strangers_and_of_a_policy_that_asked_are_none(
        self, northwind: Company, harbour: Company
    ) -> None:
        proposal = builders.a_proposal(northwind.bot)
        common = {
            "proposal": proposal, "round": 1, "verdict": "approve", "seen_digest": proposal.digest,
            "digest": proposal.digest, "arguments": proposal.arguments, "decided_at": timezone.now(),
        }  # fmt: skip
        for voter in (
            {"reviewer": harbour.dana.user},
            {"reviewer": northwind.tess.user},
            {"by_policy": True},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Decision.objects.create(**common, **voter)


class TestLaw5OneApprovalOneEffect:
    def test_a_second_execution_is_refused(self, northwind: Company) -> None:
        schedule(builders.an_approved(northwind.bot, northwind.maria))()

    def test_the_write_key_never_changes(self, northwind: Company) -> None:
        proposal = builders.an_approved(northwind.bot, northwind.maria)
        refused("UPDATE runs_execution SET write_key = %s WHERE proposal_id = %s", "f" * 64, proposal.pk)

    @pytest.mark.parametrize("state", ["succeeded", "unknown", "pending", "nonsense"])
    def test_states_cannot_be_jumped(self, northwind: Company, state: str) -> None:
        proposal = builders.an_approved(northwind.bot, northwind.maria)
        refused("UPDATE runs_execution SET state = %s WHERE proposal_id = %s", state, proposal.pk)


class TestLaw6TheLateChangeNothing:
    def test_a_lease_epoch_never_goes_back(self, northwind: Company) -> None:
        proposal = builders.an_approved(northwind.bot, northwind.maria)
        sql("UPDATE runs_execution SET lease_epoch = 3 WHERE proposal_id = %s", proposal.pk)
        refused("UPDATE runs_execution SET lease_epoch = 2 WHERE proposal_id = %s", proposal.pk)


class TestLaw7TheRecordStands:
    @pytest.mark.parametrize("table", ["approvals_ledgerentry", "approvals_decision"])
    @pytest.mark.parametrize("attack", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_entries_and_decisions_cannot_be_changed(
        self, northwind: Company, table: str, attack: str
    ) -> None:
        builders.an_approved(northwind.bot, northwind.maria)
        refused(attack.format(table))

    def test_policies_and_evidence_cannot_be_changed(self, northwind: Company) -> None:
        builders.a_proposal(northwind.bot)
        refused("UPDATE approvals_policy SET quorum = 1")
        refused("UPDATE approvals_evidence SET content = 'other'")

    def test_a_receipt_stands(self, northwind: Company) -> None:
        builders.an_approved(northwind.bot, northwind.maria)
        drain.drain(linger=0, longest=0)
        refused("UPDATE runs_execution SET receipt = '{}'")
        refused("DELETE FROM runs_attempt")

    def test_executions_cannot_be_deleted(self, northwind: Company) -> None:
        builders.an_approved(northwind.bot, northwind.maria)
        refused("DELETE FROM runs_execution")

    def test_entries_hold_no_free_text(self, northwind: Company) -> None:
        builders.an_approved(
            northwind.bot, northwind.maria, summary="Lunch with Dr. Meier", rationale="She is ill"
        )
        told = " ".join(str(row) for row in LedgerEntry.objects.values_list("data", "actor", "auth"))
        assert "Meier" not in told and "Memo" not in told and "ill" not in told.split()


class TestLaw8EveryFactHasAnActor:
    def test_an_entry_without_an_actor_is_refused(self, northwind: Company) -> None:
        refused(
            "INSERT INTO approvals_ledgerentry (workspace_id, at, kind, actor_kind, actor, auth, data)"
            " VALUES (%s, now(), 'proposal.approved', 'person', '', '', '{}')",
            northwind.workspace.pk,
        )


class TestLaw10ShadowsAndBlockedNeverExecute:
    def test_a_shadow_proposal_is_approved_without_effect(self, northwind: Company) -> None:
        shadow = self.a_shadow(northwind)
        builders.approve(shadow, northwind.maria)
        assert shadow.state == "approved" or Proposal.objects.get(pk=shadow.pk).state == "approved"
        assert not Execution.objects.exists()

    def test_a_shadow_cannot_be_given_an_execution(self, northwind: Company) -> None:
        shadow = builders.approve(self.a_shadow(northwind), northwind.maria)
        schedule(shadow)()
        refused("UPDATE approvals_proposal SET shadow = false WHERE id = %s", shadow.pk)

    def a_shadow(self, northwind: Company) -> Proposal:
        first = builders.a_proposal(northwind.bot)
        lanes.stand(first.lane, "shadow")
        shadow = builders.a_proposal(northwind.bot)
        assert shadow.shadow
        return shadow


class TestFourEyes:
    def test_the_proposer_cannot_decide_even_in_sql(self, northwind: Company) -> None:
        proposal = builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                proposal=proposal, round=1, reviewer=northwind.maria.user, verdict="approve",
                seen_digest=proposal.digest, digest=proposal.digest, arguments=proposal.arguments,
                decided_at=timezone.now() + timedelta(seconds=1),
            )  # fmt: skip
