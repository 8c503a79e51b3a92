"""Who was told about a case, through what, and whether it arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from approvals import wording
from approvals.waiting import statements
from exceptions import call_words, clocks
from exceptions.models import Call, Case
from exceptions.models.call import CallState
from exceptions.models.channel import Kind

MOST = 40
WHY = {
    "opened": "it opened", "escalated": "nobody had taken it", "reminder": "the hold runs out",
    "regressed": "it happened again", "escalating": "it escalated", "incident": "an incident",
}  # fmt: skip
THROUGH = {Kind.IN_APP: "in the product", Kind.EMAIL: "e-mail", Kind.CHAT: "chat", Kind.WEBHOOK: "webhook"}
TONES = {
    CallState.DELIVERED: "ok",
    CallState.WAITING: "ask",
    CallState.FAILED: "stop",
    CallState.NEEDLESS: "",
}
_SHOWN = (
    "case_id", "why", "kind", "state", "attempts", "next_try_at", "error", "created_at", "user__username", "team__name",
    "channel__name",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Calls that were made together and ended alike, as a line: ``arrived`` is how, or what they wait for."""

    at: datetime
    when: str
    who: str
    through: str
    why: str
    arrived: str
    tone: str


def of(case: Case, now: datetime) -> list[Told]:
    """The newest calls, newest first. One query."""
    return lines(statements.ask(_newest(), {statements.ITEM: case.pk}), now)


@cache
def _newest() -> statements.Kept[Call]:
    rows = Call.objects.filter(case=statements.ITEM).select_related("user", "team", "channel").order_by("-id")
    return statements.keep(rows.only(*_SHOWN)[:MOST])


def of_many(cases: Sequence[Case], now: datetime) -> list[tuple[Case, Told]]:
    """The same of several cases, each line with its case. One query."""
    mine: dict[UUID | None, list[Call]] = {}
    for row in statements.ask(_of_several(), statements.ids(case.pk for case in cases)):
        mine.setdefault(row.case_id, []).append(row)
    return [(case, line) for case in cases for line in lines(mine.get(case.pk, []), now)]


@cache
def _of_several() -> statements.Kept[Call]:
    rows = Call.objects.filter(statements.among("exceptions_call.case_id"))
    return statements.keep(
        rows.select_related("user", "team", "channel").only(*_SHOWN).order_by("-id")[:MOST]
    )


def lines(rows: Sequence[Call], now: datetime) -> list[Told]:
    """Calls as lines, in their order."""
    alike: dict[tuple[str, ...], list[Call]] = {}
    for row in rows:
        key = (row.created_at.isoformat(), row.why, _through(row), row.state, _arrived(row, now), _team(row))
        alike.setdefault(key, []).append(row)
    return [_line(group, now) for group in alike.values()]


def _line(group: list[Call], now: datetime) -> Told:
    row, team = group[0], _team(group[0])
    people = wording.listed(sorted(one.user.get_username() for one in group if one.user))
    return Told(
        at=row.created_at, when=clocks.when(row.created_at, now), through=_through(row), why=WHY.get(row.why, row.why),
        who=f"{people}, {team}" if people and team else people or team or "another system",
        arrived=_arrived(row, now), tone=TONES[CallState(row.state)],
    )  # fmt: skip


def _team(row: Call) -> str:
    return row.team.name if row.team else ""


def _through(row: Call) -> str:
    way = THROUGH[Kind(row.kind)]
    return f"{way} {row.channel.name}" if row.channel else way


def _arrived(row: Call, now: datetime) -> str:
    match row.state:
        case CallState.DELIVERED:
            return "arrived"
        case CallState.NEEDLESS:
            return "not needed any more"
        case CallState.FAILED:
            return f"did not arrive: {call_words.reason(row.error)}" if row.error else "did not arrive"
    tries = f" after {wording.counted(row.attempts, 'try', 'tries')}" if row.attempts else ""
    later = row.next_try_at is not None and row.next_try_at > now
    again = f", again {clocks.when(row.next_try_at, now)}" if later and row.next_try_at else ""
    return f"waits for a worker{tries}{again}"
