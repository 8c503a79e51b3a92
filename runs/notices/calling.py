"""Sending calls: claimed and counted before they are tried, so that a crash costs at most a second copy under the same
number. Whoever is called to many cases at once gets one letter about all. Only workers send.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from approvals import actors, locks
from exceptions import call_ends
from exceptions.models import Call
from exceptions.models.call import CallState
from runs.notices.couriers import Couriers, mail_server
from runs.notices.undelivered import NotDelivered

AT_ONCE = 100
LONGEST = 60.0  # seconds one job may send before it leaves the rest to the next
LOST = 2  # tries beyond the last, for workers that never came back
ACTOR = actors.worker("calls")
RELATED = ("workspace", "channel", "team", "case__failure_class", "case__owner")
log = structlog.get_logger(__name__)


def run(*, longest: float = LONGEST) -> dict[str, int]:
    """Send what is due until nothing is, or time is up. Returns how many calls arrived, and how many failed."""
    ended, until = {"delivered": 0, "failed": 0}, time.monotonic() + longest
    with ExitStack() as stack:
        server = mail_server()
        couriers = Couriers(stack.enter_context(server) if server is not None else None)
        while time.monotonic() < until:
            claimed = claim(now=timezone.now())
            if not claimed:
                break
            delivered, failed = deliver(calls=claimed, couriers=couriers, now=timezone.now())
            ended["delivered"] += delivered
            ended["failed"] += failed
    return ended


def claim(*, now: datetime) -> list[Call]:
    """The call due longest, and others that go the same way to the same person or channel, this try counted."""
    due = Call.objects.filter(state=CallState.WAITING, next_try_at__lte=now).select_related(*RELATED)
    due = locks.take(due, skip=True)
    with transaction.atomic():
        first = due.order_by("next_try_at", "id").first()
        if first is None:
            return []
        same = due.filter(
            workspace=first.workspace_id, kind=first.kind, user=first.user_id, channel=first.channel_id,
            case__isnull=first.case_id is None,
        )  # fmt: skip
        calls = list(same.order_by("id")[:AT_ONCE])
        call_ends.count_try(calls=calls, now=now)
    return calls


def deliver(*, calls: Sequence[Call], couriers: Couriers, now: datetime) -> tuple[int, int]:
    """Carry claimed calls to where they go, and put down how that ended: how many arrived, and how many failed."""
    wanted = call_ends.wanted_still(calls)
    call_ends.needless(calls=[call for call in calls if call not in wanted], now=now)
    lost = [call for call in wanted if call.attempts > call_ends.tries(call) + LOST]
    failed = call_ends.failed(calls=lost, error="worker_lost", actor=ACTOR, now=now) if lost else 0
    going = [call for call in wanted if call not in lost]
    if not going:
        return 0, failed
    try:
        count = couriers.carry(going, now)
    except NotDelivered as why:
        return 0, failed + _not_delivered(going, why, now)
    return call_ends.arrived(calls=going[:count], actor=ACTOR, now=now), failed


def _not_delivered(calls: Sequence[Call], why: NotDelivered, now: datetime) -> int:
    """Tried again later, as far as they may be; the others fail, and another way is taken for them."""
    log.warning(
        "call.not_delivered", calls=len(calls), by=calls[0].kind, channel=calls[0].channel_id, reason=why.code
    )
    over = [call for call in calls if why.final or call.attempts >= call_ends.tries(call)]
    call_ends.again(
        calls=[call for call in calls if call not in over], error=why.code, after=why.after, now=now
    )
    return call_ends.failed(calls=over, error=why.code, actor=ACTOR, now=now) if over else 0
