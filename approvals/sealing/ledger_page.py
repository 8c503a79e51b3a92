"""A page of the ledger as people read it: entries and the seals over them, newest first, checked while it is drawn."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from approvals import ids
from approvals.ledger import KINDS
from approvals.models import Agent, Seal
from approvals.sealing import inspection, leaves, merkle, seals
from approvals.sealing.horizon import Place
from approvals.sealing.keys import Keyring
from approvals.sealing.leaves import Leaf

SIZE = 50


@dataclass(frozen=True)
class Filters:
    """What the reader asked for. A cursor is a place to read on from: ``before`` it or ``behind`` it."""

    kind: str = ""
    proposal: UUID | None = None
    before: Place | None = None
    behind: Place | None = None

    @property
    def chosen(self) -> bool:
        return bool(self.kind or self.proposal)


@dataclass(frozen=True)
class EntryLine:
    """One fact, as `components/entry.html` shows it."""

    place: Place
    at: datetime
    what: str
    who: str
    kind: str
    digest: str
    proposal: str

    is_seal = False

    @property
    def seq(self) -> int:
        return self.place.id


@dataclass(frozen=True)
class SealLine:
    """One seal, as `components/seal.html` shows it."""

    title: str
    range: str
    word: str
    root: str = ""
    tone: str = ""

    is_seal = True


@dataclass(frozen=True)
class Page:
    """Lines to show, and the places where newer and older pages begin (None where there are none)."""

    lines: list[EntryLine | SealLine]
    newer: Place | None
    older: Place | None


def page(*, workspace_id: int, keys: Keyring, filters: Filters) -> Page:
    """The page asked for. Seals stand between entries only where no filter leaves entries out."""
    found = leaves.newest(
        workspace_id=workspace_id, limit=SIZE + 1, before=filters.before, behind=filters.behind,
        kind=filters.kind, proposal=filters.proposal,
    )  # fmt: skip
    more = len(found) > SIZE
    shown = (found[1:] if filters.behind else found[:SIZE]) if more else found
    if not shown:
        return Page([], None, None)
    has_newer = more if filters.behind else filters.before is not None
    has_older = bool(filters.behind) or more
    over = [] if filters.chosen else _seals_over(workspace_id, shown, keys)
    return Page(
        lines=_woven(_entry_lines(shown), over),
        newer=shown[0].place if has_newer else None,
        older=shown[-1].place if has_older else None,
    )


def _entry_lines(shown: list[Leaf]) -> list[EntryLine]:
    documents = [json.loads(leaf.data) for leaf in shown]
    names = _names({document["actor"] for document in documents})
    return [
        EntryLine(
            place=leaf.place,
            at=datetime.fromisoformat(document["at"]),
            what=KINDS.get(document["kind"], document["kind"]),
            who=names[document["actor"]],
            kind=document["kind"],
            digest=merkle.leaf_hash(leaf.data).hex(),
            proposal=ids.show("proposal", UUID(document["proposal"])) if document["proposal"] else "",
        )
        for leaf, document in zip(shown, documents, strict=True)
    ]


def _names(actors: set[str]) -> dict[str, str]:
    """Actors as people know them. A name may be erased; the entry keeps the number."""
    by_kind: dict[str, list[Any]] = {"user": [], "agent": []}
    for actor in actors:
        kind, _, number = actor.partition(":")
        by_kind.setdefault(kind, []).append(number)
    users = get_user_model().objects.filter(pk__in=by_kind["user"]).values_list("pk", "username")
    agents = Agent.objects.filter(pk__in=by_kind["agent"]).values_list("pk", "name")
    known = {f"user:{number}": name for number, name in users} | {
        f"agent:{number.hex}": name for number, name in agents
    }
    return {actor: known.get(actor, actor.replace(":", " ", 1)) for actor in actors}


def _seals_over(workspace_id: int, shown: list[Leaf], keys: Keyring) -> list[tuple[Place, SealLine]]:
    """The seals over these entries, newest first, each with the place it closes."""
    lowest, highest = shown[-1].place, shown[0].place
    ascending = Seal.objects.filter(
        Q(upto_transaction__gt=lowest.transaction) | Q(upto_id__gte=lowest.id),
        workspace_id=workspace_id,
        upto_transaction__gte=lowest.transaction,
    ).order_by("upto_transaction", "upto_id")[: len(shown) + 1]
    drawn: list[tuple[Place, SealLine]] = []
    before: seals.Head | None = None
    for seal in ascending:
        before = before or _head_before(seal)
        upto = Place(seal.upto_transaction, seal.upto_id)
        drawn.append((upto, _seal_line(seal, shown, before, keys)))
        before = seals.Head(seal.number, seal.digest, upto)
        if upto >= highest:
            return drawn[::-1]
    waiting = SealLine(
        title="Not sealed yet", range="", word="The next tick seals what is complete.", tone="open"
    )
    return [(highest, waiting), *drawn[::-1]]


def _head_before(seal: Seal) -> seals.Head:
    before = (
        Seal.objects.filter(workspace_id=seal.workspace_id, number=seal.number - 1).defer("leaves").first()
    )
    if before is None:
        return seals.Head()
    return seals.Head(before.number, before.digest, Place(before.upto_transaction, before.upto_id))


def _seal_line(seal: Seal, shown: list[Leaf], before: seals.Head, keys: Keyring) -> SealLine:
    size = f"{seal.size} {'entry' if seal.size == 1 else 'entries'}, the last {seal.upto_id}"
    tone, word = "", "Verified: signature, chain, and every entry shown here."
    if not keys.keys:
        word = "Not checked: no public key is published on this machine."
    else:
        try:
            inspection.check_seal(seal, after=before, keys=keys)
            _check_shown(seal, shown, before)
        except inspection.Broken as broken:
            tone, word = "broken", f"Broken. {broken}"
    return SealLine(title=f"Seal {seal.number}", range=size, word=word, root=seal.root, tone=tone)


def _check_shown(seal: Seal, shown: list[Leaf], before: seals.Head) -> None:
    """A seal whose entries are all on this page is checked wholly, else the entries that are."""
    upto = Place(seal.upto_transaction, seal.upto_id)
    covered = [leaf for leaf in reversed(shown) if before.upto < leaf.place <= upto]
    if shown[-1].place <= before.upto and upto <= shown[0].place:
        inspection.check_entries(seal, covered)
    else:
        inspection.check_some(seal, covered)


def _woven(entries: list[EntryLine], over: list[tuple[Place, SealLine]]) -> list[EntryLine | SealLine]:
    lines: list[EntryLine | SealLine] = []
    waiting = list(over)
    for entry in entries:
        while waiting and waiting[0][0] >= entry.place:
            lines.append(waiting.pop(0)[1])
        lines.append(entry)
    return lines
