"""ticket-triage: a message that was sorted becomes two proposals, who shall have it and what is answered; or a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from approvals import actors
from approvals.models import Agent, Proposal
from approvals.submission import Draft, Exhibit
from exceptions import cases, intake
from runs.asking import editions
from runs.connectors.email import replying
from runs.connectors.helpdesk.tools import AssignTicket
from runs.models import Run
from runs.workflows.expense.reading import Move, Stopwatch
from runs.workflows.tickets import replies, sorting
from runs.workflows.tickets.examples import Known
from runs.workflows.tickets.message import Message
from runs.workflows.tickets.replies import Drafted
from runs.workflows.tickets.sorting import Finding

NAME, VERSION = "ticket-triage", "1.0"
ASSIGN, REPLY = AssignTicket.name, replying.NAME
TOOLS = (ASSIGN, REPLY)
PROMPTS = (sorting.PROMPT, replies.PROMPT)
CANNOT = "agent.cannot"


@dataclass
class Proposed:
    """What became of one message."""

    proposals: list[Proposal] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def key_of(message: Message, tool: str) -> str:
    """The same message with the same text is the same event, whichever run brings it."""
    return f"{NAME}/{tool.partition('.')[2]}/{message.digest[:40]}"


def standing(agent: Agent, message: Message) -> list[Proposal]:
    """What an earlier run proposed for this very message."""
    keys = [key_of(message, tool) for tool in TOOLS]
    return list(Proposal.objects.filter(agent=agent, idempotency_key__in=keys).order_by("id"))


def cannot_tell(message: Message, found: Finding, run: Run) -> None:
    """Nobody is guessed: a person sorts it."""
    cases.open_case(
        workspace=run.workspace, code=CANNOT, run=run.id, operation=NAME, facts={"message": message.id},
        message=f"It cannot be told what message {message.id} is about ({found.confidence:.0%} at most).",
        actor=actors.agent(run.agent_id, "workflow"), now=timezone.now(),
    )  # fmt: skip


def propose(message: Message, found: Finding, drafted: Drafted | None, known: Known, run: Run) -> Proposed:
    """Both pass the one door like any other."""
    told = arguments_of(message, found, drafted, known.terms.get(found.label or "", {}))
    drafts = [_draft(ASSIGN, told[ASSIGN], message, found, _because(found), "/label", run)]
    if drafted is not None and REPLY in told:
        drafts.append(_draft(REPLY, told[REPLY], message, found, _said_by(drafted, found), "", run))
    proposed, read_by = Proposed(), _version(message, found, drafted, known, run)
    for draft in (replace(one, read_by=read_by) for one in drafts):
        watch = Stopwatch()
        row = intake.receive(
            draft=draft, agent=run.agent, actor=actors.agent(run.agent_id, "workflow"), now=timezone.now()
        )
        came = {"proposal": row.public_id, "state": row.state, "ruling": row.ruling}
        proposed.proposals.append(row)
        proposed.moves.append(
            Move("propose", "propose", watch.started_at, watch.ms, draft.arguments, came,
                 confidence=float(draft.confidence or 0))
        )  # fmt: skip
    return proposed


def _version(message: Message, found: Finding, drafted: Drafted | None, known: Known, run: Run) -> str:
    """What read it: this code with a model under its prompts, or with the words of the team's examples."""
    if found.source != "model":
        edition = editions.RULES if settings.OPENAI_API_KEY else known.digest[: editions.LENGTH]
        return editions.version(VERSION, edition)
    moves = [*found.moves, *(drafted.moves if drafted else [])]
    asked = {move.effort.prompt: move.effort.prompt_digest for move in moves if move.effort is not None}
    return editions.version(VERSION, editions.of_input(run.workspace, PROMPTS, message.paper, asked))


def arguments_of(
    message: Message, found: Finding, drafted: Drafted | None, terms: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """What is proposed, by tool. Without an address to answer to there is only the first, unsorted nothing."""
    if found.label is None:
        return {}
    team = str(terms.get("team") or found.label)
    told: dict[str, dict[str, Any]] = {ASSIGN: {"ticket": message.id, "team": team, "label": found.label}}
    if drafted is not None and message.address:
        told[REPLY] = {
            "to": message.address, "subject": _answered(message.subject), "body": drafted.text,
        }  # fmt: skip
    return told


def _draft(
    tool: str, arguments: dict[str, Any], message: Message, found: Finding, why: str, shown: str, run: Run
) -> Draft:
    spans = [{"field": shown, "start": first, "end": last} for first, last in found.spans] if shown else []
    at = message.paper.find(message.address)
    if tool == REPLY and at >= 0:
        spans.append({"field": "/to", "start": at, "end": at + len(message.address)})
    paper = Exhibit("text", message.paper, "Message", f"message:{message.id}", tuple(spans))
    return Draft(
        tool=tool, arguments=arguments, idempotency_key=key_of(message, tool), subject=f"ticket:{message.id}",
        summary=f"{found.label}: {message.subject or message.own.text[:80]}"[:500], rationale=why,
        confidence=Decimal(str(round(found.confidence, 3))), confidence_source=found.source, evidence=(paper,),
        workflow=NAME, run=run.id, fingerprint=message.digest,
    )  # fmt: skip


def _because(found: Finding) -> str:
    who = (
        "a model"
        if found.source == "model"
        else "the words of your labelled examples, no model is configured"
    )
    sentences = [f"Sorted by {who}: {found.label}, {found.confidence:.0%} sure."]
    if found.reason:
        sentences.append(f"Because of {found.reason}.")
    if found.orders:
        sentences.append("The message gives orders; they were not followed.")
    return " ".join(sentences)


def _said_by(drafted: Drafted, found: Finding) -> str:
    by = (
        "drafted by a model from your template"
        if drafted.source == "model"
        else f"your template for {found.label}"
    )
    orders = " The message gives orders; they were not followed." if found.orders else ""
    return f"The reply is {by}; the message was sorted with {found.confidence:.0%} confidence.{orders}"


def _answered(subject: str) -> str:
    told = subject.strip() or "Your message"
    return (told if told.casefold().startswith("re:") else f"Re: {told}")[:200]
