"""The failures of a case, newest first: a few with its page, the others a page at a time. Each page one query that
reads no more rows than it shows.
"""

from functools import cache

from approvals.waiting import statements
from exceptions.models import Case, Occurrence

FEW, PAGE = 12, 50
OPEN = "open"
_SHOWN = (
    "id", "case_id", "execution", "message", "facts", "written", "amount", "currency", "disposition", "at", "resent_at",
    "proposal__headline", "proposal__state",
)  # fmt: skip


def newest(case: Case) -> list[Occurrence]:
    """The newest that are open."""
    return _held(case, statements.ask(_newest(), {statements.ITEM: case.pk}))


def page(case: Case, *, settled: bool, before: int | None = None) -> list[Occurrence]:
    """Those that are open, or were settled, older than the one with the id ``before``; one more than a page shows."""
    rows = Occurrence.objects.filter(case=case).select_related("proposal").only(*_SHOWN).order_by("-id")
    rows = rows.exclude(disposition=OPEN) if settled else rows.filter(disposition=OPEN)
    return _held(case, list((rows.filter(pk__lt=before) if before is not None else rows)[: PAGE + 1]))


def _held(case: Case, rows: list[Occurrence]) -> list[Occurrence]:
    for row in rows:
        row.case = case  # it is in hand: no query for each
    return rows


@cache
def _newest() -> statements.Kept[Occurrence]:
    rows = Occurrence.objects.filter(case=statements.ITEM, disposition=OPEN).order_by("-id")
    return statements.keep(rows.select_related("proposal").only(*_SHOWN)[:FEW])
