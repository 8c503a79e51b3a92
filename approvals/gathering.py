"""Circumstances, gathered: a handful of bounded, indexed queries per proposal."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from approvals import arguments as reading
from approvals import policies, switches
from approvals.circumstances import Circumstances, Piece, Terms
from approvals.lanes import draws, scoring
from approvals.models import Agent, Lane, Policy, Proposal
from approvals.models.lane import SHARE, Stage
from approvals.models.proposal import LIVE, State
from approvals.tools import Tool
from approvals.waiting import statements

LOOK_BACK = 20  # how many earlier proposals of a subject are compared
IN_A_LOOP = timedelta(days=1)  # how far back refusals of the very same count


@dataclass(frozen=True)
class Setting:
    """The rows a proposal hangs on, fetched once."""

    agent: Agent
    policy: Policy
    lane: Lane


def setting(*, agent: Agent, tool: Tool, now: datetime) -> Setting:
    """The policy and lane in force for this agent and tool."""
    return Setting(
        agent,
        policies.current(workspace=agent.workspace, tool=tool, now=now),
        policies.lane_of(agent=agent, tool=tool, now=now),
    )


def likeness(tool: Tool, value: Any) -> str:
    """The digest under which writes that are probably the same event meet, or empty."""
    text = tool.likeness(value) if value is not None else ""
    return hashlib.sha256(f"{tool.name}\n{text}".encode()).hexdigest() if text else ""


@dataclass(frozen=True)
class Asked:
    """What is put to the gates. Proposals in ``skip`` are left out of the search for repeats. ``as_earned``: it comes
    from the very version of the agent that stands where its lane does.
    """

    tool: Tool
    read: reading.Reading
    subject: str
    confidence: Decimal | None
    evidence: tuple[Piece, ...]
    is_reversal: bool = False
    edited_fields: tuple[str, ...] = ()
    skip: tuple[Proposal | None, ...] = ()
    as_earned: bool = True


def gather(*, around: Setting, asked: Asked, now: datetime) -> Circumstances:
    """What the gates may look at."""
    tool, read = asked.tool, asked.read
    amount, currency = (tool.amount(read.value) if read.value is not None else None) or (None, "")
    same, alike, refused = _repeats(around.agent, asked, now)
    return Circumstances(
        tool=tool.name,
        risk=tool.risk,
        reversibility=tool.reversibility,
        customer_facing=tool.customer_facing,
        grounded=tool.grounded,
        arguments=read.normal,
        errors=read.errors,
        dates=reading.dates(tool, read.value),
        amount=amount,
        currency=currency,
        confidence=asked.confidence,
        evidence=asked.evidence,
        is_reversal=asked.is_reversal,
        edited_fields=asked.edited_fields,
        as_earned=asked.as_earned,
        same_event=same,
        alike=alike,
        refused=refused,
        protected_texts=touched(asked.subject, read),
        draw=draws.percent(around.lane, asked.subject, read.normal),
        calibrated=scoring.calibrated(around.lane, asked.confidence),
        **_standing(around, now),
    )


def touched(subject: str, read: reading.Reading) -> tuple[str, ...]:
    """Where a name would stand that nobody may touch: the subject, and every value."""
    return (subject, *(str(member) for member in read.normal.values()))


def _standing(around: Setting, now: datetime) -> dict[str, Any]:
    """What does not depend on the question: policy, lane, limits and switches."""
    workspace = around.agent.workspace
    return {
        "terms": replace(
            terms(around.policy), paused=switches.tool_is_paused(workspace.pk, around.policy.tool)
        ),
        "today": now.astimezone(ZoneInfo(workspace.timezone)).date(),
        "agent_tools": tuple(around.agent.tools),
        "recent_count": _recent(around, now),
        "spent_today": _spent(around, now),
        "agent_paused": around.agent.paused_at is not None,
        "workspace_paused": workspace.paused_at is not None,
        "stage": around.lane.stage,
        "threshold": around.lane.threshold,
        "share": SHARE.get(Stage(around.lane.stage), 0),
    }


def terms(policy: Policy) -> Terms:
    """A policy's terms as the gates read them."""
    return Terms(
        currency=policy.currency,
        confidence_floor=Decimal(str(policy.confidence_floor)),
        ask_above=policy.ask_above,
        second_above=policy.second_above,
        block_above=policy.block_above,
        oldest_days=policy.oldest_days,
        future_days=policy.future_days,
        protected=tuple(policy.protected),
        quorum=policy.quorum,
        rate_per_hour=policy.rate_per_hour,
        spend_per_day=policy.spend_per_day,
    )


def _repeats(agent: Agent, asked: Asked, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Live proposals of the same event, those that look like it (or were it, and were refused), and how often people
    have just refused this agent the very same.
    """
    tool, read, subject = asked.tool, asked.read, asked.subject
    same, alike, refused = [], [], set()
    if subject:
        for other in statements.ask(_of_subject(LOOK_BACK), _meaning(agent, asked, subject, now)):
            if other.arguments == read.normal and other.state in LIVE:
                same.append(other.public_id)
            elif other.state in LIVE or other.state == State.REJECTED:
                alike.append(other.public_id)
            if _was_refused(other, asked, agent, now):
                refused.add(other.pk)
    mark = likeness(tool, read.value)
    if mark:
        seen = {*same, *alike}
        rows = statements.ask(_of_likeness(LOOK_BACK), _meaning(agent, asked, mark, now))
        alike += [row.public_id for row in rows if row.public_id not in seen and row.state in LIVE]
        refused |= {row.pk for row in rows if _was_refused(row, asked, agent, now)}
    return tuple(same), tuple(alike), len(refused)


def _meaning(agent: Agent, asked: Asked, word: str, now: datetime) -> dict[Any, Any]:
    return statements.ids(proposal.pk for proposal in asked.skip if proposal is not None) | {
        statements.HOUSE: agent.workspace_id,
        statements.NAME: asked.tool.name,
        statements.WORD: word,
        statements.NOW: now - IN_A_LOOP,
        statements.ITEM: agent.pk,
    }


def _others(**alike: str) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(workspace_id=statements.HOUSE, tool=statements.NAME, drill=False, **alike)
    told = rows.exclude(statements.among("approvals_proposal.id")).only(
        "id", "arguments", "state", "agent", "settled_at", "drill"
    )
    return told.order_by("-id")


@cache
def _of_subject(many: int) -> statements.Kept[Proposal]:
    return statements.keep(_others(subject=statements.WORD)[:many])


@cache
def _of_likeness(many: int) -> statements.Kept[Proposal]:
    just_refused = Q(state=State.REJECTED, agent=statements.ITEM, settled_at__gt=statements.NOW)
    rows = _others(likeness=statements.WORD).exclude(likeness="")  # said for the index, which holds no others
    return statements.keep(rows.filter(Q(state__in=LIVE) | just_refused)[:many])


def _was_refused(other: Proposal, asked: Asked, agent: Agent, now: datetime) -> bool:
    """Whether a person said no to this agent's very same question within a day. What a person asks is no loop."""
    return (
        other.state == State.REJECTED
        and not other.drill
        and not asked.is_reversal
        and not asked.edited_fields
        and all(proposal is None for proposal in asked.skip)
        and other.agent_id == agent.pk
        and other.settled_at is not None
        and other.settled_at > now - IN_A_LOOP
        and other.arguments == asked.read.normal
    )


def _recent(around: Setting, now: datetime) -> int:
    limit = around.policy.rate_per_hour
    if limit is None:
        return 0
    meaning = {
        statements.HOUSE: around.agent.workspace_id,
        statements.NAME: around.policy.tool,
        statements.ITEM: around.agent.pk,
        statements.NOW: now - timedelta(hours=1),
    }
    return statements.count(_recently(limit), meaning)


@lru_cache(maxsize=100)
def _recently(limit: int) -> statements.Kept[Any]:
    rows = Proposal.objects.filter(
        workspace_id=statements.HOUSE,
        tool=statements.NAME,
        agent=statements.ITEM,
        created_at__gt=statements.NOW,
        drill=False,
    )
    return statements.keep(rows.values("pk")[:limit])


def _spent(around: Setting, now: datetime) -> Decimal:
    if around.policy.spend_per_day is None:
        return Decimal(0)
    today = Proposal.objects.filter(
        workspace_id=around.agent.workspace_id,
        tool=around.policy.tool,
        created_at__gt=now - timedelta(days=1),
        state=State.APPROVED,
        drill=False,
    )
    return today.aggregate(total=Sum("amount"))["total"] or Decimal(0)
