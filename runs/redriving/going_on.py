"""A confirmed redrive on its way: one, ten, the rest; each heard of and looked for; stopped when too much fails.

A sweep reads what is under way and what goes out next, never the whole: the last of twenty-five thousand costs what the
first did.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet

from approvals import actors, ledger, locks
from exceptions import episodes
from runs import execution
from runs.execution import NotRetriable
from runs.models import Redrive, RedriveLine
from runs.models.redrive import LineState, State
from runs.redriving import foreseeing, orders, outcomes, proving, stopping
from runs.redriving.stopping import FINAL
from runs.threads import Threads

ACTOR = actors.worker("redrive")
FIRST, THEN = 1, 10  # sent before the rest, and waited for
PACE = timedelta(seconds=2)
AT_ONCE = 100  # sent in one transaction: nobody waits long for what it has locked
UNDER_WAY = (LineState.ACCEPTED, LineState.EXECUTED)
MOVING = (State.CANARY, State.RUNNING)


def go_on_due(*, now: datetime, threads: Threads | None = None) -> int:
    """Move every redrive that is due. Returns how many lines were sent. Two sweeps at once share the work."""
    due = Redrive.objects.filter(next_at__lte=now).exclude(state=State.PREVIEWED).order_by("next_at")
    return sum(_one(redrive, now, threads) for redrive in due[:10])


def _one(redrive: Redrive, now: datetime, threads: Threads | None) -> int:
    proofs = proving.read_back(redrive, threads)
    with transaction.atomic():
        mine = locks.take(Redrive.objects, skip=True).select_related("case__workspace", "workspace")
        row = mine.filter(pk=redrive.pk, next_at__isnull=False).exclude(state=State.PREVIEWED).first()
        if row is None:
            return 0
        outcomes.hear(row, {proof.line: proof for proof in proofs}, ACTOR, now)
        why = stopping.why_stop(row) if row.state in MOVING else ""
        if why:
            row.state, row.why_stopped = State.STOPPED, why
            ledger.append_many([orders.entry(row, "redrive.stopped", ACTOR, now, why="failures")])
        sent = _send(row, now)
        _close(row, now)
    return sent


def _send(row: Redrive, now: datetime) -> int:
    """As many as its stage allows: the canaries are heard of before the rest is sent."""
    waiting = row.lines.filter(state=LineState.WAITING)
    begun = row.lines.filter(sent_at__isnull=False).exists()
    if not begun:  # what was foreseen is known before the first goes out
        _skip(waiting)
    if row.state not in MOVING:
        return 0
    room = min(_room(row, now), AT_ONCE)
    chosen = list(waiting.select_related("execution").order_by("position")[:room])
    for line in chosen:
        _send_one(row, line, now)
    RedriveLine.objects.bulk_update(chosen, ["state", "why", "sent_at"])
    return len(chosen)


def _skip(waiting: QuerySet[RedriveLine]) -> None:
    for foreseen in foreseeing.WORDS.keys() - set(foreseeing.SENT):
        waiting.filter(foreseen=foreseen).update(state=LineState.SKIPPED, why=foreseeing.WORDS[foreseen])


def _room(row: Redrive, now: datetime) -> int:
    """How many may go out now; a stage that ended well begins the next."""
    if row.state == State.RUNNING:
        return max(row.per_minute - row.lines.filter(sent_at__gt=now - timedelta(minutes=1)).count(), 0)
    since = stopping.since(row)
    if since.exclude(state__in=FINAL).exists():
        return 0
    sent = since[: FIRST + THEN].count()
    if sent < FIRST:
        return FIRST
    if sent < FIRST + THEN:
        return FIRST + THEN - sent
    row.state = State.RUNNING
    return row.per_minute


def _send_one(row: Redrive, line: RedriveLine, now: datetime) -> None:
    by = row.confirmed_by_id or row.made_by_id
    try:
        execution.retry(execution=line.execution, by=by, actor=ACTOR, now=now)
    except NotRetriable:
        line.state, line.why = LineState.SKIPPED, "It was settled meanwhile, or its approval no longer stands"
    else:
        line.state, line.sent_at = LineState.ACCEPTED, now


def _close(row: Redrive, now: datetime) -> None:
    """Done with its last line; until then it is looked at again soon. A stopped one still hears of what it sent."""
    under_way = row.lines.filter(state__in=UNDER_WAY).exists()
    if not under_way and not row.lines.filter(state=LineState.WAITING).exists():
        row.state, row.finished_at, row.next_at = State.DONE, now, None
        counts = _counts(row.lines.all())
        ledger.append_many([orders.entry(row, "redrive.finished", ACTOR, now, **counts)])
        if counts.get(LineState.VERIFIED) and not counts.get(LineState.FAILED):
            episodes.verified(case=row.case, now=now)
    else:
        row.next_at = now + PACE if under_way or row.state != State.STOPPED else None
    row.save(update_fields=["state", "why_stopped", "finished_at", "next_at"])


def _counts(lines: QuerySet[RedriveLine]) -> dict[str, int]:
    """How many lines there are of each state."""
    found: Sequence[tuple[str, int]] = list(lines.values_list("state").annotate(many=Count("pk")))
    return dict(found)
