"""The count at the end: what the targets hold against what the site believes. Every difference is a sentence."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from approvals.models import LedgerEntry, Workspace
from approvals.sealing import inspection, keys
from exceptions.models import Case, Occurrence
from runs import breakers
from runs.models import Attempt, Breaker, Execution
from runs.models.breaker import BreakerState
from runs.models.execution import State
from tests.chaos.scene import Scene
from tests.expenses import Books
from tests.journeys.site import FINISHED

MOST_TOLD = 20


def under_way() -> bool:
    """Whether something is still to be done, or lies in nobody's hands yet."""
    owned = Occurrence.objects.filter(disposition="open", case__owner__isnull=False, execution=OuterRef("id"))
    ended = Execution.objects.exclude(state=State.SUCCEEDED)
    ended = ended.exclude(Exists(owned), state__in=[State.FAILED, State.UNKNOWN])
    return ended.exclude(state=State.SCHEDULED, attempts=0, tool__in=_cut_off()).exists()


def _cut_off() -> set[str]:
    """Tools behind an open breaker whose case has an owner: what waits for them waits in somebody's hands."""
    cases = Case.objects.filter(failure_class__code=breakers.CODE, owner__isnull=False)
    owned = Occurrence.objects.filter(disposition="open", case__in=cases)
    told = set(owned.values_list("facts__operation", flat=True))
    return told & set(Breaker.objects.exclude(state=BreakerState.CLOSED).values_list("tool", flat=True))


def faults(scene: Scene) -> list[str]:
    """Everything that is not as promised; empty is the promise kept."""
    effects, rows = _effects(scene), list(Execution.objects.select_related("proposal"))
    owned = set(
        Occurrence.objects.filter(disposition="open", case__owner__isnull=False).values_list(
            "execution", flat=True
        )
    )
    cut = _cut_off()
    found = [
        fault
        for row in rows
        if (fault := _fault(row, effects[row.write_key], row.id in owned, row.tool in cut))
    ]
    strange = set(effects) - {row.write_key for row in rows}
    found += [f"{len(strange)} effects that nobody approved"] if strange else []
    found += [*_record(rows)]
    return [*found[:MOST_TOLD], *([f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else [])]


def _effects(scene: Scene) -> Counter[str]:
    books = Books(scene.company.workspace.slug)
    posted = books.connection.execute(
        "SELECT write_key, count(*) FROM expenses WHERE company = %s GROUP BY write_key", [books.company]
    ).fetchall()
    books.close()
    return Counter(dict(posted)) + Counter(scene.target.effects.counts())


def _fault(row: Execution, effects: int, owned: bool, cut_off: bool) -> str:
    """What is wrong with one execution, or nothing."""
    where = f"{row.tool} {row.proposal.arguments.get('mode', '')} {row.public_id} is {row.state}"
    told = f"{where} after {row.attempts} attempts, with {effects} effects"
    match row.state:
        case State.SUCCEEDED if effects == 1:
            return ""
        case State.FAILED if effects == 0 and owned:
            return ""
        case State.UNKNOWN if effects <= 1 and owned:
            return ""
        case State.SCHEDULED if effects == 0 and row.attempts == 0 and cut_off:
            return ""
    return f"{told}{'' if owned else ', in nobody’s hands'}: {row.error}"


def _record(rows: list[Execution]) -> Iterator[str]:
    succeeded = {row.id for row in rows if row.state == State.SUCCEEDED}
    told = Counter(LedgerEntry.objects.filter(FINISHED).values_list("execution", flat=True))
    wrong = [pk for pk in succeeded if told[pk] != 1] + [pk for pk in told if pk not in succeeded]
    if wrong:
        yield f"{len(wrong)} executions whose end is not told exactly once, such as {wrong[0]}"
    open_attempts = Attempt.objects.filter(finished_at__isnull=True).count()
    if open_attempts:
        yield f"{open_attempts} attempts without an end"
    for workspace in Workspace.objects.all():
        try:
            inspection.inspect(workspace=workspace, keys=keys.published(), now=timezone.now())
        except inspection.Broken as broken:
            yield f"the ledger of {workspace.slug}: {broken}"


def recovery(struck: dict[str, datetime]) -> dict[str, float | None]:
    """Seconds from each act to the next write that was recorded, by whomever."""
    return {act: _next_success(at) for act, at in struck.items()}


def _next_success(at: datetime) -> float | None:
    rows = Execution.objects.filter(state=State.SUCCEEDED, finished_at__gt=at).order_by("finished_at")
    first: Any = rows.values_list("finished_at", flat=True).first()
    return round((first - at).total_seconds(), 2) if first else None
