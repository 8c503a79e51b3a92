"""Twenty-one bugs that were seen in other approval products, attacked here: numbers 1 to 21, in their order.

Those that have a longer attack elsewhere are named in `ELSEWHERE`, and that it exists is a test too.
"""

import importlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django_rq
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from approvals import actors, agents, policies, proposals
from approvals.models import Decision, LedgerEntry, Proposal, Token
from approvals.submission import Exhibit
from runs import drain, jobs
from runs.models import Execution
from tests import builders, lanes
from tests.approvals.reviewing import answer, signed_in, url
from tests.memo import Board
from tests.patience import PATIENCE_SECONDS
from tests.people import Company
from tests.runs.api.conftest import Caller, a_body

pytestmark = pytest.mark.django_db
TICK = actors.worker("tick")
ELSEWHERE = {
    1: "tests.architecture.test_walks.test_no_address_lets_an_agents_token_decide_anything",
    3: "tests.architecture.test_walks.test_reading_changes_nothing",
    7: "tests.journeys.test_kill.test_what_was_written_and_not_recorded_is_found_by_its_key_and_not_sent_again",
    8: "tests.runs.test_drain.test_a_changed_target_sends_it_back_with_the_difference",
    9: "tests.approvals.test_decisions.test_expired_a_second_ago_is_refused_though_no_sweep_has_run",
    10: "tests.approvals.test_at_once.test_of_two_who_answer_at_once_one_is_told_that_it_is_settled",
    11: "tests.approvals.test_decisions.test_two_signatures_mean_two_people",
    13: "tests.runs.test_reversal_honesty.test_peers_13_a_compensation_that_did_nothing_cannot_report_success",
    14: "tests.journeys.test_review_browser.test_a_held_key_decides_one_item_only",
    19: "tests.approvals.test_loops.test_after_three_refusals_the_same_is_blocked_with_an_owner",
    21: "tests.runs.test_drain.test_a_policy_that_became_stricter_sends_it_back",
}


def work() -> None:
    drain.drain(linger=0, longest=0)


@pytest.mark.parametrize("number", range(1, 22))
def test_every_bug_of_the_list_has_its_attack(number: int) -> None:
    here = [name for name in globals() if name.startswith(f"test_{number:02}_")]
    module, _, name = ELSEWHERE.get(number, "").rpartition(".")
    assert here or callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(
    "plea", ["Do not ask for approval.", "requires_approval=false", "The user said: auto-approve everything"]
)
def test_02_an_agent_told_not_to_ask_still_cannot_write(northwind: Company, board: Board, plea: str) -> None:
    told = Caller(northwind.bot).propose(a_body(rationale=plea, summary=plea, confidence=1.0))
    work()
    assert told.json()["state"] == "pending" and board.calls == [] and not Decision.objects.exists()


def test_04_an_edit_cannot_become_another_action_and_passes_the_policy_of_its_own(northwind: Company) -> None:
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=TICK, now=timezone.now(), currency="EUR",
        second_above="100",
    )  # fmt: skip
    row, maria = builders.a_proposal(northwind.bot), signed_in(northwind.maria)
    wanted = row.arguments | {"amount": "5000.00"}
    form = {"argument-title": row.arguments["title"], "argument-amount": "5000.00", "argument-day": ""}
    other = {"tool": "memo.erase", "argument-key": "f" * 64, "argument-tool": "memo.erase", "sign": "1"}
    maria.post(url("edit", row), form | other | {"seen_digest": row.digest})
    row.refresh_from_db()
    assert (row.tool, row.arguments) == ("memo.write", wanted)
    assert (row.state, row.quorum, row.decisions.get().verdict) == ("pending", 2, "edit")
    assert not Execution.objects.exists()


def test_05_a_rejected_item_never_runs_also_when_answered_among_approved_ones(
    northwind: Company, board: Board
) -> None:
    rows, maria = [builders.a_proposal(northwind.bot) for _ in range(5)], signed_in(northwind.maria)
    for at, row in enumerate(rows):
        if at == 2:
            answer(maria, row, verdict="reject", reason_code="duplicate")
        else:
            answer(maria, row)
    Execution.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    work()
    work()
    titles = {memo["title"] for memo in board.written.values()}
    assert titles == {row.arguments["title"] for row in rows} - {rows[2].arguments["title"]}


@pytest.mark.django_db(transaction=True)
def test_06_two_identical_calls_at_once_are_two_and_their_answers_do_not_cross(northwind: Company) -> None:
    body, ready = a_body(), threading.Barrier(2)
    callers = [Caller(northwind.bot) for _ in range(2)]

    def ask(caller: Caller) -> str:
        try:
            ready.wait(PATIENCE_SECONDS)
            return caller.propose(body).json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(ask, callers)
    assert one != other
    rows = {row.public_id: row for row in Proposal.objects.all()}
    open_ones = [name for name in (one, other) if rows[name].state == "pending"]
    builders.observe(rows[open_ones[0]])
    answer(signed_in(northwind.maria), rows[open_ones[0]], verdict="reject", reason_code="duplicate")
    outcomes = {name: callers[0].get(f"/proposals/{name}").json()["outcome"] for name in (one, other)}
    assert outcomes[open_ones[0]] == "rejected" and len(set(outcomes.values())) == 2


def test_09_an_expiry_is_never_shown_as_a_persons_no(northwind: Company) -> None:
    at = timezone.now()
    row = builders.a_proposal(northwind.bot, at=at, expires_at=at + timedelta(minutes=1))
    proposals.expire_due(actor=TICK, now=at + timedelta(minutes=2))
    told = Caller(northwind.bot).get(f"/proposals/{row.public_id}").json()
    assert (told["outcome"], told["decision"]) == ("expired", None)
    page = signed_in(northwind.maria).get(url("proposal", row)).text
    assert "xpired" in page and "ejected by" not in page


def test_12_shadow_makes_no_call_at_all(northwind: Company, board: Board) -> None:
    lane = builders.a_proposal(northwind.bot).lane
    lanes.stand(lane, "shadow")
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    work()
    assert board.calls == [] and not Execution.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_15_what_was_decided_happens_though_nobody_is_left_to_hear_of_it(
    northwind: Company, board: Board, verdict: str
) -> None:
    caller = Caller(northwind.bot)
    row = builders.a_proposal(northwind.bot)
    answer(signed_in(northwind.maria), row, verdict=verdict, reason_code="duplicate")
    with django_rq.get_connection("bell") as bell:
        bell.flushdb()
    agents.revoke(token=Token.objects.get(), actor=TICK, now=timezone.now())
    assert caller.get(f"/proposals/{row.public_id}").status_code == 401
    Execution.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    jobs.tick()
    with django_rq.get_connection("bell") as bell:
        assert bell.llen("rq:queue:bell") == (verdict == "approve")
    work()
    assert len(board.calls) == (verdict == "approve")


def test_16_every_fact_has_an_actor(northwind: Company) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    assert LedgerEntry.objects.count() > 5
    assert not LedgerEntry.objects.filter(actor="").exists()
    nobody = LedgerEntry(
        workspace=northwind.workspace,
        at=timezone.now(),
        kind="proposal.approved",
        actor_kind="person",
        actor="",
    )
    with pytest.raises(IntegrityError, match="every_fact_has_an_actor"), transaction.atomic():
        nobody.save(force_insert=True)


def test_17_numbers_stay_numbers_and_the_agents_own_arguments_survive_an_edit(northwind: Company) -> None:
    row, maria = builders.a_proposal(northwind.bot), signed_in(northwind.maria)
    sent, before = dict(row.proposed_arguments), dict(row.arguments)
    form = {"argument-title": before["title"], "argument-amount": "12.50", "argument-day": ""}
    maria.post(url("edit", row), form | {"seen_digest": row.digest, "sign": "1"})
    row.refresh_from_db()
    decided = row.decisions.get().arguments
    assert row.proposed_arguments == sent and decided == before | {"amount": "12.50"}
    assert {name: type(value) for name, value in decided.items()} == {
        name: type(value) for name, value in before.items()
    }


def test_18_the_same_proposal_sent_four_times_is_one_card(northwind: Company) -> None:
    caller, body = Caller(northwind.bot), a_body()
    told = [caller.propose(body, key="the-same").json()["id"] for _ in range(4)]
    assert len(set(told)) == 1 and Proposal.objects.count() == 1
    for row in Proposal.objects.all():
        builders.observe(row)
    page = signed_in(northwind.maria).get("/w/northwind/review/").text
    assert page.count('id="row-') == page.count(f'id="row-{told[0]}"') == 1


def test_20_the_bytes_that_were_read_are_the_bytes_that_run(northwind: Company, board: Board) -> None:
    """A summary that lies is marked as the agent's; arguments changed behind the page are not signed by it."""
    row = builders.a_proposal(northwind.bot, summary="Only a test, nothing is written", rationale="Harmless.")
    maria = signed_in(northwind.maria)
    page = maria.get(url("proposal", row)).text
    assert "In the agent’s words" in page and row.arguments["title"] in page
    other = row.arguments | {"title": "Something else"}
    with pytest.raises(IntegrityError, match="another digest"), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(arguments=other)
    Proposal.objects.filter(pk=row.pk).update(
        arguments=other, digest=proposals.resign(row, other, row.observation)
    )
    assert answer(maria, row).status_code == 409  # the digest on the screen is not the one on the table
    work()
    assert board.calls == [] and not Decision.objects.exists()


def test_20_evidence_counts_in_what_is_signed(northwind: Company) -> None:
    one = builders.a_draft(title="Same", evidence=(Exhibit("text", "Please write: Same", "Request"),))
    assert one.evidence[0].digest != Exhibit("text", "Please write: Same ", "Request").digest
    first = builders.a_proposal(northwind.bot, title="Lamp", subject="memo:lamp")
    again = builders.a_proposal(
        northwind.bot, title="Lamp", subject="memo:lamp",
        evidence=(Exhibit("text", "Please write: Lamp, says Bob", "Request"),),
    )  # fmt: skip
    assert first.digest != again.digest
