"""What the page tells about itself: the item on the screen, the items it has ahead, and those it has left."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from approvals import ids
from approvals.flow.flow_desk import Known

MOST = 8
ROWS = 12
LONGEST = 120


@dataclass(frozen=True)
class Told:
    """What makes no sense is left out."""

    opened: UUID | None
    mark: str
    ahead: dict[UUID, Known]
    left: list[UUID]


def told(request: HttpRequest) -> Told:
    """A heartbeat: ``open=id:mark``, ``ahead=id:epoch:mark`` and ``left=id``, the last two any number of times."""
    name, _, mark = request.POST.get("open", "").partition(":")
    return Told(
        _id(name), mark[:LONGEST], _known(request.POST.getlist("ahead")), _ids(request.POST.getlist("left"))
    )


def has_ahead(request: HttpRequest) -> list[UUID] | None:
    """An answer in the flow says what the page shows now, and has ahead. None: the page waits for the server."""
    header = request.headers.get("X-Ahead")
    return None if header is None else _ids(header[: MOST * LONGEST].split(","))


def wants_list(request: HttpRequest) -> bool:
    """A page that still shows enough rows takes the answered one away itself; it says how many it has left."""
    rows = request.headers.get("X-Rows", "")
    return not (rows.isascii() and rows.isdigit() and int(rows[:6]) >= ROWS)


def _known(lines: Iterable[str]) -> dict[UUID, Known]:
    known = {}
    for line in list(lines)[:MOST]:
        name, epoch, mark = (*line[:LONGEST].split(":"), "", "")[:3]
        pk = _id(name)
        if pk is not None and epoch.isascii() and epoch.isdigit() and len(epoch) < 19:
            known[pk] = Known(int(epoch), mark)
    return known


def _ids(names: Iterable[str]) -> list[UUID]:
    return [pk for pk in map(_id, list(names)[:MOST]) if pk is not None]


def _id(name: str) -> UUID | None:
    try:
        return ids.read("proposal", name.strip())
    except ids.UnknownId:
        return None
