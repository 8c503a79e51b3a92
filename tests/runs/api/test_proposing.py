"""POST /proposals: kept, judged, answered; once per key."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from approvals.models import LedgerEntry, Proposal
from exceptions.models import Case, Occurrence
from runs.api import replays
from tests import lanes
from tests.builders import a_proposal, approve, observe
from tests.patience import PATIENCE_SECONDS
from tests.runs.api.conftest import a_body, pointers, problem


def test_a_proposal_is_kept_and_told(bot):
    answer = bot.propose(a_body(summary="Für Zoë 🦉"))
    assert answer.status_code == 201
    told = answer.json()
    assert told["state"] == told["outcome"] == "pending"
    assert told["decision"] is told["execution"] is told["reversal"] is None
    assert {tuple(gate) for gate in told["gates"]} == {("gate", "ruling", "reason", "measured")}
    assert told["url"].endswith(f"/w/northwind/review/{told['id']}/") and told["url"].startswith("http")
    row = Proposal.objects.get()
    assert row.public_id == told["id"] and row.digest == told["digest"]
    assert row.summary == "Für Zoë 🦉" and row.workspace == bot.agent.workspace
    assert row.evidence.get().spans[0]["field"] == "/title"


def test_an_agent_is_not_told_what_it_could_aim_at(bot):
    lane = lanes.stand(a_proposal(bot.agent).lane, "full", threshold="0.875")
    sure, unsure = (bot.propose(a_body(confidence=said)).json() for said in (0.95, 0.86))
    for told, ruling in ((sure, "allow"), (unsure, "ask")):
        kept = [gate for gate in told["gates"] if gate["gate"] in ("confidence", "rollout stage")]
        assert {(gate["ruling"], gate["measured"]) for gate in kept} == {(ruling, "")}
        assert len({gate["reason"] for gate in kept}) == 1
        assert not {"0.875", "0.86", "0.860", "threshold"} & set(str(kept).replace("'", " ").split())
    assert Proposal.objects.filter(lane=lane).count() == 3


def test_the_actor_comes_from_the_token(bot):
    bot.propose()
    entry = LedgerEntry.objects.get(kind="proposal.submitted")
    assert entry.actor == f"agent:{bot.agent.id.hex}" and entry.auth.startswith("token:")


def test_arguments_that_do_not_fit_become_a_case_and_not_an_error(bot):
    answer = bot.propose(a_body(arguments={"amount": "ten"}))
    assert answer.status_code == 201
    assert answer.json()["state"] == answer.json()["outcome"] == "blocked"
    assert Occurrence.objects.get().proposal.public_id == answer.json()["id"]
    assert Case.objects.get().owner is not None


@pytest.mark.parametrize("key", ["order 7/8", '"order 7/8"'])
def test_the_same_key_and_body_replay(bot, key):
    body = a_body()
    first = bot.propose(body, key="order 7/8")
    again = bot.propose(body, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert again.json() == first.json()
    assert Proposal.objects.count() == 1


def test_a_replay_tells_what_became_of_it_meanwhile(bot, northwind):
    body = a_body()
    bot.propose(body, key="one")
    row = observe(Proposal.objects.get())
    approve(row, northwind.maria, verdict="reject", reason_code="duplicate", note="seen before")
    told = bot.propose(body, key="one").json()
    assert told["outcome"] == "rejected"
    assert told["decision"]["reason_code"] == "duplicate" and told["decision"]["note"] == "seen before"


def test_a_replay_is_answered_after_its_own_expiry(bot):
    body = a_body(expires_at=(timezone.now() + timedelta(minutes=10)).isoformat())
    assert bot.propose(body, key="one").status_code == 201
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert bot.propose(body, key="one").status_code == 200


def test_the_same_key_with_another_body_is_refused_and_the_first_stands(bot):
    body = a_body()
    first = bot.propose(body, key="one").json()
    told = problem(bot.propose(body | {"summary": "Another"}, key="one"), 422, "idempotency-key-reused")
    assert told["code"] == "idempotency_key_reused"
    assert bot.get(f"/proposals/{first['id']}").json() == first


def test_bodies_that_mean_the_same_are_the_same(bot):
    body = a_body()
    turned = dict(reversed(body.items()))
    assert bot.propose(body, key="one").status_code == 201
    assert bot.propose(turned, key="one").status_code == 200


def test_two_agents_may_use_the_same_key(bot, another):
    assert bot.propose(key="one").status_code == 201
    assert another.propose(key="one").status_code == 201


@pytest.mark.parametrize("key", [None, " ", "é", "x" * 256, '"open', '"a"b"', "reversal/abc/1"])
def test_a_key_is_demanded(bot, key):
    problem(bot.propose(key=key), 400, "idempotency-key-missing")
    assert not Proposal.objects.exists()


def test_a_refused_request_uses_up_no_key(bot):
    assert bot.propose(a_body(tool=7), key="one").status_code == 422
    assert bot.propose(a_body(), key="one").status_code == 201


def test_the_same_event_under_another_key_is_shown_as_a_duplicate(bot):
    body = a_body()
    first = bot.propose(body).json()
    second = bot.propose(body).json()
    assert second["outcome"] == "blocked" and second["failure_class"] == "proposal.duplicate"
    assert second["duplicates"] == [first["id"]]


@pytest.mark.django_db(transaction=True)
def test_a_key_in_flight_is_answered_409(bot):
    held, done = threading.Event(), threading.Event()
    key = replays.Key(bot.agent, "proposals", "one", "")

    def hold() -> None:
        with transaction.atomic():
            replays.take_turn(key)
            held.set()
            done.wait(PATIENCE_SECONDS)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE_SECONDS)
    answer = bot.propose(key="one")
    done.set()
    holder.join()
    problem(answer, 409, "request-in-flight")
    assert answer.headers["Retry-After"] == "1"
    assert bot.propose(key="one").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_key_make_one_proposal(bot):
    body, codes = a_body(), []

    def send() -> None:
        codes.append(bot.propose(body, key="one").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(201) == 1 and set(codes) <= {200, 201, 409}
    assert Proposal.objects.count() == 1


def test_an_unknown_tool_or_version_is_pointed_at(bot):
    assert pointers(bot.propose(a_body(tool="memo.burn"))) == ["/tool"]
    assert pointers(bot.propose(a_body(tool_version=2))) == ["/tool"]


def test_a_moment_that_has_passed_or_is_far_away_is_pointed_at(bot):
    for moment in ["2020-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "2026-01-01T00:00:00", "9999-12-31T23:59:59-23:59",
                   1893456000, "soon"]:  # fmt: skip
        assert pointers(bot.propose(a_body(expires_at=moment))) == ["/expires_at"]


def test_a_run_must_be_ones_own(bot, another):
    mine = bot.post("/runs", {"workflow": "w"}).json()["id"]
    theirs = another.post("/runs", {"workflow": "w"}).json()["id"]
    assert bot.propose(a_body(run=mine)).json()["run"] == mine
    assert pointers(bot.propose(a_body(run=theirs))) == ["/run"]
    assert pointers(bot.propose(a_body(run="prop_1"))) == ["/run"]


@pytest.mark.parametrize(
    ("span", "pointer"),
    [
        ({"field": "/title", "start": 0, "end": 6}, "/evidence/0/spans/0/end"),
        ({"field": "/title", "start": 4, "end": 3}, "/evidence/0/spans/0/end"),
        ({"field": "/title", "start": -1, "end": 3}, "/evidence/0/spans/0/start"),
        ({"field": "/title", "start": True, "end": 3}, "/evidence/0/spans/0/start"),
        ({"field": "title", "start": 0, "end": 3}, "/evidence/0/spans/0/field"),
        ({"field": "/a~b", "start": 0, "end": 3}, "/evidence/0/spans/0/field"),
        ({"field": "/title", "start": 0, "end": 3, "x": 1}, "/evidence/0/spans/0/x"),
        ({"field": "/title", "start": 0}, "/evidence/0/spans/0/end"),
    ],
)
def test_a_span_lies_within_its_content(bot, span, pointer):
    evidence = [{"kind": "text", "content": "12🦉45", "spans": [span]}]
    assert pointers(bot.propose(a_body(evidence=evidence))) == [pointer]


def test_a_span_counts_characters_and_not_bytes(bot):
    evidence = [{"kind": "text", "content": "12🦉45", "spans": [{"field": "/title", "start": 0, "end": 5}]}]
    assert bot.propose(a_body(evidence=evidence)).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"evidence": [{"kind": "text"}] * 51}, "/evidence"),
        ({"evidence": [{"kind": "text", "content": "é" * 100_001}]}, "/evidence/0/content"),
        ({"evidence": [{"kind": "film"}]}, "/evidence/0/kind"),
        ({"summary": "x" * 501}, "/summary"),
        ({"rationale": "x" * 20_001}, "/rationale"),
        ({"subject": "x" * 201}, "/subject"),
        ({"confidence": 1.01}, "/confidence"),
        ({"confidence": "0.5"}, "/confidence"),
        ({"confidence": True}, "/confidence"),
        ({"arguments": []}, "/arguments"),
        ({"arguments": {"a/b": "\x00"}}, "/arguments/a~1b"),
        ({"arguments": {"a": 2**60}}, "/arguments/a"),
        ({"arguments": {"a": [1e300]}}, "/arguments/a/0"),
        ({"arguments": {"\ud800": 1}}, "/arguments"),
        ({"rationale": "\udfff"}, "/rationale"),
        ({"verdict": "approve"}, "/verdict"),
        ({"tool_version": "1"}, "/tool_version"),
    ],
)
def test_each_fault_is_pointed_at_with_a_remedy(bot, change, pointer):
    document = problem(bot.propose(a_body(**change)), 422)
    assert [fault["pointer"] for fault in document["errors"]] == [pointer]
    assert all(fault["remedy"] and fault["detail"] for fault in document["errors"])
    assert not Proposal.objects.exists()


def test_confidence_is_never_rounded_up(bot):
    bot.propose(a_body(confidence=0.8999999))
    assert str(Proposal.objects.get().confidence) == "0.899"


def test_types_survive_the_round_trip(bot):
    arguments = {"title": "Memo", "amount": "54.190", "extra": {"a": [1, 1.5, True, None, "1"]}}
    told = bot.propose(a_body(arguments=arguments)).json()
    assert told["arguments"] == arguments
    row = Proposal.objects.get()
    assert row.proposed_arguments == arguments
    assert [type(value) for value in row.proposed_arguments["extra"]["a"]] == [
        int,
        float,
        bool,
        type(None),
        str,
    ]
