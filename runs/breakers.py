"""The circuit breaker of each tool: too many technical failures open it, one canary after a pause may close it.

Business refusals say that the target works, and never count. A tool fails when as many of its calls failed within a
window as its policy says (`breaker_terms`), and no fewer than succeeded: a busy target that sometimes stumbles is not
cut off.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from approvals import ledger, locks, prepared, wording
from approvals.actors import Actor, worker
from approvals.models import Workspace
from approvals.models.stay import Cause
from exceptions import cases, catalogue
from exceptions.lanes import falling
from exceptions.models.failure_class import Kind
from runs import breaker_terms
from runs.breaker_terms import Pair, Terms
from runs.execution.facts import Outcome
from runs.models import Breaker, Execution
from runs.models.breaker import BreakerState
from runs.models.execution import State

LONGEST_PAUSE = timedelta(minutes=15)  # it doubles with each canary that fails
CODE = "dispatch.breaker_open"
ACTOR = worker("breaker")
_KINDS = {row.code: row.kind for row in catalogue.ENTRIES}


class AlreadyOpen(LookupError):
    """A person holds the breaker open already."""


class AlreadyClosed(LookupError):
    """The breaker is closed: everything passes."""


def counts(outcome: Outcome) -> bool:
    """Whether the outcome says that the tool itself is in trouble."""
    if outcome.state == State.UNKNOWN:
        return True
    return (
        outcome.state == State.FAILED and _KINDS.get(outcome.failure_class, Kind.TECHNICAL) == Kind.TECHNICAL
    )


# One write that fails again and again is one failure. What lies before the window is forgotten as the next comes in.
_NOTE = """
INSERT INTO runs_breaker AS b (workspace_id, tool, state, failures, trips, changed_by)
SELECT workspace_id, tool, 'closed', failures, 0, ''
FROM jsonb_to_recordset(%(failed)s::jsonb) AS failed(workspace_id bigint, tool text, failures jsonb)
ORDER BY workspace_id, tool
ON CONFLICT (workspace_id, tool) DO UPDATE SET failures = (
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each_text(b.failures || excluded.failures)
    WHERE value::timestamptz > (%(since)s::jsonb ->> (excluded.workspace_id || ' ' || excluded.tool))::timestamptz)
RETURNING b.id, b.workspace_id, b.tool, b.state, (SELECT count(*) FROM jsonb_object_keys(b.failures)), b.trips,
    b.canary_id
"""


def note(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Count failures once their outcomes are recorded, and open what has failed too often. One statement for a batch;
    none where nothing failed: what a canary came to is found by `half_open_due`.
    """
    failed = [outcome.execution for outcome in outcomes if counts(outcome)]
    if not failed:
        return
    ids = {row.id for row in failed}
    together: dict[Pair, dict[str, str]] = defaultdict(dict)
    for row in failed:
        together[row.workspace_id, row.tool][row.id.hex] = now.isoformat()
    terms = breaker_terms.of(together)
    with transaction.atomic():
        for pk, workspace_id, tool, state, failures, trips, canary in _count(together, terms, now):
            of = terms[workspace_id, tool]
            if state == BreakerState.HALF_OPEN and canary in ids:
                _reopen(pk, workspace_id, tool, trips, now)
            elif (
                state == BreakerState.CLOSED
                and failures >= of.failures
                and _mostly_fails(workspace_id, tool, failures, now - of.window)
            ):
                _open(pk, workspace_id, tool, failures, now)


def _count(
    together: dict[Pair, dict[str, str]], terms: dict[Pair, Terms], now: datetime
) -> list[tuple[Any, ...]]:
    told = [{"workspace_id": pair[0], "tool": pair[1], "failures": found} for pair, found in together.items()]
    since = {f"{pair[0]} {pair[1]}": (now - of.window).isoformat() for pair, of in terms.items()}
    with prepared.cursor() as cursor:
        cursor.execute(_NOTE, {"since": json.dumps(since), "failed": json.dumps(told)})
        return cursor.fetchall()


def _mostly_fails(workspace_id: int, tool: str, failures: int, since: datetime) -> bool:
    done = Execution.objects.filter(
        workspace=workspace_id, tool=tool, state=State.SUCCEEDED, finished_at__gt=since
    )
    return done.order_by("-finished_at")[: failures + 1].count() <= failures


def _open(pk: int, workspace_id: int, tool: str, failures: int, now: datetime) -> None:
    """Cut the tool off, in the transaction that counted its failures, and tell the owner."""
    pause = _pause(workspace_id, tool)
    Breaker.objects.filter(pk=pk).update(
        state=BreakerState.OPEN, opened_at=now, half_opens_at=now + pause, trips=1, canary=None, changed_by=""
    )
    _record("breaker.opened", workspace_id, tool, ACTOR, now, failures=failures)
    cases.open_case(
        workspace=Workspace.objects.get(pk=workspace_id), code=CODE, actor=ACTOR, now=now, operation=tool,
        message=f"{wording.tool_title(tool)}: too many failures in a row, so nothing more is sent for now",
        connector=tool.partition(".")[0], facts={"tool": tool, "failures": failures},
    )  # fmt: skip
    falling.of_tool(workspace_id=workspace_id, tool=tool, cause=Cause.BREAKER, actor=ACTOR, now=now)


def _reopen(pk: int, workspace_id: int, tool: str, trips: int, now: datetime) -> None:
    """The canary failed: a pause twice as long."""
    pause = min(_pause(workspace_id, tool) * 2 ** min(trips, 10), LONGEST_PAUSE)
    Breaker.objects.filter(pk=pk).update(
        state=BreakerState.OPEN, half_opens_at=now + pause, trips=F("trips") + 1, canary=None, canary_at=None
    )
    _record("breaker.opened", workspace_id, tool, ACTOR, now, pause=int(pause.total_seconds()))


def _pause(workspace_id: int, tool: str) -> timedelta:
    return breaker_terms.of([(workspace_id, tool)])[workspace_id, tool].pause


def half_open_due(now: datetime) -> int:
    """Look at every breaker that is not closed, by state: send out the canary whose time has come, close what a canary
    has proved, and replace one that will never tell. Safe any number of times at once. Returns how many moved.
    """
    due = Breaker.objects.exclude(state=BreakerState.CLOSED).values_list("pk", flat=True)
    return sum(_look_at(pk, now) for pk in due)


def _look_at(pk: int, now: datetime) -> int:
    with transaction.atomic():
        rows = locks.take(Breaker.objects, skip=True).select_related("canary__proposal")
        row = rows.filter(pk=pk).first()
        if row is None or row.state == BreakerState.CLOSED:
            return 0
        if row.state == BreakerState.OPEN:
            return _half_open(row, now) if row.half_opens_at is not None and row.half_opens_at <= now else 0
        return _judge(row, now)


def _judge(row: Breaker, now: datetime) -> int:
    """What the canary came to. One that was refused, cancelled or sent back says nothing: another goes."""
    canary = row.canary
    if canary is None or canary.state == State.STARTED:
        return 0
    if canary.state == State.SUCCEEDED:
        _close(row, ACTOR, now)
        return 1
    tried = (
        canary.finished_at is not None and row.canary_at is not None and canary.finished_at >= row.canary_at
    )
    if canary.state == State.UNKNOWN or (tried and _is_technical(canary)):
        _reopen(row.pk, row.workspace_id, row.tool, row.trips, now)
        return 1
    if tried and canary.state == State.FAILED:
        _close(row, ACTOR, now)  # the target answered, and said no to this one alone
        return 1
    if canary.state == State.SCHEDULED and canary.due_at <= now and canary.proposal.state == "approved":
        return 0
    return _half_open(row, now) if _call_back(canary) else 0


def _call_back(canary: Execution) -> bool:
    """Whoever holds the canary cannot begin it any more: its lease is another from here on."""
    if canary.state != State.SCHEDULED:
        return True
    scheduled = Execution.objects.filter(pk=canary.pk, state=State.SCHEDULED)
    return bool(scheduled.update(lease_epoch=F("lease_epoch") + 1, claimed_by=None, leased_until=None))


def _is_technical(canary: Execution) -> bool:
    return canary.state == State.FAILED and _KINDS.get(canary.failure_class, Kind.TECHNICAL) == Kind.TECHNICAL


def _half_open(row: Breaker, now: datetime) -> int:
    """Let the oldest due write through, and only that one. Without one the breaker stays as it is."""
    waiting = Execution.objects.filter(
        workspace=row.workspace_id, tool=row.tool, state=State.SCHEDULED, due_at__lte=now,
        proposal__state="approved", proposal__agent__paused_at__isnull=True,
    )  # fmt: skip
    canary = (
        (waiting.exclude(pk=row.canary_id) if row.canary_id else waiting).order_by("due_at", "id").first()
    )
    if canary is None:
        return 0
    changed = {"state": BreakerState.HALF_OPEN, "canary": canary, "canary_at": now}
    Breaker.objects.filter(pk=row.pk).update(**changed)
    _record("breaker.half_opened", row.workspace_id, row.tool, ACTOR, now, execution=canary.public_id)
    return 1


def open_by_hand(*, workspace: Workspace, tool: str, by: str, actor: Actor, now: datetime) -> None:
    """A person cuts a tool off until a person closes its breaker. Raises `AlreadyOpen`."""
    with transaction.atomic():
        Breaker.objects.get_or_create(workspace=workspace, tool=tool, defaults={"state": BreakerState.CLOSED})
        row = locks.take(Breaker.objects).get(workspace=workspace, tool=tool)
        if row.state == BreakerState.OPEN and row.half_opens_at is None:
            raise AlreadyOpen(tool)
        Breaker.objects.filter(pk=row.pk).update(
            state=BreakerState.OPEN, opened_at=row.opened_at or now, half_opens_at=None, canary=None,
            canary_at=None, changed_by=by,
        )  # fmt: skip
        _record("breaker.opened", workspace.pk, tool, actor, now)


def close_by_hand(*, workspace: Workspace, tool: str, actor: Actor, now: datetime) -> None:
    """A person has mended the cause: everything passes again. Raises `AlreadyClosed`."""
    with transaction.atomic():
        row = locks.take(Breaker.objects).filter(workspace=workspace, tool=tool).first()
        if row is None or row.state == BreakerState.CLOSED:
            raise AlreadyClosed(tool)
        _close(row, actor, now)


def _close(row: Breaker, actor: Actor, now: datetime) -> None:
    Breaker.objects.filter(pk=row.pk).update(
        state=BreakerState.CLOSED, failures={}, trips=0, opened_at=None, half_opens_at=None, canary=None,
        canary_at=None, changed_by="",
    )  # fmt: skip
    _record("breaker.closed", row.workspace_id, row.tool, actor, now)


def _record(kind: str, workspace_id: int, tool: str, actor: Actor, now: datetime, **more: int | str) -> None:
    ledger.append(workspace_id=workspace_id, kind=kind, actor=actor, at=now, data={"tool": tool} | more)
