"""Hundreds of cases that nobody takes, due while things are taken away: each is called for once, and none is late."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import django_rq
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from redis import RedisError

from approvals import actors
from approvals.models import LedgerEntry
from exceptions import audit, cases
from exceptions.models import Call, Case, EscalationAudit
from exceptions.models.case import State
from tests.chaos.scene import Scene, patiently, until

STRUCK_AMID = ("every worker is killed", "PostgreSQL restarts", "PostgreSQL crashes")
MANY = 200  # of one act
CODE = "proposal.invalid"
_COPY = """
INSERT INTO exceptions_case ({names})
SELECT {values} FROM exceptions_case AS c, generate_series(1, %s) AS n WHERE c.id = %s
"""
_OWN = {
    "id": "gen_random_uuid()", "fingerprint": "%s || n", "next_escalation_at": "now()", "step": "0", "state": "'open'",
}  # fmt: skip


@dataclass
class Escalations:
    """Of one attack. ``amid`` says for each act how many of its cases had been called for when it struck."""

    scene: Scene
    amid: dict[str, int] = field(default_factory=dict)
    model: UUID | None = None

    def begin(self, act: str) -> None:
        """Make cases due, and return in the middle of the sweep that calls for them."""
        mark = f"{len(self.amid)}-"
        patiently(lambda: self._fill(mark))
        with suppress(RedisError):
            django_rq.get_queue("default").enqueue(settings.TICK)
        due = Case.objects.filter(fingerprint__startswith=mark, step=0)
        until(lambda: due.count() < MANY, 10, every=0.005)
        self.amid[act] = MANY - patiently(due.count)

    def _fill(self, mark: str) -> None:
        model = self._model()
        names = [one.column for one in Case._meta.concrete_fields]
        values = [_OWN.get(name, f'c."{name}"') for name in names]
        text = _COPY.format(names=", ".join(f'"{name}"' for name in names), values=", ".join(values))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, [mark, MANY, model.pk])

    def _model(self) -> Case:
        """A case of one cause whose own step is days away; the others are copies of it."""
        with transaction.atomic():
            case = Case.objects.filter(pk=self.model).first() or cases.open_case(
                workspace=self.scene.company.workspace, code=CODE, message="nobody takes it",
                actor=actors.worker("chaos"), now=timezone.now(),
            )  # fmt: skip
            Case.objects.filter(pk=case.pk).update(next_escalation_at=timezone.now() + timedelta(days=9))
        self.model = case.pk
        return case

    def under_way(self) -> bool:
        """Whether any of them still waits for its call."""
        return Case.objects.filter(failure_class__code=CODE, state=State.OPEN, step=0).exclude(
            next_escalation_at__gt=timezone.now() + timedelta(days=1)
        ).exists()  # fmt: skip

    def faults(self) -> list[str]:
        """Whatever is not as promised: one step, one call and one entry for each, and nothing late by the auditor."""
        ours = Case.objects.filter(failure_class__code=CODE, step__gt=0)
        found = []
        for kind in ("case.escalated", "case.called"):
            entries = LedgerEntry.objects.filter(kind=kind, case__in=ours.values("pk")).count()
            if entries != ours.count() or entries != MANY * len(self.amid):
                found.append(f"{entries} times {kind} for {ours.count()} of {MANY * len(self.amid)} cases")
        twice = ours.exclude(step=1).count()
        told = Call.objects.filter(case__in=ours, kind="in_app").values("case", "user").distinct().count()
        rows = Call.objects.filter(case__in=ours, kind="in_app").count()
        found += [f"{twice} cases were called for more than once"] if twice else []
        found += [f"{rows} calls to {told} seats"] if rows != told else []
        late = Case.objects.filter(audit.late(timezone.now() - audit.TOLERATED)).count()
        return found + ([f"{late} steps are overdue"] if late else [])

    def figures(self) -> dict[str, Any]:
        """How far each sweep had come when it was struck, and what the auditor saw meanwhile."""
        audits = EscalationAudit.objects.all()
        return {
            "amid": self.amid,
            "called_for": LedgerEntry.objects.filter(kind="case.escalated").count(),
            "audits": audits.count(),
            "overdue": audits.filter(overdue__gt=0).count(),
            "latest_seconds": max(audits.values_list("late_seconds", flat=True), default=0),
        }
