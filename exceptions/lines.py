"""One line for each case: what, whose, since when, what comes next, and what it blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from approvals import wording
from approvals.visible import visible
from exceptions import clocks, money, schedule, steps, targets
from exceptions.models import Case
from exceptions.models.case import State

SOON = timedelta(minutes=15)


@dataclass(frozen=True)
class Line:
    """Names are those that ``components/row.html`` reads, and the wide table more of them."""

    id: str
    url: str
    title: SafeString
    amount: str  # how many failures of the cause are open
    why: SafeString
    due: str
    due_tone: str
    current: bool
    held: bool
    code: str
    team: SafeString
    person: SafeString
    since: str
    since_at: datetime
    next: SafeString
    failures: str
    money: str
    flags: tuple[str, ...] = ()
    marks: str = ""


def names(cases: Sequence[Case]) -> dict[str, str]:
    """Whom the next steps of these cases call by name; no query where they call owners and backups."""
    wanted = {schedule.step_of(case).to for case in cases if case.state != State.RESOLVED}
    wanted -= {steps.OWNER, steps.BACKUP}
    return targets.named(cases[0].workspace_id, sorted(wanted)) if wanted else {}


def row(case: Case, *, url: str, now: datetime, current: bool, called: Mapping[str, str]) -> Line:
    """The line as it stands now; ``called`` are the `names` of its page."""
    held = case.state == State.ACKNOWLEDGED
    holder = case.assignee.get_username() if case.assignee and held else ""
    due, tone = _due(case, now)
    stuck = case.open_count or case.total_count
    return Line(
        id=case.public_id, url=url, title=visible(case.title), amount=f"{stuck:,}",
        why=visible(f"{case.owner.name} · {holder or 'nobody yet'}"),
        due=due, due_tone=tone, current=current, held=held, code=case.failure_class.code, team=visible(case.owner.name),
        person=visible(holder), since=wording.spell(now - case.opened_at), since_at=case.opened_at,
        next=visible(_next(case, called)), failures=_failures(stuck),
        money=wording.listed([wording.money(*pair) for pair in money.of(case)[:2]]), flags=_flags(case, now),
    )  # fmt: skip


def _failures(count: int) -> str:
    return wording.counted(count, "failure") if count < 10 else f"{count:,} failures"


def _due(case: Case, now: datetime) -> tuple[str, str]:
    if case.state == State.RESOLVED or case.next_escalation_at is None:
        return (wording.ago(now - case.resolved_at) if case.resolved_at else "", "")
    left = case.next_escalation_at - now
    if case.state == State.ACKNOWLEDGED:
        return (f"held {wording.spell(left)}", "")
    if is_snoozed(case, now):
        return (f"until {clocks.when(case.next_escalation_at, now)}", "")
    if left <= timedelta(0):
        return (f"late {wording.spell(-left)}", "late")
    return (wording.spell(left), "late" if case.escalated_to_id else "soon" if left < SOON else "")


def is_snoozed(case: Case, now: datetime) -> bool:
    """Whether somebody put it off until later."""
    return case.state == State.OPEN and case.snoozed_until is not None and case.snoozed_until > now


def _next(case: Case, called: Mapping[str, str]) -> str:
    """What happens when the clock rings, if nobody does anything."""
    if case.state == State.RESOLVED:
        return "Resolved"
    if case.state == State.ACKNOWLEDGED:
        return "The hold runs out"
    if case.snoozed_until is not None:
        return "Comes back"
    to = schedule.step_of(case).to
    own = {steps.OWNER: case.owner.name, steps.BACKUP: targets.backup(case).name}
    return f"{own.get(to) or called.get(to, 'Somebody')} is called"


def _flags(case: Case, now: datetime) -> tuple[str, ...]:
    """What makes it unlike others."""
    if case.state == State.RESOLVED:
        return ()
    flags = (("escalating", case.escalating_at is not None), ("back again", case.regressed))
    return tuple(name for name, holds in flags if holds)
