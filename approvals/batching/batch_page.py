"""What the pages say of batches: how many are alike, the members side by side, and what became of each."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from approvals import questions, rail, tools, wording
from approvals.batching import (
    batch_answers,
    batch_lines,
    batch_outliers,
    batch_totals,
    batch_values,
    batches,
    cohorts,
)
from approvals.models import Batch, BatchItem, Hold, Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.showing import item_facts
from approvals.visible import visible
from approvals.waiting import statements

WORTH_IT = 3  # from so many on, together is quicker than one by one


def offer(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_batch.html``: how many there are with this one, counted no further than a batch goes."""
    question = asked(proposal, member, now)
    if question is None:
        return {}
    ((others,),) = questions.rows(*question)
    count = 1 + others
    if count < WORTH_IT:
        return {}
    url = reverse("batch-open", args=[member.workspace.slug, proposal.public_id])
    return {"batch_count": count, "batch_url": url}


def asked(proposal: Proposal, member: Membership, now: datetime) -> statements.Built | None:
    """What `offer` asks."""
    if not proposal.cohort or proposal.state != State.PENDING or not member.may(Role.REVIEWER):
        return None
    meaning = {statements.WORD: proposal.cohort, statements.ITEM: proposal.pk}
    return statements.counting([_alike(batches.MOST - 1)], statements.of(member, now) | meaning)


@cache
def _alike(many: int) -> statements.Kept[Any]:
    others = batches.alike(statements.ANYBODY, statements.WORD, statements.NOW).exclude(pk=statements.ITEM)
    together = others.exclude(cohort=cohorts.ALONE)  # said for the index, which holds no others
    return statements.keep(together.values("pk")[:many], statements.UNSEEN)


def around(batch: Batch, member: Membership, now: datetime) -> dict[str, Any]:
    """Context that both pages of a batch need."""
    slug = member.workspace.slug
    addresses = {
        f"{name}_url": reverse(f"batch-{name}", args=[slug, batch.public_id])
        for name in ("decide", "leave", "keep", "undo")
    }
    return (
        rail.around(member, now) | addresses | {"batch": batch, "queue_url": reverse("review", args=[slug])}
    )


def read(
    batch: Batch,
    member: Membership,
    now: datetime,
    *,
    ticked: Collection[UUID] | None = None,
    opened: UUID | None = None,
) -> dict[str, Any]:
    """The batch before it is answered. Without ``ticked``, every member that still stands is."""
    members = batches.items(batch)
    held = _held_by_others(members, member, now)
    standing = [item for item in members if batches.stands(item, batch, now) and item.proposal_id not in held]
    kept = {item.proposal_id for item in standing}
    chosen = kept if ticked is None else kept & set(ticked)
    wanted = batches.to_look_at(members, standing, chosen)
    slug, proposals = member.workspace.slug, [item.proposal for item in members]
    table = batch_values.table(proposals)
    odd = batch_outliers.find(proposals, batch_values.fields(proposals))
    lines = [
        batch_lines.waiting(item, slug, odd.get(position, []), wanted)
        | {
            "cells": table.cells(item.proposal),
            "stands": item.proposal_id in kept,
            "ticked": item.proposal_id in chosen,
            "opened": item.proposal_id == opened,
            "behind": "" if item.proposal_id in kept else batch_lines.behind(item, held),
        }
        for position, item in enumerate(members)
    ]
    return around(batch, member, now) | _shared(proposals, table, now) | {
        "lines": lines,
        "looked": sum(1 for item in standing if item.opened_at),
        "wanted": len(wanted),
        "next_url": batch_lines.open_url(wanted[0], slug) if wanted else "",
        "ticked_count": len(chosen),
        "standing_count": len(kept),
        "totals": batch_totals.of(item.proposal for item in standing if item.proposal_id in chosen),
    }  # fmt: skip


def _shared(proposals: Sequence[Proposal], table: batch_values.Table, now: datetime) -> dict[str, Any]:
    """What is told once for all of them."""
    first = proposals[0]
    confident = len({row.confidence for row in proposals}) > 1
    agent = visible(f"agent {first.agent.name} {first.agent_version}")
    same = (
        []
        if confident or first.confidence is None
        else [{"label": "Confidence", "value": f"{first.confidence:.2f}"}]
    )
    return {
        "heading": f"{len(proposals)} alike: {wording.tool_title(first.tool)}",
        "eyebrow": [agent, *([visible(first.workflow)] if first.workflow else [])],
        "chips": _chips(proposals, now),
        "asks": _asks(proposals),
        "table": table,
        "shared": [*table.shared, *same],
        "confident": confident,
        "span": 3 + confident + len(table.columns),
        "undo_for": wording.spell(timedelta(seconds=min(row.policy.undo_seconds for row in proposals))),
    }


def _chips(proposals: Sequence[Proposal], now: datetime) -> list[dict[str, str]]:
    """Risk, the way back and the earliest day until which all have one, and how long the most urgent can wait."""
    first = proposals[0]
    days = sorted(day for row in proposals if (day := (row.observation or {}).get("deadline")))
    tool = tools.get(first.tool, first.tool_version)
    way_back = wording.way_back(
        tool.reversibility, days[0] if days else None, own=tool.way_back, until=tool.way_back_until,
        today=timezone.localtime(now).date(),
    )  # fmt: skip
    left = wording.spell(min(row.expires_at for row in proposals) - now)
    return [
        {"text": visible(way_back), "tone": "ok", "icon": "undo"},
        {"text": f"{first.risk} risk".capitalize(), "tone": "", "icon": ""},
        {"text": f"The first runs out in {left}", "tone": "", "icon": "clock"},
    ]


def _asks(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Why people are asked: the same gates for all; the figure only where it is the same too."""
    loud = [[ruling for ruling in row.rulings if ruling["ruling"] != "allow"] for row in proposals]
    found = []
    for ruling in loud[0]:
        same = all(ruling in others for others in loud)
        found.append(item_facts.check(ruling if same else ruling | {"measured": "", "limit": ""}))
    return found


def _held_by_others(members: Sequence[BatchItem], member: Membership, now: datetime) -> dict[UUID, str]:
    live = Hold.objects.filter(proposal__in=[item.proposal_id for item in members], until__gt=now)
    found = live.exclude(reviewer=member.user_id).select_related("reviewer")
    return {hold.proposal_id: hold.reviewer.get_username() for hold in found}


def result(batch: Batch, member: Membership, now: datetime) -> dict[str, Any]:
    """What became of each member, and the way back while it is open."""
    members = batches.items(batch)
    slug = member.workspace.slug
    first, *rest = batch_answers.summary(members)
    mine = batch.reviewer_id == member.user_id and member.may(Role.REVIEWER)
    return around(batch, member, now) | {
        "heading": first[:1].upper() + first[1:],
        "rest": rest,
        "tool": wording.tool_title(members[0].proposal.tool),
        "by": batch.reviewer.get_username(),
        "lines": [batch_lines.answered(item, slug) for item in members],
        "totals": batch_totals.of(
            item.proposal for item in members if item.outcome == batch_answers.APPROVED
        ),
        "undo": _undo(batch, members, slug, now) if mine else None,
    }


def _undo(batch: Batch, members: Sequence[BatchItem], slug: str, now: datetime) -> dict[str, Any] | None:
    until = batch_answers.until(members, now)
    if until is None or batch.decided_at is None:
        return None
    many = sum(1 for item in members if item.outcome == batch_answers.APPROVED)
    return {
        "text": f"Approved together: {many}. Undo takes back every one.",
        "until": until,
        "seconds": int((until - now).total_seconds()) + 1,
        "seconds_total": int((until - batch.decided_at).total_seconds()) or 1,
        "url": reverse("batch-undo", args=[slug, batch.public_id]),
        "done": "Too late to undo: they are on their way. Each page offers to reverse its own.",
    }
