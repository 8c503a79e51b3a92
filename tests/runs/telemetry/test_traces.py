"""Northwind's traces arrive at a collector: a refused proposal as well as a write, under their caller's trace."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from approvals import actors
from runs import drain, recorder
from runs.models import Execution, Traced, TraceMark
from runs.telemetry import following, identity, names, otlp
from tests.builders import a_proposal, an_approved, approve, now
from tests.people import Company
from tests.runs.figures.counting import EVERYTHING
from tests.runs.telemetry.collector import Collector, attributes, listening

pytestmark = pytest.mark.django_db
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
WORKER = actors.worker("test")


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with listening() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.address)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=sesame")
        monkeypatch.setattr(following.horizon, "complete", lambda: EVERYTHING)
        yield found


def follow() -> int:
    return following.follow(now=now())


def a_run(company: Company, trace_parent: str = ""):
    run = recorder.start(
        agent=company.bot,
        workflow="posting",
        actor=WORKER,
        now=now() - timedelta(minutes=1),
        trace_parent=trace_parent,
    )
    moves = [
        recorder.Move(
            "1", "ask", "model", model="gpt-4.1-mini", tokens_in=12, tokens_out=3, input={"secret": "pin"}
        ),
        recorder.Move("2", "post", "tool", error={"code": "posting.refused", "message": "northwind-secret"}),
    ]
    recorder.record(run=run, moves=moves, now=now())
    return run


def test_a_run_its_steps_and_its_decisions_arrive_under_the_callers_trace(
    northwind: Company, collector: Collector
):
    assert follow() == 0  # nothing that was before
    run = a_run(northwind, CALLER)
    refused = a_proposal(northwind.bot, run=run.id, workflow="posting")
    approve(refused, northwind.ken, verdict="reject", reason_code="duplicate")
    recorder.finish(run=run, state="partial", actor=WORKER, now=now())
    assert follow() == 4
    whole, asked, posted = (
        collector.named(name) for name in ("invoke_workflow posting", "chat gpt-4.1-mini", "post")
    )
    assert (
        whole.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736"
        and whole.parent_span_id.hex() == "00f067aa0ba902b7"
    )
    assert asked.parent_span_id == posted.parent_span_id == whole.span_id
    assert (
        attributes(whole)[names.WORKFLOW] == "posting" and attributes(whole)[names.MAPPING] == names.REVISION
    )
    assert attributes(asked)[names.INPUT_TOKENS] == 12 and posted.status.code == 2
    proposed = collector.named("propose memo.write")
    assert proposed.trace_id == whole.trace_id and proposed.parent_span_id == whole.span_id
    decision, review = proposed.events
    told = attributes(decision)
    assert (decision.name, review.name) == ("countersign.decision", "gen_ai.evaluation.result")
    assert (
        told["countersign.decision.outcome"] == "rejected" and told["countersign.decision.by_type"] == "human"
    )
    assert (
        told["countersign.decision.reason_code"] == "duplicate"
        and told["countersign.payload_hash"] == refused.digest
    )
    assert collector.heads[0]["path"] == "/v1/traces" and collector.heads[0]["x-key"] == "sesame"
    assert collector.resource["service.name"] == "countersign"
    assert Traced.objects.get(run=run).revision == names.REVISION
    assert b"secret" not in b"".join(span.SerializeToString() for span in collector.spans)
    assert follow() == 0


def test_a_write_is_a_tool_call_of_the_proposal_it_belongs_to(northwind: Company, collector: Collector):
    follow()
    proposal = an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0)
    assert Execution.objects.get().state == "succeeded"
    follow()
    write, asked = collector.named("execute_tool memo.write"), collector.named("propose memo.write")
    assert write.parent_span_id == asked.span_id and write.trace_id == asked.trace_id
    assert asked.trace_id.hex() == proposal.id.hex and not asked.parent_span_id
    assert attributes(write)[names.TOOL_CALL] == attributes(asked)[names.TOOL_CALL] == proposal.public_id
    (tried,) = write.events
    assert attributes(tried)[names.OUTCOME] == "succeeded"


def test_what_a_collector_did_not_take_is_told_again_later(northwind: Company, collector: Collector):
    follow()
    recorder.finish(run=a_run(northwind), state="succeeded", actor=WORKER, now=now())
    collector.code = 400
    assert follow() == 0 and TraceMark.objects.get().leased_until is not None
    collector.code = 200
    assert follow() == 0  # not before a pause
    assert following.follow(now=now() + timedelta(minutes=2)) == 3
    assert len({span.span_id for span in collector.spans}) == 3


def test_what_its_caller_does_not_sample_is_not_told(northwind: Company, collector: Collector):
    follow()
    run = a_run(northwind, CALLER[:-1] + "0")
    recorder.finish(run=run, state="succeeded", actor=WORKER, now=now())
    assert follow() == 0 and not collector.spans


def test_parents_that_are_none_are_passed_over():
    own = UUID(int=7)
    for odd in ("", "x", CALLER.upper()[:-3], f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff{CALLER[2:]}"):
        assert identity.place_of(odd, own) == identity.Place(7)
    assert identity.given(CALLER) == identity.Place(0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7)
    assert otlp.INSTALLED and identity.span_of("run", own) == identity.span_of(
        "run", own
    ) != identity.span_of("step", own)
