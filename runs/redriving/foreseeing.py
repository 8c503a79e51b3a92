"""What sending again would come to, failure by failure: first by our own rows, then by a look at each target."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from approvals import tools
from exceptions.models import Case, Occurrence
from runs import calling, last_look
from runs.models import Execution, Redrive, RedriveLine
from runs.models.execution import State as Effect
from runs.models.redrive import State
from runs.threads import Threads, answers

MOST = 2_000  # writes of one redrive; what is beyond stays open and is sent by the next
AT_ONCE = 16  # targets looked at together
LOOKS = 400  # of one sweep
PATIENCE = 8.0  # seconds for all of them
AGAIN = timedelta(seconds=30)  # until another worker takes up a look that was not finished
UNSEEN, RUN, APPLIED, STALE = "", "run", "applied", "stale"
UNAPPROVED, DOUBTFUL, UNDER_WAY = "unapproved", "unknown", "under_way"
WORDS = {
    UNSEEN: "will be sent; its target is not looked at yet",
    RUN: "will be sent",
    APPLIED: "is there already: only its receipt is fetched",
    STALE: "goes back to review: its target changed",
    UNAPPROVED: "stays: its approval no longer stands",
    DOUBTFUL: "stays: find out first whether it was written",
    UNDER_WAY: "stays: it is under way, or was written",
}
SENT = (UNSEEN, RUN, APPLIED, STALE)


@dataclass(frozen=True)
class Candidate:
    """One failed write, what becomes of it, and the money behind it."""

    execution: UUID
    tool: str
    foreseen: str
    amount: Decimal
    currency: str


def candidates(case: Case) -> list[Candidate]:
    """Every write behind open failures of the case, oldest first. Two queries."""
    open_ones = Occurrence.objects.filter(case=case, disposition="open", execution__isnull=False)
    marks = dict.fromkeys(open_ones.order_by("id").values_list("execution", flat=True)[: 2 * MOST])
    wanted = [pk for pk in marks if pk is not None][:MOST]
    rows = Execution.objects.select_related("proposal").in_bulk(wanted)
    return [_candidate(rows[pk]) for pk in wanted if pk in rows]


def _candidate(row: Execution) -> Candidate:
    amount, currency = row.proposal.amount, row.proposal.currency
    return Candidate(row.id, row.tool, _by_rows(row), abs(amount or Decimal(0)), currency if amount else "")


def _by_rows(row: Execution) -> str:
    if row.state == Effect.UNKNOWN:
        return DOUBTFUL
    if row.state != Effect.FAILED:
        return UNDER_WAY
    covered = row.proposal.state == "approved" and row.proposal.digest == row.digest
    return UNSEEN if covered else UNAPPROVED


def money(found: list[Candidate]) -> dict[str, Decimal]:
    """The sum of each currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        if one.currency:
            sums[one.currency] += one.amount
    return dict(sums)


def look_due(*, now: datetime, threads: Threads | None = None) -> int:
    """Look at the targets of previews that wait for it, some at a time. Returns at how many."""
    looked = 0
    due = Redrive.objects.filter(state=State.PREVIEWED, next_at__lte=now).order_by("next_at")
    for redrive in due[:10]:
        mine = Redrive.objects.filter(pk=redrive.pk, state=State.PREVIEWED, next_at=redrive.next_at)
        if mine.update(next_at=now + AGAIN):  # of two sweeps only one looks
            looked += _look(redrive, now, threads)
    return looked


def _look(redrive: Redrive, now: datetime, threads: Threads | None) -> int:
    unseen = RedriveLine.objects.filter(redrive=redrive, foreseen=UNSEEN).order_by("position")
    lines = list(unseen.select_related("execution__proposal", "execution__workspace")[:LOOKS])
    threads = threads or Threads(AT_ONCE)
    heard = answers([threads.submit(_by_target, line.execution) for line in lines], seconds=PATIENCE)
    for line, said in zip(lines, heard, strict=True):
        line.foreseen = said or RUN  # a target that does not answer is asked once more just before the write
    RedriveLine.objects.bulk_update(lines, ["foreseen"])
    next_at = now if unseen.exists() else None
    Redrive.objects.filter(pk=redrive.pk, state=State.PREVIEWED).update(next_at=next_at)
    return len(lines)


def _by_target(row: Execution) -> str:
    try:
        tool = tools.get(row.tool, row.tool_version)
    except tools.UnknownTool:
        return UNAPPROVED
    if calling.has_arrived(row):
        return APPLIED
    if not tool.observes:
        return RUN
    fresh = calling.look_again(tool, row)
    return STALE if last_look.finding(row.proposal.observation, fresh) == last_look.TARGET else RUN
