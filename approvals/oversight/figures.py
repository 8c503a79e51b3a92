"""What the record says of how people answer. Drills are counted apart; every query is bounded by people and time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import TruncDate

from approvals.models import Aside, Decision, Drill, LedgerEntry, Proposal, Workspace
from approvals.models.decision import SIGNATURES, Verdict
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.oversight.catching import Catching

YEAR = timedelta(days=365)
LATEST = 2_000
REVERSALS = 200


class Median(Aggregate):
    """The middle value, as PostgreSQL counts it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Looks:
    """One person's answers in a stretch of time, as the database counted them."""

    answers: int = 0
    approved: int = 0
    edited: int = 0
    rejected: int = 0
    handed: int = 0
    in_batch: int = 0
    measured: int = 0
    under: int = 0
    seen_ms: float | None = None
    evidence_ms: float | None = None
    again: int = 0

    def share(self, part: int, whole: int | None = None) -> str:
        """Both numbers behind a share, and the share."""
        of = self.answers if whole is None else whole
        return f"{part} of {of}, {round(100 * part / of)} %" if of else "none"


@dataclass(frozen=True)
class Figures:
    """All there is to say of one person."""

    looks: Looks = field(default_factory=Looks)
    asides: int = 0
    undone: int = 0
    reversed: int = 0
    catching: Catching = field(default_factory=Catching)


def reviewers_of(workspace: Workspace) -> list[tuple[int, str]]:
    """Who may answer here: ids and names, by name."""
    able = workspace.memberships.filter(roles__contains=[Role.REVIEWER]).order_by("user__username")
    return list(able.values_list("user_id", "user__username")[:200])


def of(workspace: Workspace, people: Sequence[int], since: datetime, until: datetime) -> dict[int, Figures]:
    """The figures of these people, in nine queries however many they are."""
    looks = _looks(workspace, people, since, until)
    asides = _asides(workspace, people, since, until)
    undone = _undone(workspace, since, until)
    reversed_ = _reversed(workspace, people, since, until)
    catching = caught(workspace, people, until)
    return {
        user: Figures(
            looks.get(user, Looks()), asides[user], undone[f"user:{user}"], reversed_[user],
            catching.get(user, Catching()),
        )
        for user in people
    }  # fmt: skip


def answers(
    workspace: Workspace, people: Sequence[int], since: datetime, until: datetime
) -> QuerySet[Decision]:
    """Answers to real work: each walks the index of its reviewer's own."""
    return Decision.objects.filter(
        reviewer__in=people, decided_at__gte=since, decided_at__lt=until, proposal__workspace=workspace,
        proposal__drill=False,
    )  # fmt: skip


def _looks(workspace: Workspace, people: Sequence[int], since: datetime, until: datetime) -> dict[int, Looks]:
    alone = Q(batch__isnull=True)
    rows = (
        answers(workspace, people, since, until)
        .order_by()
        .values("reviewer")
        .annotate(
            answers=Count("pk"),
            approved=Count("pk", filter=Q(verdict=Verdict.APPROVE)),
            edited=Count("pk", filter=Q(verdict=Verdict.EDIT)),
            rejected=Count("pk", filter=Q(verdict=Verdict.REJECT)),
            handed=Count("pk", filter=Q(verdict=Verdict.HAND_OVER)),
            in_batch=Count("pk", filter=~alone),
            measured=Count("pk", filter=alone & Q(exposure__seen_ms__isnull=False)),
            under=Count("pk", filter=Q(exposure__under_floor=True)),
            seen_ms=Median("exposure__seen_ms", filter=alone),
            evidence_ms=Median("exposure__evidence_ms", filter=alone),
            again=Count("pk", filter=Q(verdict__in=SIGNATURES, proposal__round__gt=F("round"))),
        )
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return {row.pop("reviewer"): Looks(**row) for row in found}


def _asides(workspace: Workspace, people: Sequence[int], since: datetime, until: datetime) -> Counter[int]:
    rows = Aside.objects.filter(
        reviewer__in=people, set_at__gte=since, set_at__lt=until, proposal__workspace=workspace
    )
    return Counter(dict(rows.order_by().values_list("reviewer").annotate(Count("pk"))))


def _undone(workspace: Workspace, since: datetime, until: datetime) -> Counter[str]:
    """Who took approvals back within their windows: among the latest of the workspace."""
    rows = LedgerEntry.objects.filter(workspace=workspace, kind="decision.undone")
    latest = rows.order_by("-transaction", "-id").values_list("actor", "at")[:LATEST]
    return Counter(actor for actor, at in latest if since <= at < until)


def _reversed(workspace: Workspace, people: Sequence[int], since: datetime, until: datetime) -> Counter[int]:
    """Whose signatures of that time let something be written that has been reversed since."""
    undoing = Proposal.objects.filter(
        workspace=workspace, settled_at__gte=since, state=State.APPROVED, reverses__isnull=False
    )
    found = dict(undoing.order_by("-settled_at").values_list("reverses", "subject")[:REVERSALS])
    if not found:
        return Counter()
    family = Proposal.objects.filter(workspace=workspace, subject__in=set(found.values()))
    told = LedgerEntry.objects.filter(
        proposal__in=list(family.values_list("pk", flat=True)[: 10 * REVERSALS]), execution__in=list(found)
    )
    written = set(told.values_list("proposal", flat=True))
    signed = answers(workspace, people, since, until).filter(
        proposal__in=[pk for pk in written if pk], verdict__in=SIGNATURES
    )
    return Counter(dict(signed.order_by().values_list("reviewer").annotate(Count("pk"))))


def caught(workspace: Workspace, people: Sequence[int], until: datetime) -> dict[int, Catching]:
    """Drills answered in the year before."""
    rows = (
        Drill.objects.filter(
            workspace=workspace, answered_by__in=people, revealed_at__gte=until - YEAR, revealed_at__lt=until
        )
        .order_by()
        .values("answered_by")
        .annotate(caught=Count("pk", filter=Q(caught=True)), n=Count("pk"))
    )
    return {row["answered_by"]: Catching(row["caught"], row["n"]) for row in rows}


def by_day(
    workspace: Workspace, user: int, since: datetime, until: datetime, clock: Any
) -> dict[date, tuple[int, int]]:
    """Answers of each day, and how many of them came under the floor."""
    rows = (
        answers(workspace, [user], since, until)
        .order_by()
        .annotate(day=TruncDate("decided_at", tzinfo=clock))
        .values("day")
        .annotate(count=Count("pk"), under=Count("pk", filter=Q(exposure__under_floor=True)))
        .values_list("day", "count", "under")
    )
    return {day: (count, under) for day, count, under in rows}
