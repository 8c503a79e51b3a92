"""What waits now: each a count over an index that holds only what waits."""

import time
from collections.abc import Iterator
from typing import Any

import django_rq
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from redis import RedisError

from approvals import bell
from approvals.models import Proposal
from exceptions.models import Case
from runs.models import Alarm, Breaker, Execution
from runs.models.execution import State

TICKED = "countersign:tick"


def collect() -> Iterator[Metric]:
    """Queues, writes under way, what is cut off, and how long ago the last sweep was."""
    for name, words, labels, rows in _waiting():
        yield _by(name, words, labels, rows)
    yield _one(
        "countersign_oldest_due_seconds", "How long the write that is due longest has waited", _overdue()
    )
    age = _tick_age()
    if age is not None:
        yield _one("countersign_tick_age_seconds", "How long ago the last sweep was", age)


def _waiting() -> list[tuple[str, str, list[str], Any]]:
    under_way = [State.SCHEDULED, State.STARTED, State.UNKNOWN]
    pending = Proposal.objects.filter(state="pending").values_list("workspace__slug")
    cases = Case.objects.filter(~Q(state="resolved")).values_list("workspace__slug")
    writes = Execution.objects.filter(state__in=under_way).values_list("state")
    breakers = Breaker.objects.filter(~Q(state="closed")).values_list("workspace__slug")
    alarms = Alarm.objects.filter(calmed_at__isnull=True)
    crossed = alarms.values_list("threshold__workspace__slug", "threshold__watch")
    return [
        ("countersign_proposals_waiting", "Proposals that wait for an answer", ["workspace"], pending),
        ("countersign_cases_open", "Cases that are not resolved", ["workspace"], cases),
        ("countersign_executions", "Writes that are not over, by state", ["state"], writes),
        ("countersign_breakers_open", "Tools that are cut off", ["workspace"], breakers),
        ("countersign_alarms", "Thresholds that are crossed", ["workspace", "watch"], crossed),
    ]


def _by(name: str, words: str, labels: list[str], rows: Any) -> Metric:
    metric = GaugeMetricFamily(name, words, labels=labels)
    for *values, many in rows.annotate(Count("pk")).order_by():
        metric.add_metric(values, many)
    return metric


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _overdue() -> float:
    now = timezone.now()
    first = Execution.objects.filter(state=State.SCHEDULED, due_at__lte=now).aggregate(first=Min("due_at"))[
        "first"
    ]
    return (now - first).total_seconds() if first else 0.0


def _tick_age() -> float | None:
    try:
        at = django_rq.get_connection(bell.QUEUE).get(TICKED)
    except RedisError:
        return None
    return None if at is None else max(0.0, time.time() - float(at))
