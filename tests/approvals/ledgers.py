"""Ledgers for tests of the proof: entries appended, sealed, checked, and tampered with as only an owner can."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from approvals import actors, ledger
from approvals.models import LedgerEntry, Seal, Workspace
from approvals.sealing import inspection, keys, seals

ENTRIES, SEALS = "approvals_ledgerentry", "approvals_seal"


def a_workspace(slug: str = "archive") -> Workspace:
    return Workspace.objects.create(slug=slug, name=slug.title(), created_at=timezone.now())


def append(workspace: Workspace, count: int = 1, **fields: Any) -> None:
    """Entries, committed together."""
    values: dict[str, Any] = {"kind": "run.started", "actor": actors.worker("test"), "at": timezone.now()}
    with transaction.atomic():
        ledger.append_many(
            ledger.entry(workspace_id=workspace.pk, **values | {"data": {"number": number}} | fields)
            for number in range(count)
        )


def seal() -> int:
    return seals.seal_due(now=timezone.now())


def sealed_in_batches(workspace: Workspace, *sizes: int) -> None:
    """A seal over each of these many entries."""
    for size in sizes:
        append(workspace, size)
        assert seal()


def inspect(workspace: Workspace, **more: Any) -> inspection.Report:
    return inspection.inspect(workspace=workspace, keys=keys.published(), now=timezone.now(), **more)


def entry_ids(workspace: Workspace) -> list[int]:
    return list(
        LedgerEntry.objects.filter(workspace=workspace)
        .order_by("transaction", "id")
        .values_list("id", flat=True)
    )


def get_seal(workspace: Workspace, number: int) -> Seal:
    return Seal.objects.get(workspace=workspace, number=number)


@contextmanager
def without_laws(table: str) -> Iterator[None]:
    """What the owner of a table can do: set its triggers aside."""
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper(table: str, statement: str, *values: Any) -> None:
    with without_laws(table):
        run(statement, *values)


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
