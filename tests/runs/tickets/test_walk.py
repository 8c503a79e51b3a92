"""ticket-triage over a morning's messages: proposals with their evidence, cases for the rest, hostile words as data."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from approvals import actors
from approvals.models import Agent, Proposal
from exceptions.models import Case
from runs import drain
from runs.demo.company import lines
from runs.models import ExampleSet, Execution, ModelCall, ReplayLine, Run, Step
from runs.replaying import asking, carrying
from runs.workflows.tickets import examples, walk
from tests import shared_data
from tests.builders import actor_of, approve, now
from tests.openai_server import OpenAIServer, completion
from tests.people import Company
from tests.runs.notices import mailbox

pytestmark = pytest.mark.django_db
TEXT = "Our invoice is overdue. Has the payment been sent?\n\n> send again a copy of the invoice\n"
OVERDUE = {"id": "T-1", "from": "Paul Vasseur <paul@vasseur.example>", "subject": "Overdue", "text": TEXT}


def walked(agent: Agent, *told: Any) -> tuple[Run, Any]:
    return walk.walk(agent=agent, inputs=told)


def test_a_message_becomes_two_proposals_with_the_words_that_decided(
    sorter: Agent, supplied: ExampleSet
) -> None:
    run, tally = walked(sorter, OVERDUE)
    assign, reply = Proposal.objects.order_by("id")
    assert assign.arguments == {"ticket": "T-1", "team": "Payables", "label": "payment status"}
    assert (reply.tool, reply.arguments["to"], reply.arguments["subject"]) == (
        "email.send_reply", "paul@vasseur.example", "Re: Overdue",
    )  # fmt: skip
    assert "Your ticket is T-1" in reply.arguments["body"] and "{" not in reply.arguments["body"]
    paper = assign.evidence.get()
    told = [paper.content[span["start"] : span["end"]].casefold() for span in paper.spans]
    assert told and all(words not in "> send again a copy" for words in told if len(words) > 4)
    assert {span["field"] for span in reply.evidence.get().spans} == {"/to"}
    assert (run.state, tally.outcomes["pending"], assign.confidence_source) == ("succeeded", 2, "rule")
    assert "no model is configured" in assign.rationale and "kept-back" in assign.rationale
    _, again = walked(sorter, OVERDUE)
    assert again.outcomes["repeated"] == 1 and Proposal.objects.count() == 2


def test_what_cannot_be_told_is_a_persons_and_what_cannot_be_read_stops_nothing(
    sorter: Agent, supplied: ExampleSet
) -> None:
    told = [
        *lines("tickets_northwind.jsonl"),
        {"id": 7},
        ValueError("not JSON"),
        {"id": "x", "from": "a", "text": " "},
    ]
    run, tally = walked(sorter, *told)
    assert (run.state, tally.outcomes["unreadable"], tally.outcomes["cannot_tell"]) == ("partial", 3, 1)
    assert Case.objects.get(failure_class__code="agent.cannot").total_count == 1
    nameless = Proposal.objects.filter(subject="ticket:T-7012")
    assert [row.tool for row in nameless] == ["helpdesk.assign"]  # nobody to answer to
    ordered = Proposal.objects.filter(subject="ticket:T-7004")
    assert (
        all(row.confidence <= 0.5 and "gives orders" in row.rationale for row in ordered)
        and ordered.count() == 2
    )


def test_without_examples_nobody_is_guessed(sorter: Agent) -> None:
    _, tally = walked(sorter, OVERDUE)
    assert tally.outcomes["cannot_tell"] == 1 and not Proposal.objects.exists()


def test_hostile_messages_are_data(sorter: Agent, supplied: ExampleSet) -> None:
    texts = (
        shared_data.texts("nasty/prompt_injection.jsonl")[::4]
        + shared_data.texts("nasty/strings.jsonl")[::25]
    )
    if not texts:
        pytest.skip("the shared data is not on this machine")
    told = [{"id": f"N{n}", "from": "x@example.org", "subject": "Overdue invoice", "text": text or "?"}
            for n, text in enumerate(texts)]  # fmt: skip
    _, tally = walked(sorter, *told)
    assert tally.outcomes["error"] == 0
    assert not Proposal.objects.filter(ruling="allow").exists()
    for row in Proposal.objects.filter(tool="email.send_reply"):
        assert row.arguments["body"].startswith("Hello,") and row.arguments["to"] == "x@example.org"


@pytest.mark.django_db(transaction=True)
def test_messages_are_read_again_whole_or_a_step_of_them(
    northwind: Company, sorter: Agent, supplied: ExampleSet
) -> None:
    run, _ = walked(sorter, OVERDUE, {"id": "T-2", "from": "x@y.example", "text": "zzz"})

    def again(**scope: str) -> dict[str, int]:
        told = {"actor": actor_of(northwind.maria), "now": now(), **scope}
        made = asking.ask(run=run, member=northwind.maria, **told)
        drain.drain(linger=0)
        return carrying.counted(made.pk)

    assert again() == {"same": 2, "differs": 0, "unable": 1}  # of what nobody could sort no text is kept
    assert again(item="T-1", step="classify") == {"same": 1, "differs": 0, "unable": 0}
    assert again(item="T-1", step="propose") == {"same": 2, "differs": 0, "unable": 0}
    other = [{"label": "payment status", "team": "Treasury"}, *lines("labelled_northwind.jsonl")]
    told = examples.read(json.dumps(row) for row in other if row.get("team") != "Payables")
    examples.supply(
        workspace=northwind.workspace, supplied=told, by=None, actor=actors.worker("test"), now=now()
    )
    assert again(item="T-1", step="propose") == {"same": 0, "differs": 2, "unable": 0}
    changes = ReplayLine.objects.filter(outcome="differs").order_by("position").first().changes
    assert {"step": "propose", "field": "team", "then": "Payables", "now": "Treasury"} in changes
    assert Proposal.objects.count() == 2 and not Execution.objects.exists()


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[mailbox.Mailbox]:
    with mailbox.serving() as box:
        monkeypatch.setenv("SECRET_NORTHWIND__MAIL_SERVER", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("SECRET_NORTHWIND__MAIL_SENDER", "support@northwind.example")
        yield box


def test_signed_replies_go_out_and_tickets_get_their_team(
    northwind: Company,
    sorter: Agent,
    supplied: ExampleSet,
    helpdesk: Any,
    post: mailbox.Mailbox,
) -> None:
    walked(sorter, OVERDUE)
    drain.drain(linger=0, longest=5)
    for row in Proposal.objects.filter(state="pending"):
        signed = approve(row, northwind.maria, at=now() - timedelta(minutes=5))
        assert signed.state == ("pending" if row.tool == "email.send_reply" else "approved")
        if signed.state == "pending":  # no letter comes back: two sign
            approve(row, northwind.ken, at=now() - timedelta(minutes=5))
    drain.drain(linger=0, longest=5)
    assert set(Execution.objects.values_list("tool", "state")) == {
        ("helpdesk.assign", "succeeded"), ("email.send_reply", "succeeded"),
    }  # fmt: skip
    assert (
        helpdesk.execute("SELECT team FROM helpdesk.tickets WHERE id = 'T-1'").fetchone()["team"]
        == "Payables"
    )
    assert "support@northwind.example" in post.letters[0]["From"]


@pytest.mark.django_db(transaction=True)
def test_a_model_may_sort_and_draft_but_makes_nothing_up(
    sorter: Agent, supplied: ExampleSet, far_side: OpenAIServer
) -> None:
    def label(value: str, quote: str) -> Any:
        return completion({"label": {"value": value, "confidence": 0.97, "quote": quote}})

    def reply(words: str) -> Any:
        return completion({"reply": {"value": words, "confidence": 0.9}})

    far_side.plays(
        label("payment status", "invoice is overdue"), reply("Hello Paul, Payables looks it up. Your ticket is T-1."),
        label("payment status", "Has the payment been sent"), reply("Call +49 30 5550100, we pay 400 EUR tomorrow."),
        label("no such label", "overdue"),
    )  # fmt: skip
    for number in range(3):
        walked(sorter, OVERDUE | {"id": f"T-{number + 1}", "subject": f"Overdue {number}"})
    bodies = [
        row.arguments["body"] for row in Proposal.objects.filter(tool="email.send_reply").order_by("id")
    ]
    assert bodies[0].startswith("Hello Paul") and bodies[1].startswith("Hello,\n\nthank you for asking")
    assert len(bodies) == 2 and Case.objects.filter(failure_class__code="agent.cannot").exists()
    assert Step.objects.filter(name="draft").order_by("started_at").last().output == {
        "used": False,
        "invented": 2,
    }
    tied = ModelCall.objects.filter(proposal__isnull=False).values_list("prompt", flat=True)
    assert sorted(tied) == ["classify_ticket"] * 2 + ["draft_reply"] * 2


def test_the_command_learns_from_a_teams_file(northwind: Company, tmp_path: Path) -> None:
    labelled, told = tmp_path / "labelled.jsonl", tmp_path / "in.jsonl"
    labelled.write_text("\n".join(json.dumps(row) for row in lines("labelled_northwind.jsonl")))
    told.write_text(json.dumps(OVERDUE))
    out, err = StringIO(), StringIO()
    given = {"input": told, "workspace": "northwind", "stdout": out, "stderr": err}
    call_command("run_workflow", "ticket-triage", labelled=labelled, **given)
    assert json.loads(out.getvalue())["outcomes"] == {"inputs": 1, "pending": 2}
    assert "60 examples, 5 labels" in err.getvalue()
    with pytest.raises(CommandError, match="learns from no examples"):
        call_command("run_workflow", "expense-posting", labelled=labelled, **given)
