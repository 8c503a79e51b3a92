"""Where one row stands among others: comparisons of whole sorting keys, which an index on them answers at once."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.utils import timezone

from approvals.models import Proposal

BEHIND, AHEAD, UP_TO = ">", "<", "<="


class _Row(Func):
    function = "ROW"


class _Compared(Func):
    """``ROW(a, b) > ROW(1, 2)``: PostgreSQL starts there in the index, however many share the first column."""

    template = "%(expressions)s"
    output_field = BooleanField()


def compared(columns: Sequence[str], how: str, given: Proposal) -> Func:
    """The rows that stand so to ``given`` when each column ascends."""
    there = [Value(_value(given, column)) for column in columns]
    return _Compared(_Row(*map(F, columns)), _Row(*there), arg_joiner=f" {how} ")


def mirrored(how: str) -> str:
    """The same when each column descends."""
    return how.translate(str.maketrans("<>", "><"))


def _value(given: Proposal, column: str) -> Any:
    value = getattr(given, column)
    return timezone.now() if value is None else value  # only a moment of settlement may be missing
