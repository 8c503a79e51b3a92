"""What an agent reads back: its own, complete, in few queries; and what it may take back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import decisions, proposals
from approvals.models import LedgerEntry, Proposal
from runs import drain, reversal
from runs.models import Execution
from tests.builders import a_proposal, actor_of, an_approved, approve, now, observe
from tests.runs.api.conftest import a_body, pointers, problem


def read(bot, row):
    answer = bot.get(f"/proposals/{row.public_id}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def pretend(row: Proposal, *states: str, **fields) -> None:
    """Take the row's execution through these states, as a worker would."""
    for state in states:
        fields |= (
            {"finished_at": now(), "receipt": {"reference": "r", "data": {}}} if state == "succeeded" else {}
        )
        Execution.objects.filter(proposal=row).update(state=state, attempts=1, **fields)


def test_a_rejection_tells_who_why_and_what(bot, northwind):
    row = a_proposal(bot.agent)
    approve(row, northwind.maria, verdict="reject", reason_code="wrong_value", note="It says 9, not 10")
    told = read(bot, row)
    assert told["state"] == told["outcome"] == "rejected"
    assert set(told["decision"]) == {
        "verdict", "arguments", "changed_fields", "reason_code", "note", "decided_at"
    }  # fmt: skip
    assert told["decision"]["verdict"] == "reject" and told["decision"]["note"] == "It says 9, not 10"


def test_an_edit_tells_what_was_changed(bot, northwind):
    row = a_proposal(bot.agent)
    edited = row.arguments | {"amount": "11.00"}
    approve(row, northwind.maria, verdict="edit", arguments=edited)
    told = read(bot, row)
    assert told["outcome"] == "approved" and told["arguments"] == edited
    assert told["decision"]["verdict"] == "edit" and told["decision"]["changed_fields"] == ["amount"]
    assert told["decision"]["arguments"] == edited
    assert told["execution"] == {"state": "scheduled", "attempts": 0, "receipt": None}


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        (["started"], "executing"),
        (["started", "succeeded"], "executed"),
        (["started", "failed"], "failed"),
        (["started", "unknown"], "unknown"),
    ],
)
def test_each_effect_has_a_word_of_its_own(bot, northwind, states, outcome):
    row = an_approved(bot.agent, northwind.maria)
    pretend(row, *states)
    told = read(bot, row)
    assert told["outcome"] == outcome and told["execution"]["state"] == states[-1]


def test_expiry_is_not_a_persons_no(bot):
    row = a_proposal(bot.agent)
    proposals.expire_due(actor=actor_of_worker(), now=row.expires_at)
    told = read(bot, row)
    assert told["outcome"] == told["state"] == "expired" and told["decision"] is None


def actor_of_worker():
    return decisions.Actor("worker", "worker:test")


def test_a_changed_target_is_told_from_an_undone_approval(bot, northwind):
    changed, undone = an_approved(bot.agent, northwind.maria), a_proposal(bot.agent)
    decisions.reopen(proposal=changed, kind="proposal.target_changed", actor=actor_of_worker(), now=now())
    approve(undone, northwind.maria)
    decisions.undo(proposal_id=undone.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    assert read(bot, changed)["outcome"] == "target_changed" and read(bot, changed)["round"] == 2
    assert read(bot, undone)["outcome"] == "pending"
    assert read(bot, changed)["decision"] is read(bot, changed)["execution"] is None


def test_a_handed_over_proposal_is_blocked_by_that_name(bot, northwind):
    row = a_proposal(bot.agent)
    approve(row, northwind.maria, verdict="hand_over", note="for finance")
    told = read(bot, row)
    assert told["outcome"] == "blocked" and told["failure_class"] == "review.handed_over"
    assert told["decision"]["verdict"] == "hand_over"


def test_while_signatures_are_missing_there_is_no_decision(bot, northwind):
    row = a_proposal(bot.agent)
    Proposal.objects.filter(pk=row.pk).update(quorum=2)
    approve(row, northwind.maria)
    assert read(bot, row)["outcome"] == "pending" and read(bot, row)["decision"] is None


def test_a_superseded_proposal_names_the_one_that_took_its_place(bot):
    old, new = a_proposal(bot.agent), a_proposal(bot.agent)
    Proposal.objects.filter(pk=new.pk).update(amends=old)
    proposals.supersede(proposal=old, by=new, actor=actor_of_worker(), now=now())
    assert read(bot, old)["outcome"] == "superseded"
    assert read(bot, old)["superseded_by"] == new.public_id


@pytest.mark.django_db(transaction=True)
def test_executed_then_reversed(bot, northwind):
    row = an_approved(bot.agent, northwind.maria)
    drain.drain(linger=0)
    told = read(bot, row)
    assert told["outcome"] == "executed" and told["execution"]["receipt"]["reference"].startswith("memo:")
    execution = Execution.objects.get()
    undoing = reversal.propose(
        execution=execution, member=northwind.olu, reason="Wrong", actor=actor_of(northwind.olu), now=now()
    )
    told = read(bot, row)
    assert told["outcome"] == "executed"
    assert told["reversal"] == {
        "id": undoing.public_id,
        "state": undoing.state,
        "url": told["reversal"]["url"],
    }
    Proposal.objects.filter(pk=undoing.pk).update(quorum=1)
    undoing = Proposal.objects.get(pk=undoing.pk)
    if undoing.observed_at is None:
        observe(undoing)
    approve(undoing, northwind.ken)
    pretend(undoing, "started", "succeeded")
    assert read(bot, row)["outcome"] == "reversed"


def test_a_list_costs_the_same_however_long_it_is(bot, northwind):
    def many(times: int) -> int:
        for _ in range(times):
            an_approved(bot.agent, northwind.maria)
            approve(a_proposal(bot.agent), northwind.maria, verdict="reject", reason_code="other")
            a_proposal(bot.agent)
            reopened = an_approved(bot.agent, northwind.maria)
            decisions.reopen(proposal=reopened, kind="decision.undone", actor=actor_of_worker(), now=now())
            old, new = a_proposal(bot.agent), a_proposal(bot.agent)
            proposals.supersede(proposal=old, by=new, actor=actor_of_worker(), now=now())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert bot.get("/proposals").status_code == 200
        return len(queries)

    many(1)
    assert many(1) == many(3) <= 11


def test_pages_follow_each_other_and_end(bot):
    made = [bot.propose().json()["id"] for _ in range(5)]
    seen, cursor = [], ""
    for size in (2, 2, 1):
        page = bot.get("/proposals", QUERY_STRING=f"limit=2&cursor={cursor}").json()
        assert len(page["items"]) == size
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        bot.propose()  # what arrives meanwhile moves nothing
    assert cursor is None and seen == made[::-1]


def test_a_list_may_be_narrowed_to_a_state(bot, northwind):
    row = a_proposal(bot.agent)
    approve(row, northwind.maria, verdict="reject", reason_code="other")
    a_proposal(bot.agent)
    told = bot.get("/proposals", QUERY_STRING="state=rejected").json()
    assert [item["id"] for item in told["items"]] == [row.public_id]


@pytest.mark.parametrize(
    "query", ["cursor=zzz", "cursor=%00", "cursor=MTIz", "limit=0", "limit=201", "limit=x", "state=x"]
)
def test_a_bad_question_is_told_which_part(bot, query):
    faults = problem(bot.get("/proposals", QUERY_STRING=query), 422)["errors"]
    assert [fault["parameter"] for fault in faults] == [query.partition("=")[0]]


def test_another_agents_rows_do_not_exist(bot, another, stranger):
    proposal = bot.propose().json()["id"]
    run = bot.post("/runs", {"workflow": "w"}).json()["id"]
    for other in (another, stranger):
        problem(other.get(f"/proposals/{proposal}"), 404, "not-found")
        problem(other.post(f"/proposals/{proposal}/withdrawal"), 404)
        problem(other.send("PATCH", f"/runs/{run}", {"state": "failed"}), 404)
        problem(other.post(f"/runs/{run}/steps", {"key": "a", "name": "a", "kind": "note"}), 404)
        assert other.get("/proposals").json() == {"items": [], "next_cursor": None}


def test_taking_back_is_done_once_and_said_twice(bot):
    made = bot.propose().json()["id"]
    for _ in range(2):
        answer = bot.post(f"/proposals/{made}/withdrawal", key=None)
        assert answer.status_code == 200 and answer.json()["outcome"] == "withdrawn"
    assert LedgerEntry.objects.filter(kind="proposal.withdrawn").count() == 1


def test_what_is_blocked_may_be_taken_back(bot):
    made = bot.propose(a_body(arguments={})).json()
    assert made["state"] == "blocked"
    assert bot.post(f"/proposals/{made['id']}/withdrawal").json()["outcome"] == "withdrawn"


def test_what_is_settled_cannot_be_taken_back(bot, northwind):
    row = approve(a_proposal(bot.agent), northwind.maria)
    told = problem(bot.post(f"/proposals/{row.public_id}/withdrawal"), 409, "already-settled")
    assert told["state"] == "approved"
    assert Proposal.objects.get().state == "approved"


def test_pointers_are_told(bot):
    assert pointers(bot.propose({})) == ["/tool", "/arguments"]
