"""The record: entries appended in the transaction that makes them true, or not at all.

What is appended wakes the worker after commit (see ``bell``); what happens next is found by looking at states, so a
lost ring delays work and loses none.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from approvals import bell, prepared
from approvals.actors import Actor

KINDS = {
    "agent.added": "An agent was added",
    "agent.changed": "An agent was given another version or other tools",
    "agent.other_prompt": "An agent reads by another prompt and has kept its version",
    "agent.other_model": "An agent reads by another model and has kept its version",
    "token.issued": "A token was issued",
    "token.revoked": "A token was revoked",
    "tool.declared": "A version of a tool was declared",
    "tool.retired": "A tool was retired: nothing new may name it",
    "tool.tried": "A dry run of a tool was asked for",
    "tool.secrets_asked": "Workers were asked which of a tool’s secrets they have",
    "policy.set": "A new policy version took effect",
    "lane.moved": "The lane moved to another stage",
    "lane.promised": "A lane was given another limit of errors",
    "lane.calibrated": "What the agent’s confidence is worth was measured anew",
    "lane.harmed": "A write that passed by itself was undone because it was wrong",
    "audit.judged": "Somebody looked again at what had passed by itself",
    "member.added": "A person was added",
    "member.changed": "A person was given other roles",
    "cover.arranged": "A stand-in was arranged",
    "cover.ended": "A stand-in was released",
    "member.address_changed": "A person changed where their letters go",
    "letter.sent": "A letter said what waits",
    "switch.pulled": "The kill switch was pulled",
    "switch.released": "The kill switch was released",
    "limit.set": "A limit was set",
    "limit.retired": "A limit was retired",
    "breaker.opened": "The breaker of a tool opened",
    "breaker.half_opened": "The breaker of a tool lets one write through",
    "breaker.closed": "The breaker of a tool closed",
    "change.proposed": "A change that widens was proposed: it waits for a second admin",
    "change.confirmed": "A second admin confirmed a change, and it took effect",
    "change.withdrawn": "A change was withdrawn before anybody confirmed it",
    "workspace.changed": "The workspace’s terms were changed",
    "proposal.submitted": "Proposed",
    "proposal.ruled": "The gates ruled",
    "proposal.observed": "The worker read the target",
    "rehearsal.asked": "A dry run was asked for",
    "rehearsal.done": "A dry run was carried out: nothing was written",
    "decision.recorded": "A reviewer answered",
    "hold.taken_over": "Taken over from a colleague’s screen",
    "decision.undone": "The approval was taken back within its window",
    "signature.taken_back": "A signature was taken back before anybody else signed",
    "batch.opened": "Alike ones were opened to be answered together",
    "batch.decided": "Alike ones were answered together, each by a decision of its own",
    "batch.undone": "What was approved together was taken back",
    "proposal.set_aside": "Set aside by a reviewer",
    "proposal.brought_back": "Brought back by a reviewer",
    "proposal.assigned": "Given to colleagues",
    "proposal.unassigned": "Given back to everybody",
    "proposal.approved": "Approved",
    "proposal.rejected": "Rejected",
    "proposal.handed_over": "Handed to exceptions",
    "proposal.expired": "Expired: nobody answered in time",
    "proposal.withdrawn": "Withdrawn by the agent",
    "proposal.superseded": "Superseded by an amended proposal",
    "proposal.dismissed": "Dismissed by the case's owner",
    "proposal.target_changed": "The target changed after approval: back in the queue",
    "proposal.policy_changed": "Policy became stricter after approval: back in the queue",
    "execution.held": "It waits for a limit",
    "proposal.chain_broken": "Another step of its chain did not happen: taken back before it was written",
    "execution.started": "A worker set out to write",
    "execution.succeeded": "Written, with a receipt",
    "execution.failed": "Refused: nothing was written",
    "execution.retried": "Scheduled again under the same key",
    "execution.unknown": "It cannot be told whether it was written",
    "execution.cancelled": "Cancelled before anything was sent",
    "execution.settled": "It became known whether it was written",
    "case.opened": "A case was opened",
    "case.repeated": "It happened again",
    "case.reopened": "The case was opened again",
    "case.taken": "Somebody took the case",
    "case.released": "The hold ran out",
    "case.escalated": "Escalated",
    "case.called": "Somebody was called",
    "call.delivered": "A call arrived",
    "call.failed": "A call did not arrive",
    "channel.added": "A channel was added",
    "channel.changed": "A channel was changed",
    "channel.retired": "A channel was retired: nobody is called through it any more",
    "channel.tried": "A message was sent through a channel to try it",
    "channel.failing": "Nothing arrives through a channel any more",
    "channel.recovered": "What is sent through a channel arrives again",
    "team.added": "A team was added",
    "team.changed": "A team was given other people, hours or turns",
    "duty.overridden": "Somebody else is on duty for a while",
    "duty.restored": "An override of duty was taken back",
    "case.skipped": "Nobody would have been reached: the next step was taken at once",
    "case.deferred": "The next step waits for working hours",
    "case.snoozed": "Put aside until later",
    "case.woken": "Back from being put aside",
    "case.handed_over": "Handed to another team",
    "case.rerouted": "Moved to where its class or a rule says by now",
    "case.resolved": "Resolved",
    "case.noted": "A note was written",
    "case.escalating": "Far more failed than usual",
    "case.calmed": "No more fails than usual",
    "case.merged": "The case was merged into another",
    "case.split": "A part of the case became a case of its own",
    "case.labelled": "Its cause was named",
    "occurrence.settled": "An occurrence was settled",
    "occurrence.noted": "It was noted, and waits for nobody",
    "class.seeded": "The shipped failure classes were added",
    "class.changed": "A failure class was changed",
    "plan.made": "An escalation plan was made",
    "plan.changed": "An escalation plan was changed",
    "class.added": "A failure class was added",
    "rules.changed": "The rules of who owns what were changed",
    "prompt.chosen": "Versions of a prompt were given their shares",
    "budget.set": "A budget for models was set",
    "budget.retired": "A budget for models was retired",
    "budget.reached": "A budget for models is reached: they are not asked",
    "models.changed": "What is asked of models was changed",
    "examples.set": "Labelled examples were supplied",
    "golden.kept": "A case was kept as golden",
    "golden.retired": "A golden case was let go",
    "golden.asked": "A trial of a golden set was asked for",
    "golden.finished": "A golden set was tried",
    "drift.found": "Inputs or confidences are not what they were",
    "drill.prepared": "A drill was put among the work",
    "drill.revealed": "A drill was shown to be one",
    "sample.drawn": "A week’s sample was drawn",
    "sample.judged": "Somebody judged a part of a sample",
    "sample.settled": "It was found out whether a part of a sample was right",
    "sample.closed": "A week’s sample was judged, or its time ran out",
    "sample.resumed": "Inspection of samples goes on, tightened",
    "order.placed": "Many were ordered to be undone",
    "execution.looked_at": "Somebody looked, and a second person has to",
    "incident.declared": "An incident was declared",
    "incident.widened": "Another case was found to be part of the incident",
    "incident.contained": "The incident is contained",
    "incident.reopened": "The incident is not contained after all",
    "incident.closed": "The incident is closed",
    "incident.told": "What those affected may know was written",
    "action.decided": "Something is to be done about a cause",
    "action.done": "It was done",
    "redrive.previewed": "Sending again was looked at",
    "redrive.confirmed": "Failed writes are sent again",
    "redrive.stopped": "Sending again was stopped",
    "redrive.went_on": "Sending again went on",
    "redrive.finished": "Sending again has ended",
    "saga.begun": "A chain of writes was proposed",
    "saga.turned": "A step did not happen: what was done before it is to be undone",
    "saga.settled": "The chain of writes came to its end",
    "threshold.set": "A threshold was set",
    "threshold.retired": "A threshold was retired",
    "alarm.raised": "A threshold was crossed",
    "alarm.calmed": "What had crossed a threshold is calm again",
    "worth.set": "It was said what a write takes by hand",
    "run.started": "The run began",
    "run.finished": "The run ended",
    "replay.asked": "A run was to be read again, as a rehearsal",
    "replay.done": "The run was read again: nothing was proposed",
}
_CODE = re.compile(r"[\w.:/@+\-]{0,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry will say, checked and not yet written."""

    workspace_id: int
    at: datetime
    kind: str
    actor: Actor
    proposal: UUID | None = None
    execution: UUID | None = None
    case: UUID | None = None
    run: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


class OutsideTransaction(RuntimeError):
    """A fact must commit together with what it records: call `append` inside `transaction.atomic()`."""


class UnknownKind(ValueError):
    """The kind is not in `KINDS`. Every kind of fact has a sentence there."""


class FreeText(ValueError):
    """Ledger data holds ids, digests, codes and numbers only; words belong in rows that may be erased."""


def append(
    *,
    workspace_id: int,
    kind: str,
    actor: Actor,
    at: datetime,
    proposal: UUID | None = None,
    execution: UUID | None = None,
    case: UUID | None = None,
    run: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Record one fact and ring the bell after commit."""
    append_many([entry(workspace_id=workspace_id, kind=kind, actor=actor, at=at, proposal=proposal,
                       execution=execution, case=case, run=run, data=data)])  # fmt: skip


# One parameter however many the facts: every decision, proposal and execution passes here.
_APPEND = """
INSERT INTO approvals_ledgerentry
    (workspace_id, at, kind, actor_kind, actor, auth, proposal, execution, "case", run, data)
SELECT workspace_id, at, kind, actor_kind, actor, auth, proposal, execution, "case", run, data
FROM jsonb_to_recordset(%s::jsonb) AS fact (workspace_id bigint, at timestamptz, kind text, actor_kind text,
    actor text, auth text, proposal uuid, execution uuid, "case" uuid, run uuid, data jsonb)
"""


def _as_json(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {
        "workspace_id": fact.workspace_id, "at": fact.at.isoformat(), "kind": fact.kind, "actor_kind": fact.actor.kind,
        "actor": fact.actor.id, "auth": fact.actor.auth, "data": fact.data,
    }  # fmt: skip
    for name in ("proposal", "execution", "case", "run"):
        if (subject := getattr(fact, name)) is not None:
            told[name] = str(subject)
    return told


def append_many(entries: Iterable[Fact]) -> None:
    """Record many facts in one statement. Raises `OutsideTransaction`."""
    rows = list(entries)
    if not connection.in_atomic_block:
        raise OutsideTransaction("ledger entries are appended inside a transaction")
    if not rows:
        return
    with prepared.cursor() as cursor:
        cursor.execute(_APPEND, [json.dumps([_as_json(row) for row in rows])])
    # what workers record they look after themselves
    work = any(row.actor.kind != "worker" for row in rows)
    bell.ring_after_commit((row.proposal for row in rows if row.proposal), work=work)


def entry(
    *,
    workspace_id: int,
    kind: str,
    actor: Actor,
    at: datetime,
    proposal: UUID | None = None,
    execution: UUID | None = None,
    case: UUID | None = None,
    run: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> Fact:
    """For `append_many`. Raises `UnknownKind`, `FreeText`."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    _refuse_prose(data or {})
    return Fact(workspace_id, at, kind, actor, proposal, execution, case, run, data or {})


def _refuse_prose(value: Any) -> None:
    match value:
        case str() if not _CODE.fullmatch(value):
            raise FreeText(f"{value[:40]!r} is not a code")
        case dict():
            for name, member in value.items():
                _refuse_prose(name)
                _refuse_prose(member)
        case list() | tuple():
            for member in value:
                _refuse_prose(member)


def code_of(text: Any) -> str:
    """A foreign reference as a ledger code: itself where it is one, otherwise empty, since words do not belong here."""
    return str(text) if _CODE.fullmatch(str(text)) else ""
