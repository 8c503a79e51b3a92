"""How calls end: they arrive, are needless by now, are tried again, or fail, and then another way is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from approvals import ledger, locks
from approvals.actors import Actor
from exceptions import channel_health, other_ways
from exceptions.models import Call, Case
from exceptions.models.call import CallState
from exceptions.models.case import State

BACK_OFF = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=3))  # longer than one try takes
ATTEMPTS = 4
LONGEST_WAIT = timedelta(minutes=10)  # however long the far side asks us to
UNSETTLED = ("reminder", "escalating", "incident")  # what is told to those who have taken the case, too


def wanted_still(calls: Sequence[Call]) -> list[Call]:
    """Those whose case still waits for what they say. A case that was taken or settled needs nobody called."""
    return [call for call in calls if call.case is None or _waits(call.case, call.why)]


def _waits(case: Case, why: str) -> bool:
    if why == "reminder":
        return case.state == State.ACKNOWLEDGED
    return case.state == State.OPEN or (case.state == State.ACKNOWLEDGED and why in UNSETTLED)


def tries(call: Call) -> int:
    """How often it is tried in all: through a channel that fails, and to try one, once."""
    known_to_fail = call.channel is not None and call.channel.failed_at is not None
    return 1 if known_to_fail or call.case_id is None else ATTEMPTS


def needless(*, calls: Sequence[Call], now: datetime) -> int:
    """Nobody needs to be told any more. Returns how many."""
    return _close(calls, CallState.NEEDLESS)


def arrived(*, calls: Sequence[Call], actor: Actor, now: datetime) -> int:
    """The far side took them. Returns how many."""
    with transaction.atomic():
        count = _close(calls, CallState.DELIVERED, delivered_at=now, error="")
        if count:
            ledger.append_many([_entry(call, "call.delivered", actor, now) for call in calls])
            channel_health.recovered(channel=calls[0].channel, actor=actor, now=now)
    return count


def again(*, calls: Sequence[Call], error: str, after: float | None, now: datetime) -> int:
    """Tried again when it was set at their claim, or when the far side wants them. Returns how many."""
    waiting = Call.objects.filter(pk__in=[call.pk for call in calls], state=CallState.WAITING)
    if after is None:
        return waiting.update(error=error)
    return waiting.update(error=error, next_try_at=now + min(timedelta(seconds=after), LONGEST_WAIT))


def failed(*, calls: Sequence[Call], error: str, actor: Actor, now: datetime) -> int:
    """Nobody tries them again, and another way is taken for each that was about a case. Returns how many failed."""
    about = sorted({call.case_id for call in calls if call.case_id is not None})
    with transaction.atomic():
        # one after another, or of two that fail at once each would think that the other may still arrive
        list(locks.take(Case.objects).filter(pk__in=about).order_by("fingerprint", "pk").values_list("pk"))
        count = _close(calls, CallState.FAILED, error=error)
        if count:
            ledger.append_many([_entry(call, "call.failed", actor, now, error) for call in calls])
            channel_health.failed(channel=calls[0].channel, actor=actor, now=now)
            other_ways.take(failed=[call for call in calls if call.case_id is not None], now=now)
    return count


def count_try(*, calls: Sequence[Call], now: datetime) -> None:
    """They are about to be tried, and will be again after a while should nobody come back from it."""
    for call in calls:
        call.attempts += 1
        call.next_try_at = now + BACK_OFF[min(call.attempts, len(BACK_OFF)) - 1]
    Call.objects.bulk_update(calls, ["attempts", "next_try_at"])


def _close(calls: Sequence[Call], state: str, **told: object) -> int:
    waiting = Q(pk__in=[call.pk for call in calls], state=CallState.WAITING)
    return Call.objects.filter(waiting).update(state=state, **told)


def _entry(call: Call, kind: str, actor: Actor, now: datetime, error: str = "") -> ledger.Fact:
    data = {"call": call.pk, "by": call.kind, "attempts": call.attempts}
    data |= {"user": f"user:{call.user_id}"} if call.user_id else {}
    data |= {"channel": call.channel_id} if call.channel_id else {}
    data |= {"error": error} if error else {}
    return ledger.entry(
        workspace_id=call.workspace_id, kind=kind, actor=actor, at=now, case=call.case_id, data=data
    )
