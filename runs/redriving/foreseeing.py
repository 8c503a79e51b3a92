"""What sending again would come to, write by write, by a look at each target. What our own rows say comes before, in
`runs.redriving.freezing`.
"""

from datetime import datetime, timedelta

from approvals import tools
from runs import calling, last_look
from runs.models import Execution, Redrive, RedriveLine
from runs.models.redrive import State
from runs.threads import Threads, answers

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
