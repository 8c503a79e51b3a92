"""A confirmed redrive on its way: one, ten, the rest; each heard of and looked for; stopped when too much fails."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from approvals import actors, ledger
from exceptions import cases, episodes, fingerprint
from runs import execution
from runs.execution import NotRetriable
from runs.models import Execution, Redrive, RedriveLine
from runs.models.execution import State as Effect
from runs.models.redrive import LineState, State
from runs.redriving import foreseeing, orders, proving
from runs.redriving.proving import Proof
from runs.threads import Threads

ACTOR = actors.worker("redrive")
FIRST, THEN = 1, 10  # sent before the rest, and waited for
LOOKED_BACK = 20  # at so many of the latest: more than a fifth of them failing stops it
WORST = 0.2
SAME = 3  # failures of one cause stop it
PACE = timedelta(seconds=2)
AT_ONCE = 100  # sent in one transaction: nobody waits long for what it has locked
FINAL = (LineState.SKIPPED, LineState.VERIFIED, LineState.UNVERIFIABLE, LineState.FAILED)
UNPROVEN = "write.unproven"
_NEEDED = (
    "redrive", "position", "foreseen", "state", "why", "sent_at", "execution__state", "execution__error",
    "execution__failure_class",
)  # fmt: skip


def go_on_due(*, now: datetime, threads: Threads | None = None) -> int:
    """Move every redrive that is due. Returns how many lines were sent. Two sweeps at once share the work."""
    due = Redrive.objects.filter(next_at__lte=now).exclude(state=State.PREVIEWED).order_by("next_at")
    return sum(_one(redrive, now, threads) for redrive in due[:10])


def _one(redrive: Redrive, now: datetime, threads: Threads | None) -> int:
    proofs = proving.read_back(redrive, threads)
    with transaction.atomic():
        mine = Redrive.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "case__workspace", "workspace"
        )
        row = mine.filter(pk=redrive.pk, next_at__isnull=False).exclude(state=State.PREVIEWED).first()
        if row is None:
            return 0
        lines = list(row.lines.select_related("execution").only(*_NEEDED).order_by("position"))
        _hear(lines, {proof.line: proof for proof in proofs}, now)
        why = _why_stop(row, lines) if row.state in (State.CANARY, State.RUNNING) else ""
        if why:
            row.state, row.why_stopped = State.STOPPED, why
            ledger.append_many([orders.entry(row, "redrive.stopped", ACTOR, now, why="failures")])
        sent = _send(row, lines, now)
        _close(row, lines, now)
    return sent


def _hear(lines: Sequence[RedriveLine], proofs: dict[int, Proof], now: datetime) -> None:
    """What became of those that were sent."""
    changed = []
    for line in lines:
        before = line.state
        if line.state in (LineState.ACCEPTED, LineState.EXECUTED):
            _hear_of(line, proofs.get(line.pk), now)
        if line.state != before:
            changed.append(line)
    RedriveLine.objects.bulk_update(changed, ["state", "why"])


def _hear_of(line: RedriveLine, proof: Proof | None, now: datetime) -> None:
    match Effect(line.execution.state):
        case Effect.CANCELLED:
            line.state, line.why = LineState.SKIPPED, "It went back to review: its target changed"
        case Effect.FAILED:
            line.state, line.why = LineState.FAILED, line.execution.error[:200]
        case Effect.SUCCEEDED:
            line.state = LineState.EXECUTED
            if proof is not None and proof.found == "missing":
                line.state, line.why = LineState.FAILED, "There is a receipt, and its target does not show it"
                _tell_unproven(line.execution, now)
            elif proof is not None and proof.found:
                line.state = proof.found


def _tell_unproven(row: Execution, now: datetime) -> None:
    cases.open_case(
        workspace=row.workspace, code=UNPROVEN, message="There is a receipt, and its target does not show it",
        actor=ACTOR, now=now, proposal=row.proposal, execution=row.id, run=row.proposal.run, written="unknown",
        amount=row.proposal.amount, currency=row.proposal.currency, operation=row.tool,
    )  # fmt: skip


def _since(row: Redrive, lines: Sequence[RedriveLine]) -> list[RedriveLine]:
    """What was sent since somebody last said so, in the order in which it was."""
    sent = [(line.sent_at, line.position, line) for line in lines if line.sent_at is not None]
    begun = row.confirmed_at or row.created_at
    return [line for at, _, line in sorted(sent, key=lambda one: one[:2]) if at >= begun]


def _why_stop(row: Redrive, lines: Sequence[RedriveLine]) -> str:
    latest = [line for line in _since(row, lines) if line.state in FINAL][-LOOKED_BACK:]
    failed = [line for line in latest if line.state == LineState.FAILED]
    causes = Counter((line.execution.failure_class, fingerprint.normalised(line.why)) for line in failed)
    if causes and max(causes.values()) >= SAME:
        return f"The same failure came back {SAME} times"
    if len(failed) > WORST * max(len(latest), THEN if len(latest) > FIRST else FIRST):
        return f"{len(failed)} of the last {len(latest)} failed again"
    return ""


def _send(row: Redrive, lines: Sequence[RedriveLine], now: datetime) -> int:
    """As many as its stage allows: the canaries are heard of before the rest is sent."""
    waiting = [line for line in lines if line.state == LineState.WAITING]
    _skip([line for line in waiting if line.foreseen not in foreseeing.SENT])
    waiting = [line for line in waiting if line.state == LineState.WAITING]
    if row.state not in (State.CANARY, State.RUNNING):
        return 0
    chosen = list(islice(waiting, min(_room(row, lines, now), AT_ONCE)))
    for line in chosen:
        _send_one(row, line, now)
    RedriveLine.objects.bulk_update(chosen, ["state", "why", "sent_at"])
    return len(chosen)


def _room(row: Redrive, lines: Sequence[RedriveLine], now: datetime) -> int:
    """How many may go out now; a stage that ended well begins the next."""
    if row.state == State.RUNNING:
        minute = now - timedelta(minutes=1)
        lately = sum(line.sent_at is not None and line.sent_at > minute for line in lines)
        return max(row.per_minute - lately, 0)
    since = _since(row, lines)
    if any(line.state not in FINAL for line in since):
        return 0
    if len(since) < FIRST:
        return FIRST
    if len(since) < FIRST + THEN:
        return FIRST + THEN - len(since)
    row.state = State.RUNNING
    return row.per_minute


def _skip(lines: Sequence[RedriveLine]) -> None:
    for line in lines:
        line.state, line.why = LineState.SKIPPED, foreseeing.WORDS[line.foreseen]
    RedriveLine.objects.bulk_update(lines, ["state", "why"])


def _send_one(row: Redrive, line: RedriveLine, now: datetime) -> None:
    by = row.confirmed_by_id or row.made_by_id
    try:
        execution.retry(execution=line.execution, by=by, actor=ACTOR, now=now)
    except NotRetriable:
        line.state, line.why = LineState.SKIPPED, "It was settled meanwhile, or its approval no longer stands"
    else:
        line.state, line.sent_at = LineState.ACCEPTED, now


def _close(row: Redrive, lines: Sequence[RedriveLine], now: datetime) -> None:
    """Done with its last line; until then it is looked at again soon. A stopped one still hears of what it sent."""
    waits = any(line.state == LineState.WAITING for line in lines)
    under_way = any(line.state in (LineState.ACCEPTED, LineState.EXECUTED) for line in lines)
    if not waits and not under_way:
        row.state, row.finished_at, row.next_at = State.DONE, now, None
        counts = Counter(str(line.state) for line in lines)
        ledger.append_many([orders.entry(row, "redrive.finished", ACTOR, now, **counts)])
        if counts[LineState.VERIFIED] and not counts[LineState.FAILED]:
            episodes.verified(case=row.case, now=now)
    else:
        row.next_at = now + PACE if under_way or row.state != State.STOPPED else None
    row.save(update_fields=["state", "why_stopped", "finished_at", "next_at"])
