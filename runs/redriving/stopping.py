"""When a redrive stops by itself: too much of the latest failed again, or one failure came back."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet

from exceptions import fingerprint
from runs.models import Redrive, RedriveLine
from runs.models.redrive import LineState

LOOKED_BACK = 20  # at so many of the latest: more than a fifth of them failing stops it
WORST = 0.2
SAME = 3  # failures of one cause stop it
FEWEST = 10  # failures are a share of at least so many, once the first has arrived
FINAL = (LineState.SKIPPED, LineState.VERIFIED, LineState.UNVERIFIABLE, LineState.FAILED)


def since(row: Redrive) -> QuerySet[RedriveLine, Any]:
    """What was sent since somebody last said so."""
    return row.lines.filter(sent_at__gte=row.confirmed_at or row.created_at)


def why_stop(row: Redrive) -> str:
    """The reason in words, empty where it may go on."""
    ended = since(row).filter(state__in=FINAL).order_by("-sent_at", "-position")
    latest = list(
        ended.select_related("execution").only("state", "why", "execution__failure_class")[:LOOKED_BACK]
    )
    failed = [line for line in latest if line.state == LineState.FAILED]
    causes = Counter((line.execution.failure_class, fingerprint.normalised(line.why)) for line in failed)
    if causes and max(causes.values()) >= SAME:
        return f"The same failure came back {SAME} times"
    if len(failed) > WORST * max(len(latest), FEWEST if len(latest) > 1 else 1):
        return f"{len(failed)} of the last {len(latest)} failed again"
    return ""
