"""Checking the proof: every seal against the one before and its signature, every entry against its seal.

The walk stops at the first thing that is wrong and names it. What it cannot see from inside is an end that was cut
off together with its seals: for that, give it the head (number and digest) you noted outside this server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection

from approvals import canonical
from approvals.models import Seal, Workspace
from approvals.sealing import leaves, merkle, seals
from approvals.sealing.horizon import Place
from approvals.sealing.keys import Keyring
from approvals.sealing.leaves import Leaf

PATIENCE = timedelta(seconds=60)
SEALS_AT_ONCE = 50
HASH = 32
UNSEALED = """
    SELECT count(*), count(*) FILTER (WHERE at < %s), min(id) FILTER (WHERE at < %s) FROM approvals_ledgerentry
    WHERE workspace_id = %s AND (transaction, id) > (%s, %s)
"""


class Broken(Exception):
    """The first thing found wrong. ``place`` is an entry or a seal, ``reason`` what is wrong with it."""

    def __init__(self, place: str, reason: str):
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True)
class Note:
    """A head somebody wrote down outside this server."""

    number: int
    digest: str


@dataclass(frozen=True)
class Report:
    """What was found to be right. ``unsealed`` entries are younger than `PATIENCE` and wait for their seal."""

    entries: int
    unsealed: int
    head: seals.Head


def inspect(*, workspace: Workspace, keys: Keyring, now: datetime, note: Note | None = None) -> Report:
    """Check a workspace's whole ledger. Raises `Broken` at the first bad seal or entry."""
    entries = _Entries(workspace.pk)
    head, covered = seals.Head(), 0
    for seal in seals_of(workspace.pk):
        check_seal(seal, after=head, keys=keys)
        if note and note.number == seal.number and note.digest != seal.digest:
            raise Broken(f"seal {seal.number}", f"it is not the seal that was noted outside ({note.digest})")
        upto = Place(seal.upto_transaction, seal.upto_id)
        check_entries(seal, entries.upto(upto))
        head, covered = seals.Head(seal.number, seal.digest, upto), covered + seal.size
    if note and note.number > head.number:
        raise Broken(
            f"seal {head.number + 1}", f"it is gone: a head with number {note.number} was noted outside"
        )
    return Report(entries=covered, unsealed=_unsealed(workspace.pk, head.upto, now), head=head)


def seals_of(workspace_id: int) -> Iterator[Seal]:
    """The seals in order, a few in memory at a time."""
    number = 0
    while batch := list(
        Seal.objects.filter(workspace_id=workspace_id, number__gt=number).order_by("number")[:SEALS_AT_ONCE]
    ):
        yield from batch
        number = batch[-1].number


def check_seal(seal: Seal, *, after: seals.Head, keys: Keyring) -> None:
    """The seal itself: its number, the one before, its digest and its signature. Raises `Broken`."""
    name = f"seal {seal.number}"
    if seal.number != after.number + 1:
        raise Broken(f"seal {after.number + 1}", f"it is gone: the next one found is number {seal.number}")
    if seal.previous != after.digest:
        raise Broken(name, f"it does not follow seal {after.number}, whose digest is {after.digest}")
    message = canonical.dumps(seals.document(seal))
    if sha256(message).hexdigest() != seal.digest:
        raise Broken(name, "it was changed: its digest is not that of its contents")
    if not keys.knows(seal.key):
        raise Broken(name, f"it is signed with the key {seal.key}, which is not published here")
    if not keys.verifies(name=seal.key, signature=seal.signature, message=message):
        raise Broken(name, "its signature is not by the key it names")


def check_entries(seal: Seal, found: list[Leaf]) -> None:
    """The entries under a seal. Raises `Broken`, naming the entry where the leaves tell."""
    hashes = [merkle.leaf_hash(leaf.data) for leaf in found]
    fits = len(hashes) == seal.size and merkle.root(hashes).hex() == seal.root
    if fits and b"".join(hashes) == bytes(seal.leaves):
        return
    stored = _listed(seal)
    if merkle.root(stored).hex() == seal.root:
        raise _first_difference(seal, found, hashes, stored)
    if merkle.root(hashes).hex() == seal.root:
        raise Broken(
            f"seal {seal.number}", "its list of leaves was changed; its entries are as they were sealed"
        )
    within = f"entries {found[0].place.id} to {seal.upto_id}" if found else "its entries, all gone,"
    raise Broken(f"seal {seal.number}", f"{within} are not what was sealed")


def check_some(seal: Seal, found: list[Leaf]) -> None:
    """A few of the entries under a seal, against its list of leaves. Raises `Broken` at the first not on it."""
    stored = _listed(seal)
    if merkle.root(stored).hex() != seal.root:
        raise Broken(f"seal {seal.number}", "its list of leaves was changed")
    known = set(stored)
    for leaf in found:
        if merkle.leaf_hash(leaf.data) not in known:
            raise Broken(f"entry {leaf.place.id}", f"it is not what seal {seal.number} was set over")


def _listed(seal: Seal) -> list[bytes]:
    sealed = bytes(seal.leaves)
    return [sealed[at : at + HASH] for at in range(0, len(sealed), HASH)]


def _first_difference(seal: Seal, found: list[Leaf], hashes: list[bytes], stored: list[bytes]) -> Broken:
    pairs = zip(hashes, stored, strict=False)
    at = next(
        (place for place, (have, had) in enumerate(pairs) if have != had), min(len(hashes), len(stored))
    )
    before = f"entry {found[at - 1].place.id}" if at else f"the beginning of seal {seal.number}"
    if at == len(hashes):
        return Broken(f"the entry after {before}", f"it was deleted; seal {seal.number} covers it")
    name = f"entry {found[at].place.id}"
    if hashes[at] in stored[at + 1 :]:
        return Broken(f"the entry before {name}", f"it was deleted; seal {seal.number} covers it")
    if at == len(stored) or stored[at] in hashes[at + 1 :]:
        return Broken(name, f"it was inserted: it was not there when seal {seal.number} was set")
    return Broken(name, f"it was changed after seal {seal.number} was set")


class _Entries:
    """The entries of a workspace, handed out seal by seal."""

    def __init__(self, workspace_id: int):
        self._walk = leaves.walk(workspace_id=workspace_id)
        self._next = next(self._walk, None)

    def upto(self, place: Place) -> list[Leaf]:
        found = []
        while self._next is not None and self._next.place <= place:
            found.append(self._next)
            self._next = next(self._walk, None)
        return found


def _unsealed(workspace_id: int, place: Place, now: datetime) -> int:
    with connection.cursor() as cursor:
        late = now - PATIENCE
        cursor.execute(UNSEALED, [late, late, workspace_id, *place])
        count, overdue, oldest = cursor.fetchone()
    if overdue:
        raise Broken(
            f"entry {oldest}",
            f"it is unsealed, as are {overdue} older than {PATIENCE.seconds} seconds:"
            " is the tick running, and is no transaction left open?",
        )
    return int(count)
