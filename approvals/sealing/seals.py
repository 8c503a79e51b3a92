"""Sealing: a signed Merkle root over every batch of entries, each seal naming the one before.

Nothing queues behind a sealer. It takes what is complete (see ``horizon``), one batch a transaction; two sealers step
aside for each other by an advisory lock, and if they did not, a fork is refused by a constraint.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog
from django.db import connection, transaction

from approvals import canonical
from approvals.models import Seal
from approvals.sealing import horizon, keys, leaves, merkle
from approvals.sealing.horizon import START, Place

FIRST = "0" * 64
BATCH = 5_000
LOCK = 0x5EA1
DUE = """
    SELECT workspace.id FROM approvals_workspace workspace
    LEFT JOIN LATERAL (
      SELECT upto_transaction, upto_id FROM approvals_seal
      WHERE workspace_id = workspace.id ORDER BY number DESC LIMIT 1
    ) last ON true
    CROSS JOIN LATERAL (
      SELECT transaction FROM approvals_ledgerentry
      WHERE workspace_id = workspace.id
        AND (transaction, id) > (coalesce(last.upto_transaction, 0), coalesce(last.upto_id, 0))
      ORDER BY transaction, id LIMIT 1
    ) next
    WHERE next.transaction < %s ORDER BY workspace.id
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Head:
    """The last seal of a workspace, or the place where the first one will be set."""

    number: int = 0
    digest: str = FIRST
    upto: Place = START


def seal_due(*, now: datetime) -> int:
    """Seal everything complete and not yet sealed, in every workspace. Returns how many seals were set.

    Raises `KeyMissing` when there are seals and the key that signs is not here.
    """
    if horizon.mend():
        log.warning("ledger.restored")
    due = _due(horizon.complete())
    if not due:
        return 0
    signer = keys.signer(may_make=not Seal.objects.exists())
    return sum(_seal_workspace(workspace_id=workspace_id, signer=signer, now=now) for workspace_id in due)


def head(workspace_id: int) -> Head:
    """The last seal of a workspace: number and digest are what to note outside this server."""
    last = Seal.objects.filter(workspace_id=workspace_id).order_by("-number").defer("leaves").first()
    if last is None:
        return Head()
    return Head(last.number, last.digest, Place(last.upto_transaction, last.upto_id))


def document(seal: Seal) -> dict[str, Any]:
    """What is signed."""
    return {
        "format": "countersign.seal.1",
        "workspace": seal.workspace_id,
        "number": seal.number,
        "upto_transaction": seal.upto_transaction,
        "upto_id": seal.upto_id,
        "size": seal.size,
        "root": seal.root,
        "previous": seal.previous,
        "key": seal.key,
        "sealed_at": seal.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _due(complete: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [complete])
        return [workspace_id for (workspace_id,) in cursor.fetchall()]


def _seal_workspace(*, workspace_id: int, signer: keys.Signer, now: datetime) -> int:
    count = 0
    while size := _seal_batch(workspace_id=workspace_id, signer=signer, now=now):
        count += 1
        if size < BATCH:
            break
    return count


def _seal_batch(*, workspace_id: int, signer: keys.Signer, now: datetime) -> int:
    """One seal over at most `BATCH` entries. Returns how many it covers; none when another sealer is at it."""
    with transaction.atomic():
        if not _only_one_here(workspace_id):
            return 0
        last = head(workspace_id)
        batch = leaves.after(
            workspace_id=workspace_id, place=last.upto, limit=BATCH, below=horizon.complete()
        )
        if batch:
            hashes = [merkle.leaf_hash(leaf.data) for leaf in batch]
            _set(workspace_id, last=last, upto=batch[-1].place, hashes=hashes, signer=signer, now=now)
    return len(batch)


def _set(
    workspace_id: int, *, last: Head, upto: Place, hashes: list[bytes], signer: keys.Signer, now: datetime
) -> None:
    seal = Seal(
        workspace_id=workspace_id, number=last.number + 1, upto_transaction=upto.transaction, upto_id=upto.id,
        size=len(hashes), root=merkle.root(hashes).hex(), leaves=b"".join(hashes), previous=last.digest,
        key=signer.name, sealed_at=now,
    )  # fmt: skip
    message = canonical.dumps(document(seal))
    seal.digest, seal.signature = sha256(message).hexdigest(), signer.sign(message)
    seal.save(force_insert=True)


def _only_one_here(workspace_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, workspace_id % 2**31])
        return bool(cursor.fetchone()[0])
