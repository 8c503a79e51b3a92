"""A small outside world for tests: a memo board behind a tool, kept in this process, with trouble on demand.

It stands for a system that is not ours, so that tests of the corridor need no second database.
"""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

from approvals import tools


class Memo(tools.Arguments):
    title: str
    amount: Decimal | None = None
    currency: str = "EUR"
    day: date | None = None


class Board:
    """What was written, by key, and how the next calls shall behave."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.written: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.version = "1"
        self.trouble: list[Exception] = []
        self.deaf = False  # look-ups cannot be answered

    def write(self, key: str, row: dict[str, Any]) -> None:
        with self.lock:
            self.calls.append(key)
            if self.trouble:
                raise self.trouble.pop(0)
            self.written.setdefault(key, row)


BOARD = Board()


class WriteMemo(tools.Tool):
    name = "memo.write"
    title = "Write a memo"
    Arguments = Memo
    risk = "low"
    reversibility = "exact"
    idempotency = "key"
    grounded = {"title": "text"}
    editable = ("title", "amount", "day")

    def amount(self, arguments: Memo) -> tuple[Decimal, str] | None:
        return (arguments.amount, arguments.currency) if arguments.amount is not None else None

    def likeness(self, arguments: Memo) -> str:
        return arguments.title.casefold()

    def dates(self, arguments: Memo) -> dict[str, date]:
        return {"day": arguments.day} if arguments.day else {}

    def headline(self, arguments: dict[str, Any]) -> str:
        return f"Write “{arguments.get('title')}”"

    def observe(self, arguments: Memo, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={"memos": len(BOARD.written)}, version=BOARD.version)

    def run(self, arguments: Memo, *, key: str, context: tools.Context) -> tools.Receipt:
        BOARD.write(key, {"title": arguments.title, "workspace": context.workspace})
        return tools.Receipt(reference=f"memo:{key[:8]}", after={"title": arguments.title}, data={"key": key})

    def look_up(self, arguments: Memo, *, key: str, context: tools.Context) -> tools.Receipt | None:
        if BOARD.deaf:
            raise tools.Transient("integration.unreachable", "the board does not answer")
        row = BOARD.written.get(key)
        return tools.Receipt(f"memo:{key[:8]}", {"title": row["title"]}, {"key": key}) if row else None

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        return "memo.erase", {"key": receipt["data"]["key"]}


class Erasure(tools.Arguments):
    key: str


class EraseMemo(tools.Tool):
    name = "memo.erase"
    title = "Erase a memo"
    Arguments = Erasure
    risk = "medium"
    reversibility = "compensating"
    idempotency = "none"
    observes = False
    reversal_of = "memo.write"

    def observe(self, arguments: Erasure, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={}, version="")

    def run(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt:
        with BOARD.lock:
            if BOARD.written.pop(arguments.key, None) is None:
                raise tools.Refused("posting.already_voided", "no such memo", "key")
        return tools.Receipt(reference=f"erased:{arguments.key[:8]}")

    def look_up(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt | None:
        return None


def install() -> Board:
    """Register the tools and hand out a clean board."""
    tools.register(WriteMemo())
    tools.register(EraseMemo())
    BOARD.clear()
    return BOARD
