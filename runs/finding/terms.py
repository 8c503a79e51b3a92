"""What a search for runs asks: what was typed into one box, and the fields beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from approvals import ids
from approvals.models import Agent, Membership, Proposal
from runs.finding import moments
from runs.finding.moments import Moment
from runs.models import Execution, Run
from runs.models.run import State

LONGEST = 200
NOT_A_MOMENT = "“{}” names no moment. Type a day, a time or both: yesterday 15:00."


@dataclass(frozen=True)
class Terms:
    """Every condition holds. ``moment``: what happened then is shown; ``fault`` says what was not understood."""

    typed: Mapping[str, str]
    moment: Moment | None = None
    since: datetime | None = None
    until: datetime | None = None
    workflow: str = ""
    version: str = ""
    state: str = ""
    period: str = ""
    record: str = ""
    agent: Agent | None = None
    person: User | None = None
    run: UUID | None = None
    fault: str = ""

    def __bool__(self) -> bool:
        return any(self.typed.values())


FIELDS = ("q", "at", "since", "until", "workflow", "version", "state", "period", "record", "agent", "person")


def read(asked: Mapping[str, Any], member: Membership, now: datetime) -> Terms:
    """What the address asks. Anything that means nothing here is a fault, and finds nothing rather than everything."""
    typed = {name: str(asked.get(name, "")).replace("\x00", "").strip()[:LONGEST] for name in FIELDS}
    terms = Terms(typed, workflow=typed["workflow"], version=typed["version"], period=typed["period"],
                  record=typed["record"])  # fmt: skip
    if typed["state"]:
        known = typed["state"] in State.values
        terms = replace(
            terms, state=typed["state"] if known else "", fault="" if known else "There is no such state."
        )
    for name in ("at", "since", "until"):
        if typed[name]:
            terms = _timed(terms, name, now)
    if typed["agent"]:
        terms = _of_agent(terms, typed["agent"], member)
    if typed["person"]:
        terms = _of_person(terms, typed["person"], member)
    return _guessed(terms, typed["q"], member, now) if typed["q"] else terms


def _timed(terms: Terms, name: str, now: datetime) -> Terms:
    try:
        found = moments.read(terms.typed[name], now, timezone.get_current_timezone())
    except moments.NoMoment:
        return replace(terms, fault=NOT_A_MOMENT.format(terms.typed[name]))
    if name == "at":
        return replace(terms, moment=found)
    if name == "since":
        return replace(terms, since=found.at)
    return replace(
        terms, until=found.until if found.since == found.at else found.at
    )  # the end of a whole day


def _of_agent(terms: Terms, name: str, member: Membership) -> Terms:
    found = Agent.objects.filter(workspace=member.workspace_id, name=name).first()
    return replace(terms, agent=found) if found else replace(terms, fault=f"There is no agent {name} here.")


def _of_person(terms: Terms, name: str, member: Membership) -> Terms:
    found = User.objects.filter(username=name, pk__in=_people(member)).first()
    return replace(terms, person=found) if found else replace(terms, fault=f"Nobody here is called {name}.")


def _people(member: Membership) -> Any:
    return Membership.objects.filter(workspace=member.workspace_id).values("user")


def _guessed(terms: Terms, text: str, member: Membership, now: datetime) -> Terms:
    """One box for everything: an id, a moment, an agent, a person, a workflow, a period, else a record."""
    if (run := _run_of_id(text, member)) is not None:
        return replace(terms, run=run)
    if len(text) > 2 or not text.isdigit():
        try:
            return replace(terms, moment=moments.read(text, now, timezone.get_current_timezone()))
        except moments.NoMoment:
            pass
    if agent := Agent.objects.filter(workspace=member.workspace_id, name=text).first():
        return replace(terms, agent=agent)
    if person := User.objects.filter(username=text, pk__in=_people(member)).first():
        return replace(terms, person=person)
    mine = Run.objects.filter(workspace=member.workspace_id)
    if mine.filter(workflow=text).exists():
        return replace(terms, workflow=text)
    if mine.filter(period=text).exists():
        return replace(terms, period=text)
    return replace(terms, record=text)


def _run_of_id(text: str, member: Membership) -> UUID | None:
    """The run behind the id of a run, a proposal or an execution of the workspace."""
    kind = next(
        (kind for kind in ("run", "proposal", "execution") if text.startswith(f"{ids.PREFIXES[kind]}_")), ""
    )
    try:
        key = ids.read(kind, text)
    except (KeyError, ids.UnknownId):
        return None
    if kind == "execution":
        rows = Execution.objects.filter(pk=key, workspace=member.workspace_id)
        return rows.values_list("proposal__run", flat=True).first()
    if kind == "proposal":
        mine = Proposal.objects.filter(pk=key, workspace=member.workspace_id, drill=False)
        return mine.values_list("run", flat=True).first()
    return key
