"""What the list of cases can be narrowed by, fetched when somebody opens it."""

from typing import Any

from django.urls import reverse

from approvals.models import Membership
from approvals.waiting import saved_views
from exceptions.models import FailureClass, Team
from exceptions.places import AGES, Place
from exceptions.whose import Teams

MOST = 200


def around(member: Membership, place: Place, here: str, teams: Teams, *, opened: bool) -> dict[str, Any]:
    """For the list: the panel where the reader wants it at once, and else where it is fetched from."""
    kept = place.query()
    return {
        "panel": panel(member, place) if opened else None,
        "panel_url": f"{reverse('case-filters', args=[member.workspace.slug])}?{kept}",
        "plain_panel_url": f"{here}?{kept}&panel=open",
        "filter_chips": chips(place, here, teams),
    }


def panel(member: Membership, place: Place) -> dict[str, Any]:
    """What there is to choose from, and the member's own views to keep in order."""
    classes = FailureClass.objects.filter(workspace_id=member.workspace_id).order_by("title")
    teams = Team.objects.filter(workspace_id=member.workspace_id).order_by("name")
    return {
        "classes": list(classes.values_list("code", "title")[:MOST]),
        "teams": list(teams.values_list("pk", "name")[:MOST]),
        "ages": [(name, words) for name, (words, _) in AGES.items()],
        "saved": list(saved_views.own(member, saved_views.CASES)),
        "may_keep": member.may(*saved_views.KEEPERS),
        "kept": list(place.told().items()),
    }


def chips(place: Place, here: str, teams: Teams) -> list[dict[str, str]]:
    """One for each condition that is on, with the address that takes it off."""
    team = teams.by_id.get(place.team) if place.team else None
    found = {
        "q": f"“{place.search}”" if place.search else "",
        "class": place.failure_class,
        "team": (team.name if team else "No such team") if place.team else "",
        "older": f"Open {AGES[place.older][0].lower()}" if place.older else "",
        "least": f"From {place.least:,} up" if place.least else "",
    }
    return [
        {"label": label, "url": f"{here}?{place.query(**{name: ''})}"}
        for name, label in found.items()
        if label
    ]
