"""Out of office: who stands in for whom. Cover lends the seat of somebody absent; it grants no role.

Anybody arranges their own, with dates and without an administrator.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Cover, Decision, Membership, Notice, Proposal, Workspace
from approvals.models.workspace import Role
from approvals.telling import notices
from approvals.waiting import statements

LONGEST = timedelta(days=366)
LATELY = timedelta(hours=1)  # a tick that was down for longer tells no old news


class NoStandIn(ValueError):
    """Nobody stands in for themselves, and only a reviewer of the workspace can stand in."""


class OddSpell(ValueError):
    """It ends before it begins, lies in the past, or lasts longer than a year."""


class CoveredAlready(ValueError):
    """Somebody else stands in for part of that time. End that first."""

    def __init__(self, cover: Cover):
        super().__init__(str(cover))
        self.cover = cover


class CoverOver(LookupError):
    """The cover has ended."""


def arrange(
    *,
    member: Membership,
    stand_in: Membership,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
) -> Cover:
    """From then to then, the stand-in is offered what would come to the member alone.

    Raises `NoStandIn`, `OddSpell`, `CoveredAlready`.
    """
    starts_at = max(starts_at, now)
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise OddSpell(f"{starts_at.isoformat()} to {ends_at.isoformat()}")
    with transaction.atomic():
        list(locks.take(Membership.objects).filter(pk=member.pk))  # one arrangement at a time
        able = Membership.objects.filter(
            pk=stand_in.pk, workspace_id=member.workspace_id, user__is_active=True
        )
        if stand_in.user_id == member.user_id or not able.filter(roles__contains=[Role.REVIEWER]).exists():
            raise NoStandIn(str(stand_in))
        other = given(member, starts_at).filter(starts_at__lt=ends_at).first()
        if other is not None:
            raise CoveredAlready(other)
        cover = Cover.objects.create(
            workspace=member.workspace, away=member.user, stand_in=stand_in.user, starts_at=starts_at,
            ends_at=ends_at, created_at=now,
        )  # fmt: skip
        _record("cover.arranged", cover, actor, now)
    return cover


def end_early(*, cover: Cover, actor: Actor, now: datetime) -> None:
    """They are back: from now on nobody stands in. What has not begun is called off. Raises `CoverOver`."""
    with transaction.atomic():
        live = Cover.objects.filter(pk=cover.pk, ends_at__gt=now)
        begun = live.filter(starts_at__lt=now).update(ends_at=now)
        if not begun and not live.filter(starts_at__gte=now).delete()[0]:
            raise CoverOver(str(cover))
        cover.ends_at = now
        _record("cover.ended", cover, actor, now)


def live(workspace_id: int, at: datetime) -> QuerySet[Cover]:
    """Every cover of the workspace that lasts or will begin."""
    return _with_names(workspace_id).filter(ends_at__gt=at)


def concerns(member: Membership) -> Q:
    """The covers in which the member is away or stands in."""
    return Q(away=member.user_id) | Q(stand_in=member.user_id)


def given(member: Membership, now: datetime) -> QuerySet[Cover]:
    """Who stands in for the member, now and later."""
    return _with_names(member.workspace_id).filter(away=member.user_id, ends_at__gt=now)


def taken_on(member: Membership, now: datetime) -> QuerySet[Cover]:
    """For whom the member stands in, now and later."""
    return _with_names(member.workspace_id).filter(stand_in=member.user_id, ends_at__gt=now)


def at_present(workspace_id: int, at: datetime) -> QuerySet[Cover]:
    """Everybody in the workspace who is away at the moment, and who stands in."""
    return _with_names(workspace_id).filter(starts_at__lte=at, ends_at__gt=at)


def tell_begun(*, now: datetime, many: int = 100) -> int:
    """Tell stand-ins whose cover has just begun, each once. Returns how many were told."""
    with transaction.atomic():
        told = Notice.objects.filter(
            user=OuterRef("stand_in"), workspace=OuterRef("workspace"), kind="cover_began", by=OuterRef("away"),
            created_at__gte=OuterRef("starts_at"),
        )  # fmt: skip
        begun = Cover.objects.filter(starts_at__lte=now, starts_at__gt=now - LATELY, ends_at__gt=now)
        rows = list(locks.take(begun.filter(~Exists(told)), skip=True)[:many])
        for row in rows:
            notices.tell(workspace_id=row.workspace_id, users=[row.stand_in_id], kind="cover_began", now=now,
                         by=row.away_id)  # fmt: skip
    return len(rows)


def away_too(cover: Cover) -> Cover | None:
    """The stand-in's own absence within the time of a cover: nobody stands in for both."""
    theirs = _with_names(cover.workspace_id).filter(away=cover.stand_in_id)
    return theirs.filter(starts_at__lt=cover.ends_at, ends_at__gt=cover.starts_at).first()


def standing_in(workspace: Workspace, users: Iterable[int], at: datetime) -> list[int]:
    """The user ids of those who stand in for any of these at the moment."""
    return list(at_present(workspace.pk, at).filter(away__in=list(users)).values_list("stand_in", flat=True))


def stood_in_for(member: Membership, now: datetime) -> list[int]:
    """The user ids the member stands in for at this moment. Not transitive: a stand-in who is away hands nothing on."""
    return list(
        Cover.objects.filter(
            workspace_id=member.workspace_id, stand_in=member.user_id, starts_at__lte=now, ends_at__gt=now
        ).values_list("away", flat=True)
    )


def lender(proposal: Proposal, member: Membership, now: datetime) -> int | None:
    """Whose seat the member may take for this proposal: somebody named by its policy, away, with no stake in it, who
    has not answered this round themselves. None when nobody lends one.
    """
    named = proposal.policy.reviewers
    for away in stood_in_for(member, now) if named else []:
        own = away == proposal.proposed_by_id or away in proposal.excluded_reviewers
        if away in named and not own and not has_answered(proposal, away):
            return away
    return None


def has_answered(proposal: Proposal, user_id: int) -> bool:
    """Themselves, or by another who stood in for them: one seat, one answer a round."""
    return bool(answers(proposal, user_id))


def answers(proposal: Proposal, user_id: int) -> list[Decision]:
    """What was answered from somebody's seat in this round; one at most."""
    meaning = {statements.ITEM: proposal.pk, statements.SEAT: user_id}
    return [row for row in statements.ask(_of_seat(), meaning) if row.round == proposal.round]


@cache
def _of_seat() -> statements.Kept[Decision]:
    seat = Q(reviewer=statements.SEAT) | Q(covering=statements.SEAT)
    return statements.keep(Decision.objects.filter(seat, proposal=statements.ITEM))


def _with_names(workspace_id: int) -> QuerySet[Cover]:
    return (
        Cover.objects.filter(workspace_id=workspace_id)
        .select_related("away", "stand_in")
        .order_by("starts_at", "pk")
    )


def _record(kind: str, cover: Cover, actor: Actor, now: datetime) -> None:
    data = {"cover": cover.pk, "away": f"user:{cover.away_id}", "stand_in": f"user:{cover.stand_in_id}"}
    if kind == "cover.arranged":
        data |= {"from": cover.starts_at.isoformat(), "until": cover.ends_at.isoformat()}
    ledger.append(workspace_id=cover.workspace_id, kind=kind, actor=actor, at=now, data=data)
