"""What the tests of drills need: a history to make them of, and one drill among the work."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from approvals import actors
from approvals.models import Drill, Proposal, Workspace
from approvals.oversight import drills
from approvals.submission import Exhibit
from tests.builders import a_proposal, approve, now
from tests.people import Company

WORKER = actors.worker("test")


def a_receipt(company: Company, number: int, *, at: Any = None, **more: Any) -> Proposal:
    """A memo about a receipt that prints more than one amount, and more than one date."""
    text = (
        f"CORNER SHOP {number}\nDATE 2026-10-03\nSUBTOTAL 41.10\nTAX 2.90\nTOTAL 44.00\n"
        f"CASH 50.00\nCHANGE 6.00\nPlease write: Receipt {number}\n"
    )
    start = text.index("44.00")
    spans = ({"field": "/amount", "start": start, "end": start + 5},)
    arguments = {"title": f"Receipt {number}", "amount": "44.00"}
    return a_proposal(
        company.bot, at=at, arguments=arguments, subject=f"receipt:X{number:06d}", idempotency_key=f"receipts/{number}",
        summary=f"44.00 for receipt {number}", rationale="Total: printed beside TOTAL, 44.00.",
        confidence=Decimal("0.95"), evidence=(Exhibit("text", text, "Receipt", f"receipt:X{number:06d}", spans),),
        **more,
    )  # fmt: skip


def a_history(company: Company, many: int = 6) -> list[Proposal]:
    """Receipts that Ken has signed, one after another, days ago."""
    begun = now() - timedelta(days=3)
    made = []
    for number in range(1, many + 1):
        at = begun + timedelta(minutes=number)
        made.append(approve(a_receipt(company, number, at=at), company.ken, at=at + timedelta(seconds=30)))
    return made


def a_drill(company: Company, *, seed: int = 1) -> Proposal:
    """One drill, made of the history, waiting among the work."""
    return some_drills(company.workspace, 1, seed)[0]


def some_drills(workspace: Workspace, count: int, seed: int = 1) -> list[Proposal]:
    return drills.prepare(workspace=workspace, count=count, actor=WORKER, now=now(), chance=Random(seed))


def told(drill: Proposal) -> Drill:
    return Drill.objects.get(proposal=drill)
