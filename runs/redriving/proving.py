"""Whether what was sent again can be seen in its target. A receipt says it was written; only a look proves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from approvals import tools
from runs import calling
from runs.models import Execution, Redrive, RedriveLine
from runs.models.execution import State as Effect
from runs.models.redrive import LineState
from runs.threads import Threads, answers

AT_ONCE = 16
LOOKS = 200  # of one sweep
PATIENCE = 8.0  # seconds for all of them
MISSING = "missing"


@dataclass(frozen=True)
class Proof:
    """What a look found: ``verified``, ``unverifiable``, ``missing`` (the target has no such write) or nothing."""

    line: int
    found: str


def read_back(redrive: Redrive, threads: Threads | None = None) -> list[Proof]:
    """Ask the targets about writes that have a receipt. Outside any transaction."""
    lines = list(
        RedriveLine.objects.filter(redrive=redrive, execution__state=Effect.SUCCEEDED)
        .filter(state__in=[LineState.ACCEPTED, LineState.EXECUTED])
        .select_related("execution__proposal", "execution__workspace")
        .order_by("position")[:LOOKS]
    )
    if not lines:
        return []
    return _ask(lines, threads or Threads(AT_ONCE))


def _ask(lines: Sequence[RedriveLine], threads: Threads) -> list[Proof]:
    heard = answers([threads.submit(_look, line) for line in lines], seconds=PATIENCE)
    return [Proof(line.pk, said or "") for line, said in zip(lines, heard, strict=True)]


def _look(line: RedriveLine) -> str:
    return seen(line.execution)


def seen(row: Execution) -> str:
    """Whether a write that has a receipt is in its target: as `Proof.found`."""
    if tools.get(row.tool, row.tool_version).idempotency == "none":
        return LineState.UNVERIFIABLE
    state = calling.look_up(row).state
    return {Effect.SUCCEEDED: LineState.VERIFIED, Effect.FAILED: MISSING}.get(Effect(state), "")
