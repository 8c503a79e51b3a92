"""Whether the people whose answers are the labels look at what they sign: drills caught, and time taken."""

from datetime import datetime

from django.db.models import Count, Q

from approvals.lanes.criterion import Criterion, percent
from approvals.lanes.findings import MONTH
from approvals.models import Drill, Lane
from approvals.oversight import figures
from approvals.statistics import bounds

CAUGHT = 0.85  # the lower bound of the share of drills caught
HASTY = 0.05  # answers faster than anybody reads
FEWEST_LOOKS = 20
MOST_DRILLS = 200


def of(lane: Lane, now: datetime) -> list[Criterion]:
    """Both of the whole workspace: its reviewers label every lane."""
    return [_drills(lane, now), _looks(lane, now)]


def _drills(lane: Lane, now: datetime) -> Criterion:
    told = Drill.objects.filter(
        workspace=lane.workspace_id, answered_by__isnull=False, revealed_at__gte=now - figures.YEAR
    ).aggregate(n=Count("pk"), caught=Count("pk", filter=Q(caught=True)))
    n, caught = told["n"], told["caught"]
    bound = bounds.lower(caught, n)
    more = next((k for k in range(1, MOST_DRILLS) if bounds.lower(caught + k, n + k) >= CAUGHT), MOST_DRILLS)
    met = bound >= CAUGHT
    return Criterion(
        "drills", "Reviewers catch what is wrong on purpose", met, f"{caught} of {n}, at least {percent(bound, 0)}",
        f"at least {percent(CAUGHT, 0)}", "" if met else f"{more} more drills caught without a miss",
    )  # fmt: skip


def _looks(lane: Lane, now: datetime) -> Criterion:
    people = [user for user, _ in figures.reviewers_of(lane.workspace)]
    told = figures.answers(lane.workspace, people, now - MONTH, now).aggregate(
        measured=Count("pk", filter=Q(batch__isnull=True, exposure__seen_ms__isnull=False)),
        under=Count("pk", filter=Q(batch__isnull=True, exposure__under_floor=True)),
    )
    under, measured = told["under"], told["measured"]
    enough = measured >= FEWEST_LOOKS
    met = enough and under < HASTY * measured
    missing = (
        "" if met else "Fewer hasty answers" if enough else f"{FEWEST_LOOKS - measured} more measured answers"
    )
    return Criterion(
        "looks", "Reviewers take the time to read", met, f"{under} of {measured} under the floor in four weeks",
        f"fewer than {percent(HASTY, 0)}", missing,
    )  # fmt: skip
