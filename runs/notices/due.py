"""Who is to be written to: each working day when their hours begin, and before something runs out, once an hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from approvals import hours, switches
from approvals.models import Cover, Membership, Proposal
from approvals.models.proposal import State as Asked
from approvals.models.workspace import Letters, Role
from approvals.waiting.offers import offered
from runs.models import Letter
from runs.models.letter import Kind
from runs.notices import addresses

URGENT_WITHIN = timedelta(hours=2)
URGENT_EVERY = timedelta(hours=1)
REMEMBERED = timedelta(hours=48)  # no day lasts longer, on whoever's clock
PLANNING = 0x4C455454  # the advisory lock of whoever plans: one at a time
LOOKED_THROUGH = 1000
log = structlog.get_logger(__name__)


def make(*, now: datetime) -> int:
    """Put down the letters that have become due. Whoever plans at the same moment leaves it to the first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLANNING])
            if not cursor.fetchone()[0]:
                return 0
        daily = list(_daily(now))
        wanted = [*daily, *_urgent(now, besides={(letter.user_id, letter.workspace_id) for letter in daily})]
        Letter.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=500)
    return len(wanted)


def readers(now: datetime) -> QuerySet[Membership]:
    """Reviewers who want letters, have an address, and are not away with somebody standing in."""
    away = Cover.objects.filter(
        workspace=OuterRef("workspace"), away=OuterRef("user"), starts_at__lte=now, ends_at__gt=now
    )
    return (
        Membership.objects.filter(roles__contains=[Role.REVIEWER], user__is_active=True)
        .filter(user__email__contains="@")
        .exclude(letters=Letters.OFF)
        .filter(~Exists(away))
        .select_related("user", "workspace")
        .order_by("pk")
    )


def at_work(member: Membership, now: datetime) -> hours.Hours | None:
    """The member's hours, if they are at work now and can be written to."""
    try:
        clock = hours.of_member(member)
    except hours.OddHours as error:
        log.warning("letters.odd_hours", user=member.user_id, reason=str(error))
        return None
    return clock if clock.is_open(now) and addresses.known(member.user.email) else None


def _daily(now: datetime) -> Iterator[Letter]:
    lately = Letter.objects.filter(kind=Kind.DAILY, created_at__gt=now - REMEMBERED)
    known = set(lately.values_list("user", "workspace", "period"))
    for member in readers(now).iterator():
        clock = at_work(member, now)
        period = f"{clock.local(now):%Y-%m-%d}" if clock else ""
        if clock and (member.user_id, member.workspace_id, period) not in known:
            yield _letter(member, Kind.DAILY, period, now)


def _urgent(now: datetime, besides: set[tuple[int, int]]) -> Iterator[Letter]:
    running_out = Proposal.objects.filter(
        switches.is_running(),
        state=Asked.PENDING,
        expires_at__gt=now,
        expires_at__lte=now + URGENT_WITHIN,
        drill=False,
    )
    where = set(running_out.order_by("expires_at").values_list("workspace", flat=True)[:LOOKED_THROUGH])
    lately = Letter.objects.filter(
        user=OuterRef("user"), workspace=OuterRef("workspace"), created_at__gt=now - URGENT_EVERY
    )
    wanting = readers(now).filter(workspace__in=where, letters=Letters.URGENT).filter(~Exists(lately))
    for member in wanting.iterator() if where else ():
        written = (member.user_id, member.workspace_id) in besides
        if not written and at_work(member, now) and _has_urgent(member, now):
            yield _letter(member, Kind.URGENT, f"{now.astimezone(UTC):%Y-%m-%dT%HZ}", now)


def _has_urgent(member: Membership, now: datetime) -> bool:
    return offered(member, now).filter(expires_at__lte=now + URGENT_WITHIN, drill=False).exists()


def _letter(member: Membership, kind: str, period: str, now: datetime) -> Letter:
    return Letter(
        workspace_id=member.workspace_id, user_id=member.user_id, kind=kind, period=period, next_try_at=now,
        created_at=now,
    )  # fmt: skip
