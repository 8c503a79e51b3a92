"""Limits that are raised or go."""

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from approvals import limits
from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, line
from approvals.models import Limit, Workspace

LIMIT, RETIRED = "limit", "limit.retired"


def widening(*, workspace: Workspace, terms: limits.Terms) -> Draft | None:
    """A limit that lets more pass than the one in its place does. Where there was none, any limit narrows."""
    before = limits.in_place(workspace, terms)
    if before is None or not _looser(before, terms):
        return None
    after = Limit(workspace=workspace, **asdict(terms))
    payload = {"terms": asdict(terms) | {"amount": str(terms.amount)}}
    lines = [line("At most", _said(after), _said(before))]
    return Draft(LIMIT, str(before.pk), f"Limit for {limits.of_what(before)}", payload, before.pk, lines)


def retiring(limit: Limit) -> Draft | None:
    """A limit that shall hold nothing any more."""
    if limit.retired_at is not None:
        return None
    lines = [line("At most", "no limit", _said(limit))]
    title = f"Limit for {limits.of_what(limit)}"
    return Draft(RETIRED, str(limit.pk), title, {"limit": limit.pk}, limit.pk, lines)


def _looser(before: Limit, terms: limits.Terms) -> bool:
    at_once = (terms.burst or 0) > (before.burst or 0)
    return terms.amount > before.amount or at_once or terms.currency != before.currency


def standing(workspace: Workspace, payload: dict[str, Any]) -> int | None:
    found = limits.in_place(workspace, _terms(payload))
    return found.pk if found else None


def set_limit(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    limits.set_limit(workspace=workspace, terms=_terms(payload), by=by, actor=actor, now=now)


def standing_of(workspace: Workspace, payload: dict[str, Any]) -> int | None:
    rows = Limit.objects.filter(workspace=workspace, pk=payload["limit"], retired_at__isnull=True)
    return rows.values_list("pk", flat=True).first()


def retire(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    limit = Limit.objects.get(workspace=workspace, pk=payload["limit"])
    limits.retire(limit=limit, by=by, actor=actor, now=now)


def _terms(payload: dict[str, Any]) -> limits.Terms:
    terms = limits.Terms(**payload["terms"])
    return replace(terms, amount=Decimal(terms.amount))


def _said(limit: Limit) -> str:
    once = f", {limit.burst:,} at once" if limit.burst and limit.burst != limit.amount else ""
    return limits.words(limit) + once
