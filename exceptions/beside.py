"""What may lie beside a case, looked up with the case itself: its page asks further only for what is there."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from exceptions.models import Case, Incident, Note, Occurrence, Resolution


@dataclass(frozen=True)
class Beside:
    """Whether there is any: open failure that may have been written, or that was; case merged into it, incident, note,
    or settlement.
    """

    doubtful: bool = True
    written: bool = True
    merged: bool = True
    incidents: bool = True
    notes: bool = True
    settled: bool = True


EVERYTHING = Beside()
"""For whoever has not looked: all of it is asked for."""


def looked_up(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With the case, by a look into an index for each."""
    here = OuterRef("pk")
    doubtful = Occurrence.objects.filter(case=here, disposition="open", written="unknown")
    kinds: dict[str, QuerySet[Any, Model]] = {
        "doubtful": doubtful,
        "written": Occurrence.objects.filter(case=here, disposition="open", written="yes"),
        "merged": Case.objects.filter(merged_into=here),
        "incidents": Incident.cases.through.objects.filter(case=here),
        "notes": Note.objects.filter(case=here),
        "settled": Resolution.objects.filter(case=here),
    }
    return rows.annotate(**{f"has_{name}": Exists(found) for name, found in kinds.items()})


def of(case: Case) -> Beside:
    """Of a case that was read with `looked_up`."""
    told = vars(case)
    return Beside(**{name: told[f"has_{name}"] for name in vars(EVERYTHING)})
