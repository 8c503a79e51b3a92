"""What drills are made of, how many are due, and when one would have come in. Every query is bounded and indexed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db.models import Exists, OuterRef

from approvals import deadlines
from approvals.models import Decision, Drill, Membership, Policy, Proposal, Workspace
from approvals.models.decision import Verdict
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.oversight import streaks
from approvals.oversight.drill_making import SOON, Moments

SINCE = timedelta(days=90)
LATEST = 300  # of the settled are looked through for sources
ENOUGH = 5  # sources; with fewer, everybody would know them by heart
OPEN_AT_ONCE = 3
STREAK = 60  # approvals in a row after which drills come three times as often (research B.3.6, D.5)
OFTENER = 3
NEIGHBOURS = 40
ACTIVE = timedelta(minutes=15)


def active(now: datetime) -> list[Workspace]:
    """Workspaces that have drills and where somebody has just answered: one probe of an index per reviewer."""
    answered = Decision.objects.filter(reviewer=OuterRef("user"), decided_at__gt=now - ACTIVE)
    busy = Membership.objects.filter(
        Exists(answered), workspace=OuterRef("pk"), roles__contains=[Role.REVIEWER]
    )
    return list(Workspace.objects.filter(Exists(busy), drill_every__gt=0, paused_at__isnull=True))


def due(workspace: Workspace, now: datetime) -> int:
    """How many to make now, so that about one answer in ``drill_every`` is to a drill."""
    unanswered = Drill.objects.filter(workspace=workspace, answered_by__isnull=True, revealed_at__isnull=True)
    free = OPEN_AT_ONCE - unanswered[:OPEN_AT_ONCE].count()
    if free <= 0:
        return 0
    last = Drill.objects.filter(workspace=workspace).order_by("-seeded_at").first()
    reviewers = list(
        workspace.memberships.filter(roles__contains=[Role.REVIEWER]).values_list("user_id", flat=True)
    )
    pause = workspace.drill_every
    if any(streak > STREAK for streak in streaks.of_active(workspace, reviewers, now - ACTIVE, STREAK + 1)):
        pause = max(1, pause // OFTENER)
    pause = max(1, round(pause * _sway(last)))
    since = max(last.seeded_at, now - SINCE) if last else now - SINCE
    answers = Decision.objects.filter(
        reviewer__in=reviewers, decided_at__gt=since, proposal__workspace=workspace, proposal__drill=False
    )
    return min(answers[: pause * free].count() // pause, free)


def _sway(last: Drill | None) -> float:
    """Between a half and one and a half, one on average: nobody can count down to the next drill."""
    return 0.5 + int(last.nonce[:8], 16) / 0xFFFFFFFF if last else 1.0


def sources(workspace: Workspace, now: datetime, chance: Random, enough: int = ENOUGH) -> Iterator[Proposal]:
    """Settled proposals that one person signed as they came, none used before, in random order; none if too few."""
    signed = Decision.objects.filter(
        proposal=OuterRef("pk"), round=OuterRef("round"), by_policy=False, verdict=Verdict.APPROVE
    )
    latest = Proposal.objects.filter(
        workspace=workspace, settled_at__isnull=False, settled_at__gt=now - SINCE
    ).order_by("-settled_at")[:LATEST]
    fit = Proposal.objects.filter(
        Exists(signed), pk__in=list(latest.values_list("pk", flat=True)), state=State.APPROVED, quorum=1, round=1,
        shadow=False, drill=False, reverses__isnull=True, amends__isnull=True,
    )  # fmt: skip
    used = set(
        Drill.objects.filter(workspace=workspace, seeded_at__gt=now - 2 * SINCE).values_list(
            "source", flat=True
        )
    )
    ids = [pk for pk in fit.order_by("id").values_list("pk", flat=True) if pk not in used]
    if len(ids) < enough:
        return
    chance.shuffle(ids)
    rows = Proposal.objects.select_related("workspace", "agent__workspace")
    for pk in ids:
        source = rows.get(pk=pk)
        if not _is_odd(source) and not _is_stale(source, now):
            yield source


def _is_odd(source: Proposal) -> bool:
    """The agent's words name other proposals, or the evidence gives orders: nothing to be copied."""
    return any(
        ruling["gate"] in ("duplicate", "injection") and ruling["ruling"] != "allow"
        for ruling in source.rulings
    )


def _is_stale(source: Proposal, now: datetime) -> bool:
    """Whether what the worker read then could not have been read now."""
    deadline = str((source.observation or {}).get("deadline") or "")
    return bool(deadline) and deadline[:10] < now.date().isoformat()


def moments(source: Proposal, now: datetime, chance: Random) -> Moments:
    """As if it had come in right after something that waits already; else just now."""
    pending = Proposal.objects.filter(
        workspace=source.workspace, state=State.PENDING, expires_at__gt=now + SOON, drill=False
    )
    near = pending.order_by("expires_at", "risk_rank", "stake", "id").only("created_at", "expires_at", "tool")
    rows = [row for row in near[:NEIGHBOURS] if row.tool == source.tool]
    if not rows:
        made = now - timedelta(seconds=10 + 50 * chance.random())
        return Moments(made, _deadline(source, now))
    beside = rows[chance.randrange(len(rows))]
    later = timedelta(seconds=1 + 40 * chance.random())
    made = min(beside.created_at + later, now - timedelta(seconds=8))
    return Moments(made, beside.expires_at + later)


def _deadline(source: Proposal, now: datetime) -> datetime:
    policy = Policy.objects.filter(workspace=source.workspace, tool=source.tool).order_by("-version").first()
    return deadlines.due(policy, source.workspace, now) if policy else now + timedelta(days=3)
