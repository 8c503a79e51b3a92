"""The place of the attack: a company with books and a hostile target, workers that are counted, and a real clock."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle
from pathlib import Path
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import Error, connection
from django.db.models import Count
from django.utils import timezone

from approvals import policies
from approvals.actors import worker as worker_actor
from approvals.models import Agent
from approvals.submission import Draft, Exhibit
from config.keeper import dies_with_parent
from config.processes import manage
from runs.models import Execution
from tests import expenses, people
from tests.hostile import Target
from tests.patience import PATIENCE_SECONDS
from tests.workers import WorkerProcess, addresses

T = TypeVar("T")
TOOLS = ("books.post_expense", "hostile.write", "hostile.tell")
KIND = (
    "done",
    "slow",
    "done",
    "slow",
    "error_after",
    "cut",
    "done",
    "html",
    "cut_before-first",
    "unavailable-first",
)
RUDE = (
    "hang_after",
    "half_json",
    "busy-first",
    "refuse",
    "drip",
    "error_in_200",
    "hang-first",
    "flood",
    "deaf",
)
log = structlog.get_logger("countersign.chaos")


def patiently(work: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Ask again while PostgreSQL is away."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return work()
        except Error:
            connection.close()
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def until(true: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    give_up_at = time.monotonic() + seconds
    while not patiently(true):
        if time.monotonic() > give_up_at:
            return False
        time.sleep(every)
    return True


def hostile_draft(tool: str, mode: str) -> Callable[[int], Draft]:
    """A write to the hostile target, as an agent would propose it."""

    def draft(number: int) -> Draft:
        return Draft(
            tool=tool, arguments={"mode": mode, "number": number, "total": "10.00"},
            idempotency_key=f"{tool}-{number}", subject=f"hostile:{number}", summary="A write",
            rationale="Somebody asked for it.", confidence=Decimal("0.95"), confidence_source="rule",
            evidence=(Exhibit("text", f"Please write {number}, 10.00 EUR", "Request"),),
            fingerprint=f"{tool}-{number}",
        )  # fmt: skip

    return draft


class Scene:
    """Everything the attack can touch. ``hurry`` lets minutes pass by moving what is written of them."""

    def __init__(self, folder: Path, target: Target, *, hurry: bool) -> None:
        self.folder, self.target, self.hurry = folder, target, hurry
        self.numbers, self.names = count(1), count(1)
        self.kind, self.rude = cycle(KIND), cycle(RUDE)
        self.workers: list[WorkerProcess] = []
        self.ended_alone: list[str] = []
        now = timezone.now()
        roles = {"maria": ["reviewer"], "olu": ["ops_owner", "admin"]}
        self.company = people.company("chaos", "Chaos GmbH", now, roles)
        Agent.objects.filter(pk=self.company.bot.pk).update(tools=list(TOOLS))
        self.company.bot.refresh_from_db()
        for tool in TOOLS:
            policies.set_policy(
                workspace=self.company.workspace, tool=tool, actor=worker_actor("test"), now=now,
                currency="EUR", undo_seconds=0,
            )  # fmt: skip
        expenses.open_books("chaos")

    def approve(self, many: int) -> None:
        """So many writes are approved and due: half of them expenses, the others to a target of every temper."""
        bot, maria = self.company.bot, self.company.maria
        books, others = self._numbers(many // 2), self._numbers(many - many // 2)
        expenses.approved_at_once(bot, maria, books)
        rude = min(len(RUDE), len(others) // 3)
        tempers = {number: next(self.rude if at < rude else self.kind) for at, number in enumerate(others)}
        expenses.approved_at_once(
            bot, maria, others, draft=lambda number: hostile_draft("hostile.write", tempers[number])(number)
        )

    def approve_untold(self, many: int) -> None:
        """Writes of which nobody but a person can ever tell: their target cannot be asked."""
        draft = hostile_draft("hostile.tell", "hang_after")
        expenses.approved_at_once(self.company.bot, self.company.maria, self._numbers(many), draft=draft)

    def _numbers(self, many: int) -> Sequence[int]:
        return [next(self.numbers) for _ in range(many)]

    def states(self) -> dict[str, int]:
        return dict(Execution.objects.values_list("state").annotate(Count("id")))

    def waiting(self) -> int:
        return Execution.objects.filter(state__in=["scheduled", "started"]).count()

    def start_worker(self) -> WorkerProcess:
        name = f"chaos-{next(self.names)}"
        worker = WorkerProcess(
            self.folder / f"{name}.log",
            self.target.environment | {"DJANGO_SETTINGS_MODULE": "tests.chaos.settings", "PGAPPNAME": name},
        )
        self.workers.append(worker)
        return worker

    def look_after(self) -> None:
        """What a supervisor does: a worker that ended by itself is noted, and another takes its place."""
        for worker in [one for one in self.workers if one.process.poll() is not None]:
            self.ended_alone.append(f"{worker.words.name} ended with {worker.process.returncode}")
            self.workers.remove(worker)
            self.start_worker()

    def kill(self, worker: WorkerProcess) -> None:
        self.workers.remove(worker)
        worker.kill()

    def pass_time(self) -> None:
        """In a hurry, what waits for its time has waited long enough. Rows somebody holds are left alone."""
        if self.hurry:
            long_ago = timezone.now() - timedelta(minutes=2)
            with connection.cursor() as cursor:
                cursor.execute(_DUE)
                cursor.execute(_HALF_OPEN)
                cursor.execute(_ASK, [timezone.now(), long_ago, long_ago])

    @contextmanager
    def clock(self) -> Iterator[None]:
        """The real one."""
        with (self.folder / "clock.log").open("ab") as words:
            clock = subprocess.Popen(
                manage("clock"),
                env={**os.environ, **addresses(), "DJANGO_SETTINGS_MODULE": "tests.chaos.settings"},
                stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=dies_with_parent("SIGKILL"),
            )  # fmt: skip
        try:
            yield
        finally:
            if clock.poll() is not None:
                self.ended_alone.append(f"clock.log ended with {clock.returncode}")
            clock.kill()
            clock.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        for worker in self.workers:
            worker.signal(signal.SIGCONT)
            worker.kill()

    @property
    def var(self) -> Path:
        return Path(settings.VAR_DIR)


_DUE = """
UPDATE runs_execution SET due_at = now() WHERE id IN (
    SELECT id FROM runs_execution WHERE state = 'scheduled' AND due_at > now() FOR UPDATE SKIP LOCKED)
"""
_HALF_OPEN = "UPDATE runs_breaker SET half_opens_at = now() WHERE state = 'open' AND half_opens_at > now()"
_ASK = """
UPDATE runs_execution SET leased_until = %s, finished_at = %s WHERE id IN (
    SELECT id FROM runs_execution WHERE state = 'unknown' AND leased_until IS NOT NULL AND finished_at > %s
    FOR UPDATE SKIP LOCKED)
"""
