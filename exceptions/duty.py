"""Whom a call to a team reaches: who is on duty at a moment, or everybody. Nobody is called who has left."""

from datetime import datetime

from django.contrib.auth.models import User

from exceptions import rosters
from exceptions.models import Team
from exceptions.turns import hours_of

__all__ = ["DUTY", "EVERYONE", "WHOM", "hours_of", "on_duty", "reached"]

DUTY, EVERYONE = "duty", "everyone"
WHOM = (DUTY, EVERYONE)


def on_duty(team: Team, at: datetime) -> User | None:
    """Who is on duty then: whom an override names, else whose turn it is, else who comes next in the order.

    Whoever is away is replaced by who stands in for them. None where no turns were agreed on, or nobody is left.
    """
    return rosters.of(team, at).on_duty(at)


def reached(team: Team, whom: str, at: datetime) -> list[User]:
    """Whom a step that calls this team reaches. Where no turns were agreed on, everybody is on duty."""
    roster = rosters.of(team, at)
    if whom == DUTY and roster.takes_turns(at):
        found = roster.on_duty(at)
        return [found] if found is not None else []
    return roster.everyone(at)
