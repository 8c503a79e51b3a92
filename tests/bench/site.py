"""The workspace that is measured: a reviewer, an agent, a policy without an undo window, and open books."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

import django_rq
from django.conf import settings
from django.utils import timezone

from approvals import actors, bell, policies
from approvals.models import Workspace
from tests import expenses, people
from tests.bench.plain import COMPANY
from tests.workers import WorkerProcess

PATIENCE_SECONDS = 300
WARM = 8  # times something is done before it counts: plans are kept from the sixth on
BACKEND = "config.accounts.People"  # as who signs in with a password
numbers = count(1)


def found() -> people.Company:
    now = timezone.now()
    company = people.company(COMPANY, "Bench", now, {"maria": ["reviewer"], "olu": ["ops_owner", "admin"]})
    policies.set_policy(
        workspace=company.workspace, tool="books.post_expense", actor=actors.worker("bench"), now=now,
        currency="EUR", undo_seconds=0,
    )  # fmt: skip
    expenses.open_books(COMPANY)
    return company


def worker() -> WorkerProcess:
    process = WorkerProcess(Path(settings.VAR_DIR) / "worker.log")
    redis = django_rq.get_connection("bell")
    # the word of the worker before it has to run out first
    until(lambda: process.is_idle() and not redis.exists(bell.LINGERING))
    return process


def pause(company: people.Company, paused: bool) -> None:
    at = timezone.now() if paused else None
    Workspace.objects.filter(pk=company.workspace.pk).update(paused_at=at)


def until(true: Callable[[], bool], *, every: float = 0.02) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"waited {PATIENCE_SECONDS} s for {true}")
        time.sleep(every)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fresh(many: int) -> list[int]:
    """Numbers of expenses nobody has used."""
    return [next(numbers) for _ in range(many)]


@dataclass(frozen=True)
class Latency:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latency":
        waits = sorted(seconds)
        return cls(median(waits) * 1000, waits[max(0, round(len(waits) * 0.95) - 1)] * 1000)
