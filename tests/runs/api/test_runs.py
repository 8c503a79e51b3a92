"""Runs, steps, cases and tools, as agents tell and ask of them."""

import pytest

from approvals.models import LedgerEntry
from exceptions.models import Case, Occurrence
from runs.models import Replay, Run, Step
from tests.runs.api.conftest import pointers, problem

STEP = {"key": "read:1", "name": "read", "kind": "model"}


@pytest.fixture
def run(bot):
    return bot.post("/runs", {"workflow": "expense-posting", "period": "2026-11"}).json()["id"]


def test_a_run_is_begun_once_per_key(bot):
    body = {"workflow": "expense-posting", "period": "2026-11"}
    first, again = bot.post("/runs", body, key="nov"), bot.post("/runs", body, key="nov")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true" and again.json() == first.json()
    problem(bot.post("/runs", body | {"period": "2026-12"}, key="nov"), 422, "idempotency-key-reused")
    assert Run.objects.get().public_id == first.json()["id"]
    assert LedgerEntry.objects.filter(kind="run.started").count() == 1


def test_a_key_is_demanded_of_runs_and_cases(bot):
    problem(bot.post("/runs", {"workflow": "w"}, key=None), 400, "idempotency-key-missing")
    problem(bot.post("/cases", {"lacking": "x"}, key=None), 400, "idempotency-key-missing")
    assert not Replay.objects.exists()


def test_a_run_ends_once(bot, run):
    ending = {"state": "partial", "counts": {"inputs": 3, "proposed": 2}, "error": "one was illegible"}
    for _ in range(2):
        told = bot.send("PATCH", f"/runs/{run}", ending)
        assert told.status_code == 200 and told.json()["counts"] == ending["counts"]
    told = problem(bot.send("PATCH", f"/runs/{run}", ending | {"state": "succeeded"}), 409, "run-finished")
    assert told["state"] == "partial"
    assert LedgerEntry.objects.get(kind="run.finished").data["counts"] == {"inputs": 3, "proposed": 2}


@pytest.mark.parametrize(
    "ending",
    [
        {"state": "running"},
        {},
        {"state": "failed", "counts": {"a": -1}},
        {"state": "failed", "counts": {"a": "1"}},
    ],
)
def test_an_ending_that_is_none_is_refused(bot, run, ending):
    assert pointers(bot.send("PATCH", f"/runs/{run}", ending))[0] in {"/state", "/counts/a"}


def test_steps_are_recorded_and_repeats_change_nothing(bot, run):
    made = bot.propose().json()["id"]
    whole = STEP | {
        "parent": "", "ended_at": "2026-11-05T14:30:01+01:00",
        "item": "receipt 1", "input": {"text": "…"}, "output": ["54.19"], "error": {"code": "x", "message": "y"},
        "prompt": "extract", "prompt_version": "3", "prompt_digest": "0" * 64, "model": "m", "confidence": 0.5,
        "tokens_in": 10, "tokens_out": 2, "cost": "0.000123", "currency": "USD", "latency_ms": 812, "proposal": made,
        "started_at": "2026-11-05T14:30:00+01:00",
    }  # fmt: skip
    assert bot.post(f"/runs/{run}/steps", whole, key=None).json() == {
        "recorded": ["read:1"], "repeated": [], "contradicted": [],
    }  # fmt: skip
    assert bot.post(f"/runs/{run}/steps", whole, key=None).json()["contradicted"] == []
    more = [STEP | {"output": "another"}, STEP | {"key": "read:2"}, STEP | {"key": "read:2", "name": "twice"}]
    told = {"recorded": ["read:2"], "repeated": ["read:1"], "contradicted": ["read:1", "read:2"]}
    assert bot.post(f"/runs/{run}/steps", more).json() == told
    step = Step.objects.get(key="read:1")
    assert step.output == ["54.19"] and str(step.cost) == "0.000123" and step.proposal is not None
    assert Step.objects.get(key="read:2").name == "read"
    kept = Run.objects.get()
    assert (kept.steps_told, kept.steps_failed, kept.steps_contradicted) == (2, 1, 2)
    assert (kept.tokens_in, kept.costs, kept.heard_at is not None) == (10, {"USD": "0.000123"}, True)


def test_costs_in_unlike_currencies_are_never_added(bot, run):
    told = [("1.10", "EUR"), ("2.00", "usd"), ("0.90", "EUR"), ("7", "")]
    steps = [STEP | {"key": str(n), "cost": c, "currency": of} for n, (c, of) in enumerate(told)]
    bot.post(f"/runs/{run}/steps", steps)
    assert Run.objects.get().costs == {"EUR": "2", "USD": "2", "": "7"}


def test_after_a_crash_an_agent_reads_where_it_was_and_goes_on(bot, another, run):
    at = "2026-11-05T14:30:{:02}Z"
    steps = [STEP | {"key": f"read:{n}", "started_at": at.format(n), "output": n} for n in range(5)]
    bot.post(f"/runs/{run}/steps", steps)
    assert (told := bot.get(f"/runs/{run}").json())["last_step"] == "read:4" and told["steps"] == 5
    first = bot.get(f"/runs/{run}/steps?limit=3").json()
    rest = bot.get(f"/runs/{run}/steps?limit=3&cursor={first['next_cursor']}").json()
    assert [one["output"] for one in first["items"] + rest["items"]] == [0, 1, 2, 3, 4]
    assert rest["next_cursor"] is None
    on = {"workflow": "expense-posting", "resumes": run}
    problem(bot.post("/runs", on), 409, "run-not-finished")
    bot.send("PATCH", f"/runs/{run}", {"state": "failed", "error": "crashed"})
    assert bot.post("/runs", on).json()["resumes"] == run
    assert pointers(another.post("/runs", on)) == ["/resumes"]
    assert another.get(f"/runs/{run}/steps").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"key": "a"}, "/name"),
        ([STEP, {"name": "a", "kind": "rule"}], "/1/key"),
        ([], ""),
        ([STEP] * 501, ""),
        (STEP | {"cost": 1.5}, "/cost"),
        (STEP | {"tokens_in": 2**31}, "/tokens_in"),
        (STEP | {"kind": "magic"}, "/kind"),
        (STEP | {"proposal": "prop_1"}, "/proposal"),
        ("step", ""),
    ],
)
def test_a_step_that_does_not_fit_is_pointed_at(bot, run, body, pointer):
    assert pointers(bot.post(f"/runs/{run}/steps", body))[0] == pointer
    assert not Step.objects.exists()


def test_after_its_end_a_run_takes_no_new_steps(bot, run):
    bot.post(f"/runs/{run}/steps", STEP)
    bot.send("PATCH", f"/runs/{run}", {"state": "succeeded"})
    assert bot.post(f"/runs/{run}/steps", STEP).json()["repeated"] == ["read:1"]
    problem(bot.post(f"/runs/{run}/steps", STEP | {"key": "late"}), 409, "run-finished")


def test_what_an_agent_cannot_do_has_an_owner(bot, run):
    body = {"lacking": "A legible total", "tried": "three readings", "run": run, "operation": "books.post_expense",
            "field": "/total", "subject": "receipt:7", "amount": "54.19", "currency": "MYR"}  # fmt: skip
    told = bot.post("/cases", body, key="one")
    assert told.status_code == 201 and told.json()["owner"] and told.json()["occurrences"] == 1
    assert bot.post("/cases", body, key="one").json() == told.json()
    again = bot.post("/cases", body | {"subject": "receipt:8"}).json()
    assert again["id"] == told.json()["id"] and again["occurrences"] == 2
    case = Case.objects.get()
    assert case.failure_class.code == "agent.cannot" and case.next_escalation_at is not None
    assert Occurrence.objects.first().facts["tried"] == "three readings"


def test_a_case_names_only_ones_own(bot, another):
    theirs = another.propose().json()["id"]
    assert pointers(bot.post("/cases", {"lacking": "x", "proposal": theirs})) == ["/proposal"]
    assert pointers(bot.post("/cases", {"lacking": "x", "run": "run_1"})) == ["/run"]
    assert pointers(bot.post("/cases", {"lacking": ""})) == ["/lacking"]


def test_an_agent_is_told_its_tools_and_their_shape(bot, another):
    told = {tool["name"]: tool for tool in another.get("/tools").json()["items"]}
    assert set(told) == {"memo.write"}
    memo = told["memo.write"]
    assert memo["version"] == 1 and memo["risk"] == "low" and memo["reversibility"] == "exact"
    assert memo["grounded"] == {"title": "text"} and memo["editable"] == ["title", "amount", "day"]
    assert memo["arguments"]["properties"]["title"] == {"title": "Title", "type": "string"}
    assert memo["arguments"]["additionalProperties"] is False
