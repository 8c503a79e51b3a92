"""Whom the steps of an escalation call: teams and persons, who is reached there, and in whose hours."""

from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import User

from approvals import hours
from approvals.hours import Hours
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.routing import covers
from exceptions import duty, steps
from exceptions.models import Case, Team
from exceptions.steps import Step


def backup(case: Case) -> Team:
    """Who is called when the owner does not come: another team, also after the case was handed over."""
    known = case.failure_class
    return known.backup if known.backup_id != case.owner_id else known.owner


class Reach:
    """Who is reached at one moment. Each team and person is looked up once, however many cases call them."""

    def __init__(self, at: datetime):
        self.at = at
        self._teams: dict[tuple[int, int], Team | None] = {}
        self._seats: dict[tuple[int, int], list[Membership]] = {}
        self._people: dict[tuple[int, str], list[User]] = {}
        self._hours: dict[int, Hours] = {}
        self._admins: dict[int, list[User]] = {}

    def team(self, case: Case, step: Step) -> Team | None:
        """The team a step calls; None for a person, and for a team that is not there."""
        found = self._team(case, step.to)
        if found is not None:
            found.workspace = case.workspace
        return found

    def _team(self, case: Case, to: str) -> Team | None:
        if to == steps.OWNER:
            return case.owner
        if to == steps.BACKUP:
            return backup(case)
        if not to.startswith(steps.TEAM):
            return None
        key = (case.workspace_id, steps.number_in(to) or 0)
        if key not in self._teams:
            self._teams[key] = Team.objects.filter(workspace=key[0], pk=key[1]).first()
        return self._teams[key]

    def users(self, case: Case, step: Step) -> list[User]:
        """Whom a step reaches, empty when it is nobody."""
        if step.to.startswith(steps.PERSON):
            return [seat.user for seat in self._seat(case, step)]
        team = self.team(case, step)
        if team is None:
            return []
        key = (team.pk, step.whom)
        if key not in self._people:
            self._people[key] = list(duty.reached(team, step.whom, self.at))
        return self._people[key]

    def hours(self, case: Case, step: Step) -> Hours | None:
        """In whose hours the clock of a step runs; None when nobody's are known."""
        if step.to.startswith(steps.PERSON):
            return next((_hours_of(seat) for seat in self._seat(case, step)), None)
        team = self.team(case, step)
        if team is None:
            return None
        if team.pk not in self._hours:
            self._hours[team.pk] = duty.hours_of(team)
        return self._hours[team.pk]

    def admins(self, case: Case) -> list[User]:
        """Who is told when a whole plan reaches nobody."""
        if case.workspace_id not in self._admins:
            seats = Membership.objects.filter(
                workspace=case.workspace_id, roles__contains=[Role.ADMIN], user__is_active=True
            )
            self._admins[case.workspace_id] = [seat.user for seat in seats.select_related("user")]
        return self._admins[case.workspace_id]

    def _seat(self, case: Case, step: Step) -> list[Membership]:
        """The person, or who stands in for them; nobody who has left, and nobody else while both are away."""
        key = (case.workspace_id, steps.number_in(step.to) or 0)
        if key not in self._seats:
            away = dict(covers.at_present(key[0], self.at).values_list("away", "stand_in"))
            wanted = away.get(key[1], key[1])
            self._seats[key] = [] if wanted in away else seats(key[0], wanted)
        return self._seats[key]


def seats(workspace_id: int, user: int) -> list[Membership]:
    """The person's seat in the workspace, where they have one and may sign in."""
    here = Membership.objects.filter(workspace=workspace_id, user=user, user__is_active=True)
    return list(here.select_related("user", "workspace"))


def _hours_of(seat: Membership) -> Hours:
    try:
        return hours.of_member(seat)
    except hours.OddHours:
        return hours.of_workspace(seat.workspace)


class Names:
    """What the targets of one case's steps are called, for pages."""

    def __init__(self, case: Case):
        self.case = case

    def of(self, step: Step) -> str:
        if step.to == steps.OWNER:
            return self.case.owner.name
        if step.to == steps.BACKUP:
            return backup(self.case).name
        return self._named.get(step.to, "somebody who is not here any more")

    @cached_property
    def _named(self) -> dict[str, str]:
        return named(self.case.workspace_id, [one.to for one in steps.read(self.case.steps)])


def named(workspace_id: int, targets: list[str]) -> dict[str, str]:
    """The names of teams and people that steps name by id."""
    teams = [steps.number_in(to) or 0 for to in targets if to.startswith(steps.TEAM)]
    people = [steps.number_in(to) or 0 for to in targets if to.startswith(steps.PERSON)]
    found: dict[str, str] = {}
    if teams:
        rows = Team.objects.filter(workspace=workspace_id, pk__in=teams)
        found |= {f"{steps.TEAM}{pk}": name for pk, name in rows.values_list("pk", "name")}
    if people:
        seats = Membership.objects.filter(workspace=workspace_id, user__in=people)
        found |= {f"{steps.PERSON}{pk}": name for pk, name in seats.values_list("user", "user__username")}
    return found
