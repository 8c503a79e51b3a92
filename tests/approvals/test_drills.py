"""Drills look like work, never run, and are shown to be drills once somebody has answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import decisions, timeline
from approvals.batching import cohorts
from approvals.models import LedgerEntry, Proposal
from approvals.oversight import drill_story, drills
from approvals.proposals import AlreadySettled
from approvals.waiting import queue
from exceptions import handover
from exceptions.models import Case
from runs import drain
from runs.models import Execution
from tests.approvals.drilling import WORKER, a_drill, a_history, a_receipt, told
from tests.approvals.reviewing import again, kinds, signed_in
from tests.builders import actor_of, approve, now


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


def answer(drill, member, verdict, **more):
    return decisions.decide(
        proposal_id=drill.pk, member=member, verdict=verdict, seen_digest=drill.digest, actor=actor_of(member),
        now=now(), **more,
    )  # fmt: skip


def test_a_drill_is_a_settled_proposal_with_one_mistake(drill, northwind):
    row = told(drill)
    differing = {name for name in drill.arguments if drill.arguments[name] != row.source.arguments[name]}
    assert differing == {row.field} and row.right == row.source.arguments[row.field]
    assert row.wrong == drill.arguments[row.field] != row.right
    assert drill.state == "pending" and drill.ruling == "ask" and drill.quorum == 1
    assert drill.subject != row.source.subject and drill.subject.startswith("receipt:X")
    assert row.right not in drill.summary + drill.rationale
    assert drill.evidence.get().content == row.source.evidence.get().content


def test_it_claims_to_have_read_the_wrong_value_where_it_stands(drill):
    row, piece = told(drill), drill.evidence.get()
    span = next(span for span in piece.spans if span["field"] == f"/{row.field}")
    assert piece.content[span["start"] : span["end"]] == row.wrong


def test_it_waits_among_the_work_like_any_other(drill, northwind):
    fresh = a_receipt(northwind, 99)
    rows = list(queue.view(northwind.maria, queue.MINE, now()))
    assert {row.pk for row in rows} == {drill.pk, fresh.pk}
    lines = [event.sentence for event in timeline.tell(timeline.entries_of(drill), {}, "bot")]
    ordinary = [event.sentence for event in timeline.tell(timeline.entries_of(fresh), {}, "bot")]
    assert lines == ordinary
    assert drill.created_at < drill.observed_at < now() < drill.expires_at
    assert drill.pk.hex[:8] <= fresh.pk.hex[:8]


def test_the_ledger_holds_a_commitment_that_names_no_proposal(drill):
    entry = LedgerEntry.objects.get(kind="drill.prepared")
    row = told(drill)
    assert entry.proposal is None and entry.data == {"commitment": row.commitment}
    assert kinds(drill) == []
    assert drill_story.commitment(drill.pk, row.nonce) == row.commitment


@pytest.mark.parametrize("verdict", ["reject", "hand_over", "edit"])
def test_a_no_a_hand_over_and_a_correction_catch_it(drill, northwind, verdict):
    row = told(drill)
    more = {"reason_code": "wrong_value"} if verdict == "reject" else {}
    more |= {"arguments": drill.arguments | {row.field: row.right}} if verdict == "edit" else {}
    answer(drill, northwind.maria, verdict, **more)
    row = told(drill)
    assert row.caught and row.answered_by == northwind.maria.user and row.revealed_at
    assert again(drill).state == "rejected" and not Execution.objects.filter(proposal=drill.pk).exists()
    assert kinds(drill) == ["decision.recorded", "drill.revealed"]


def test_a_signature_misses_it_and_nothing_is_sent(drill, northwind):
    approve(drill, northwind.maria)
    row = told(drill)
    assert row.caught is False and again(drill).state == "approved"
    assert not Execution.objects.filter(proposal=drill.pk).exists()
    while drain.drain(linger=0, longest=10):
        continue
    assert not Execution.objects.filter(proposal=drill.pk).exists()
    last = LedgerEntry.objects.get(kind="drill.revealed")
    assert last.proposal == drill.pk and last.data["caught"] is False
    assert drill_story.commitment(last.proposal, last.data["nonce"]) == last.data["commitment"]


def test_an_edit_that_leaves_the_wrong_value_misses_it(drill, northwind):
    row = told(drill)
    other = next(name for name in ("title", "amount") if name != row.field)
    value = "Receipt of ours" if other == "title" else "41.10"
    answer(drill, northwind.maria, "edit", arguments=drill.arguments | {other: value})
    assert told(drill).caught is False and not Execution.objects.filter(proposal=drill.pk).exists()


def test_an_answered_drill_cannot_be_taken_back(drill, northwind):
    approve(drill, northwind.maria)
    later = now() + timedelta(milliseconds=1)
    with pytest.raises(decisions.TooLate):
        decisions.undo(
            proposal_id=drill.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=later
        )
    own = queue.own_decisions(northwind.maria)
    assert not any(queue.can_undo(row, later) for row in own)


def test_it_is_answered_once(drill, northwind):
    approve(drill, northwind.maria)
    with pytest.raises(AlreadySettled):
        approve(again(drill), northwind.ken)


def test_handing_a_drill_over_opens_no_case(drill, northwind):
    case = handover.hand_over(
        proposal_id=drill.pk, member=northwind.maria, seen_digest=drill.digest, note="odd", now=now(),
        actor=actor_of(northwind.maria),
    )  # fmt: skip
    assert case is None and not Case.objects.exists() and told(drill).caught


def test_the_database_refuses_to_execute_a_drill(drill, northwind):
    approve(drill, northwind.maria)
    statement = """INSERT INTO runs_execution (id, workspace_id, proposal_id, round, tool, tool_version, arguments,
        digest, write_key, state, due_at, attempts, lease_epoch, failure_class, error, created_at)
        SELECT gen_random_uuid(), workspace_id, id, round, tool, tool_version, arguments,
        digest, 'k', 'scheduled', now(), 0, 0, '', '', now() FROM approvals_proposal WHERE id = %s"""
    with pytest.raises(IntegrityError, match="no live approval"), transaction.atomic():
        connection.cursor().execute(statement, [drill.pk])
    with pytest.raises(IntegrityError, match="what was proposed never changes"), transaction.atomic():
        Proposal.objects.filter(pk=drill.pk).update(drill=False)


def test_a_drill_nobody_answers_goes_quietly(drill):
    late = drill.expires_at + timedelta(seconds=1)
    assert drills.expire_due(actor=WORKER, now=late) == 1 and drills.expire_due(actor=WORKER, now=late) == 0
    row = told(drill)
    assert again(drill).state == "expired" and row.revealed_at == late and row.caught is None
    assert kinds(drill) == ["drill.revealed"] and not Case.objects.exists()


def test_the_ledger_tells_it_from_nothing_else_while_it_waits(drill, northwind):
    real = a_receipt(northwind, 99)
    maria, tess = signed_in(northwind.maria), signed_in(northwind.tess)
    ledger = "/w/northwind/ledger/?proposal="
    for row in (drill, real):
        page = maria.get(ledger + row.public_id)
        assert page.context["page"].lines == [] and "It still waits for an answer" in page.text
    assert tess.get(ledger + real.public_id).context["page"].lines
    approve(drill, northwind.maria)
    assert maria.get(ledger + drill.public_id).context["page"].lines


def test_it_offers_what_its_like_offer_and_is_never_answered_with_them(drill, northwind):
    like = Proposal.objects.exclude(pk=drill.pk).filter(tool=drill.tool).first()
    assert drill.cohort and drill.cohort == cohorts.cohort_of(drill)
    assert not cohorts.belongs(drill, drill.cohort) and like is not None
