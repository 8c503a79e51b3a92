"""Which case a failure lies in: under its exact words where they were split off, else its fingerprint's, else the case
that one was merged into. Cases are always locked in the order of their fingerprints, so that nobody waits in a circle.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from approvals import locks
from exceptions.models import Case

Mark = tuple[int, str]  # a workspace and a fingerprint
TRIES = 5


class Restless(RuntimeError):
    """Somebody merges and splits these cases faster than they can be locked."""


class _Moved(Exception):
    """Between looking and locking, somebody merged or split."""


@dataclass(frozen=True)
class Place:
    """A locked case; ``origin`` is the case a failure would lie in had that not been merged into this one."""

    case: Case
    origin: UUID | None = None


def held(
    wanted: Sequence[tuple[Mark, Mark]], fresh: Mapping[Mark, Case], along: Collection[UUID] = ()
) -> list[Place]:
    """The place of each pair (exact words, fingerprint), locked until the transaction ends. ``fresh`` are the cases to
    make of fingerprints nobody has seen, ``along`` others to lock with them. Raises `Restless`.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():  # going back to here lets the locks go
                return _held(wanted, fresh, along)
        except _Moved:
            continue
    raise Restless("these cases do not stay where they are")


def _held(
    wanted: Sequence[tuple[Mark, Mark]], fresh: Mapping[Mark, Case], along: Collection[UUID]
) -> list[Place]:
    known = _known(wanted)
    new = sorted(mark for mark in fresh if mark not in known)
    # made before anything is locked, and in order: whoever makes the same ones waits here with nothing in hand
    Case.objects.bulk_create([fresh[mark] for mark in new], ignore_conflicts=True)
    chosen = [words if words in known else mark for words, mark in wanted]
    cases = locked(_named({*chosen}, {known[mark] for mark in chosen if known.get(mark)} | {*along}))
    by_mark = {(case.workspace_id, case.fingerprint): case for case in cases}
    by_id = {case.pk: case for case in cases}
    places = []
    for mark in chosen:
        own = by_mark.get(mark)
        if own is None or (own.merged_into_id and own.merged_into_id not in by_id):
            raise _Moved
        target = by_id[own.merged_into_id] if own.merged_into_id else own
        if target.merged_into_id:
            raise _Moved
        places.append(Place(target, own.pk if target is not own else None))
    return places


def _known(wanted: Sequence[tuple[Mark, Mark]]) -> dict[Mark, UUID | None]:
    """Marks that have a case, and the case it was merged into."""
    rows = Case.objects.filter(_any({mark for pair in wanted for mark in pair}))
    found = rows.values_list("workspace_id", "fingerprint", "merged_into_id")
    return {(workspace, mark): into for workspace, mark, into in found}


def _any(marks: set[Mark]) -> Q:
    """Cases of these marks; a few more where a batch is of several workspaces, which does no harm."""
    return Q(workspace__in={workspace for workspace, _ in marks}, fingerprint__in={mark for _, mark in marks})


def _named(marks: set[Mark], targets: Iterable[UUID | None]) -> QuerySet[Case]:
    return Case.objects.filter(_any(marks) | Q(pk__in=[pk for pk in targets if pk]))


def locked(rows: QuerySet[Case]) -> list[Case]:
    """These cases, held until the transaction ends, with whatever their clocks read."""
    related = ("failure_class__backup", "failure_class__owner", "failure_class__plan", "owner", "plan")
    found = locks.take(rows.order_by("fingerprint", "pk")).select_related(*related)
    return list(found)
