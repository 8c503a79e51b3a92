"""Sweeps over a hundred thousand open cases: when none, few or thousands are due; and an audit of all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from approvals import actors
from exceptions import audit, cases, escalation
from exceptions.models import Case, EscalationAudit
from tests.bench.site import seconds
from tests.people import Company

WORKER = actors.worker("bench")
FEW = 5
# Copies of one case; the laws that look at each are the subject of other tests.
COPY = """
INSERT INTO exceptions_case ({names}) SELECT {values} FROM exceptions_case AS c, generate_series(1, %s) AS n
WHERE c.id = %s
"""
OWN = {"id": "gen_random_uuid()", "fingerprint": "'copy-' || n"}


@dataclass(frozen=True)
class Sweeps:
    """Seconds: of a sweep that finds nothing, few, or ``many`` due; of an audit of all of them."""

    cases: int
    many: int
    idle: float
    few: float
    due: float
    audit: float


def fill(company: Company, many: int) -> None:
    """So many open cases, none of them due."""
    now = timezone.now()
    with transaction.atomic():
        model = cases.open_case(
            workspace=company.workspace, code="posting.refused", message="bench", actor=WORKER, now=now
        )
        names = [field.column for field in Case._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE exceptions_case DISABLE TRIGGER USER")
            quoted = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(OWN.get(name, f'c."{name}"') for name in names)
            cursor.execute(COPY.format(names=quoted, values=values), [many, model.pk])
            cursor.execute("ALTER TABLE exceptions_case ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE exceptions_case")


def measure(company: Company, *, many: int) -> Sweeps:
    """Asserts that each sweep calls for exactly what was due."""
    fill(company, many)
    now = timezone.now()
    idle = seconds(lambda: _sweep(now, 0))
    few = seconds(lambda: _sweep(_due(FEW), FEW))
    share = many // 20
    later = _due(share)
    due = seconds(lambda: _sweep(later, share))
    looked = seconds(lambda: audit.look(now=now, actor=WORKER, beats=False))
    assert EscalationAudit.objects.latest("at").open_cases >= many
    return Sweeps(many, share, idle, few, due, looked)


def _due(count: int) -> datetime:
    """A moment by which so many are due, and no more."""
    now = timezone.now()
    chosen = list(Case.objects.filter(next_escalation_at__gt=now).values_list("pk", flat=True)[:count])
    Case.objects.filter(pk__in=chosen).update(next_escalation_at=now - timedelta(seconds=1))
    return now


def _sweep(now: datetime, expected: int) -> None:
    escalation.release_due(now=now, actor=WORKER)
    escalation.remind_due(now=now, actor=WORKER)
    found = escalation.escalate_due(now=now, actor=WORKER)
    assert found == expected, f"{found} were called for, and {expected} were due"
