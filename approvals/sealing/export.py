"""The ledger as JSON Lines, for an auditor who trusts neither this server nor this code.

The first line is a header with the public keys; then, workspace by workspace, come entries in sealing order, each seal
right behind the entries it covers, then the complete entries no seal covers yet. The closing line says how much came
before it, so a file cut short is known for one. `verifier.py` checks such a file with nothing but Python and a public
key; it travels along as ``verify.py``.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async

from approvals import canonical
from approvals.models import Seal, Workspace
from approvals.sealing import horizon, inspection, leaves, merkle, seals
from approvals.sealing.horizon import START, Place
from approvals.sealing.keys import Keyring
from approvals.sealing.leaves import Leaf

FORMAT = "countersign.ledger.1"
VERIFIER = Path(__file__).with_name("verifier.py")
AT_ONCE = 1_000
NO_SEAL = seals.Head().digest


@dataclass
class Tally:
    """What was written of one workspace: its entries, its seals, and the digest of the last seal."""

    entries: int = 0
    seals: int = 0
    head: str = NO_SEAL


def blocks(*, workspaces: Iterable[Workspace], keys: Keyring, now: datetime) -> Iterator[bytes]:
    """The export in pieces of whole lines, with a bounded number of rows in memory."""
    chosen = list(workspaces)
    yield _line(
        {
            "format": FORMAT,
            "exported_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "keys": {name: key.hex() for name, key in keys.keys.items()},
            "workspaces": {str(workspace.pk): workspace.slug for workspace in chosen},
        }
    )
    tallies = {str(workspace.pk): Tally() for workspace in chosen}
    for workspace in chosen:
        yield from _workspace(workspace.pk, tallies[str(workspace.pk)])
    yield _line({"end": {name: asdict(tally) for name, tally in tallies.items()}})


async def in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for an asynchronous server: each piece is fetched in a thread, only when the last one has gone out."""
    fetch = sync_to_async(lambda: next(pieces, None))
    while (piece := await fetch()) is not None:
        yield piece


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write an export, and the program that checks it beside it."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    path.with_name("verify.py").write_bytes(VERIFIER.read_bytes())


def _workspace(workspace_id: int, tally: Tally) -> Iterator[bytes]:
    complete = horizon.complete()
    place = START
    for seal in inspection.seals_of(workspace_id):
        upto = Place(seal.upto_transaction, seal.upto_id)
        yield from _entries(workspace_id, place, bytes(seal.leaves), tally, upto=upto)
        yield _seal(seal)
        tally.seals, tally.head = tally.seals + 1, seal.digest
        place = upto
    yield from _entries(workspace_id, place, b"", tally, below=complete)


def _entries(
    workspace_id: int,
    place: Place,
    hashes: bytes,
    tally: Tally,
    *,
    upto: Place | None = None,
    below: int | None = None,
) -> Iterator[bytes]:
    count = 0
    while batch := leaves.after(
        workspace_id=workspace_id, place=place, limit=AT_ONCE, upto=upto, below=below
    ):
        yield b"".join(_entry(leaf, count + at, hashes) for at, leaf in enumerate(batch))
        place, count = batch[-1].place, count + len(batch)
        tally.entries += len(batch)


def _entry(leaf: Leaf, at: int, hashes: bytes) -> bytes:
    """The hash is the one sealed, where there is one: an entry changed since then does not fit it."""
    digest = hashes[at * 32 : at * 32 + 32] or merkle.leaf_hash(leaf.data)
    return b'{"at":%d,"entry":%s,"leaf":"%s"}\n' % (at, leaf.data, digest.hex().encode())


def _seal(seal: Seal) -> bytes:
    return _line({"digest": seal.digest, "seal": seals.document(seal), "signature": seal.signature})


def _line(value: dict[str, Any]) -> bytes:
    return canonical.dumps(value) + b"\n"
