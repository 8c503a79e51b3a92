"""Limits in force: set, replaced, retired. What is used of them is counted by the workers (``runs.limits``)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic

from django.db import transaction

from approvals import ledger, locks, wording
from approvals.actors import Actor
from approvals.models import Agent, Limit, Policy, Workspace
from approvals.models.limit import Measure, Scope

FRESH = 1.0  # seconds for which a worker believes what it knows of a workspace's limits
_known: dict[int, tuple[float, tuple[Limit, ...], tuple[Policy, ...]]] = {}


class SameLimit(ValueError):
    """Exactly this limit is in force already."""


class AlreadyRetired(LookupError):
    """The limit is not in force any more."""


@dataclass(frozen=True)
class Terms:
    """What a limit says. ``key`` is a tool's name, an agent's id in hex, or empty for the whole workspace."""

    scope: str
    measure: str
    per: str
    amount: Decimal
    key: str = ""
    burst: int | None = None
    currency: str = ""


def set_limit(*, workspace: Workspace, terms: Terms, by: int | None, actor: Actor, now: datetime) -> Limit:
    """Put a limit in force; one on the same thing, measure and period is retired by it, and what is used of it stays
    used. Raises `SameLimit`.
    """
    with transaction.atomic():
        # two admins at once: the second replaces what the first has set
        locks.take(Workspace.objects).get(pk=workspace.pk)
        before = in_place(workspace, terms, lock=True)
        if before is not None:
            if _terms_of(before) == terms:
                raise SameLimit(str(before))
            Limit.objects.filter(pk=before.pk).update(retired_at=now, retired_by=by)
        limit = Limit.objects.create(
            workspace=workspace, scope=terms.scope, key=terms.key, measure=terms.measure, per=terms.per,
            amount=terms.amount, burst=terms.burst, currency=terms.currency, created_at=now, created_by_id=by,
        )  # fmt: skip
        replaced = {"replaces": before.pk} if before is not None else {}
        _record("limit.set", limit, actor, now, **replaced)
    forget(workspace.pk)
    return limit


def retire(*, limit: Limit, by: int | None, actor: Actor, now: datetime) -> None:
    """Nothing is held to it from now on. Raises `AlreadyRetired`."""
    with transaction.atomic():
        in_force = Limit.objects.filter(pk=limit.pk, retired_at__isnull=True)
        if not in_force.update(retired_at=now, retired_by=by):
            raise AlreadyRetired(str(limit))
        _record("limit.retired", limit, actor, now)
    forget(limit.workspace_id)


def in_force(workspace_id: int) -> tuple[Limit, ...]:
    """The limits of a workspace, at most `FRESH` old: what a batch of writes asks."""
    return _read(workspace_id)[1]


def policies_that_limit(workspace_id: int) -> tuple[Policy, ...]:
    """The newest policies of those tools whose policy has a rate or a spend of its own; as fresh as `in_force`."""
    return _read(workspace_id)[2]


def _read(workspace_id: int) -> tuple[float, tuple[Limit, ...], tuple[Policy, ...]]:
    known = _known.get(workspace_id)
    if known is None or monotonic() - known[0] > FRESH:
        limits = Limit.objects.filter(workspace=workspace_id, retired_at__isnull=True).order_by("id")
        newest = Policy.objects.filter(workspace=workspace_id).order_by("tool", "-version").distinct("tool")
        limiting = [row for row in newest if row.rate_per_hour is not None or row.spend_per_day is not None]
        known = _known[workspace_id] = (monotonic(), tuple(limits), tuple(limiting))
    return known


def forget(workspace_id: int) -> None:
    """Ask again the next time, now and once what was just changed is committed."""
    _known.pop(workspace_id, None)
    transaction.on_commit(lambda: _known.pop(workspace_id, None))


def in_place(workspace: Workspace, terms: Terms, *, lock: bool = False) -> Limit | None:
    """The limit in force on the same thing, measure and period."""
    rows = locks.take(Limit.objects) if lock else Limit.objects.all()
    return rows.filter(
        workspace=workspace, scope=terms.scope, key=terms.key, measure=terms.measure, per=terms.per,
        retired_at__isnull=True,
    ).first()  # fmt: skip


def touches(limit: Limit, *, tool: str, agent: str) -> bool:
    """Whether a write by this tool, of the agent with this id in hex, is held to the limit."""
    return limit.key == {Scope.TOOL: tool, Scope.AGENT: agent, Scope.WORKSPACE: ""}[Scope(limit.scope)]


def words(limit: Limit) -> str:
    """ "100 writes an hour", "EUR 5,000.00 a day"."""
    article = "an" if limit.per == "hour" else "a"
    if limit.measure == Measure.MONEY:
        return f"{wording.money(limit.amount, limit.currency)} {article} {limit.per}"
    count = int(limit.amount)
    return f"{count:,} write{'' if count == 1 else 's'} {article} {limit.per}"


def of_what(limit: Limit, agents: dict[str, str] | None = None) -> str:
    """What the limit holds: the tool's title, the agent's name, or the workspace."""
    match limit.scope:
        case Scope.TOOL:
            return wording.tool_title(limit.key)
        case Scope.AGENT:
            return (agents or agent_names(limit.workspace_id)).get(limit.key, "an agent")
    return "the whole workspace"


def agent_names(workspace_id: int) -> dict[str, str]:
    """Names of the workspace's agents by id in hex."""
    return {
        pk.hex: name for pk, name in Agent.objects.filter(workspace=workspace_id).values_list("id", "name")
    }


def _terms_of(limit: Limit) -> Terms:
    return Terms(limit.scope, limit.measure, limit.per, limit.amount, limit.key, limit.burst, limit.currency)


def _record(kind: str, limit: Limit, actor: Actor, now: datetime, **more: int) -> None:
    told = {"limit": limit.pk, "scope": limit.scope, "measure": limit.measure, "per": limit.per,
            "amount": str(limit.amount)}  # fmt: skip
    told |= {"key": limit.key} if limit.key else {}
    told |= {"currency": limit.currency} if limit.currency else {}
    ledger.append(workspace_id=limit.workspace_id, kind=kind, actor=actor, at=now, data=told | more)
