"""What became of the lines of a redrive that were sent, and of the failures that wait for that."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from approvals.actors import Actor
from exceptions import resending
from runs.models import Redrive, RedriveLine
from runs.models.execution import State as Effect
from runs.models.redrive import LineState
from runs.redriving import hearing
from runs.redriving.proving import MISSING, Proof

MOST = 1_000  # lines of one sweep
HEARD = {
    LineState.VERIFIED: resending.PROVEN,
    LineState.UNVERIFIABLE: resending.UNSEEN,
    LineState.FAILED: resending.FAILED,
    LineState.SKIPPED: resending.TO_REVIEW,
}
_NEEDED = (
    "redrive", "position", "state", "why", "execution__state", "execution__error", "execution__workspace",
    "execution__tool", "execution__proposal",
)  # fmt: skip


def hear(row: Redrive, proofs: Mapping[int, Proof], actor: Actor, now: datetime) -> None:
    """Move what has ended, in the caller's transaction, and settle its failures: what is written only once it was seen
    in its target, or cannot be looked for.
    """
    under_way = row.lines.filter(state__in=[LineState.ACCEPTED, LineState.EXECUTED]).order_by("position")
    changed, ended = [], defaultdict[str, list[UUID]](list)
    for line in under_way.select_related("execution").only(*_NEEDED)[:MOST]:
        before = line.state
        _hear_of(line, proofs.get(line.pk), now)
        if line.state != before:
            changed.append(line)
            if (why := HEARD.get(LineState(line.state))) is not None:
                ended[why].append(line.execution_id)
    RedriveLine.objects.bulk_update(changed, ["state", "why"])
    for why, executions in ended.items():
        resending.settle(executions=executions, why=why, actor=actor, now=now)


def _hear_of(line: RedriveLine, proof: Proof | None, now: datetime) -> None:
    match Effect(line.execution.state):
        case Effect.CANCELLED:
            line.state, line.why = LineState.SKIPPED, "It went back to review: its target changed"
        case Effect.FAILED:
            line.state, line.why = LineState.FAILED, line.execution.error[:200]
        case Effect.SUCCEEDED:
            line.state = LineState.EXECUTED
            if proof is not None and proof.found == MISSING:
                line.state, line.why = LineState.FAILED, "There is a receipt, and its target does not show it"
                hearing.tell_unproven(line.execution, now)
            elif proof is not None and proof.found:
                line.state = proof.found
