"""Teams: a list and a page that every member may read, and forms for admins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.administering import settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from exceptions import access as own
from exceptions import team_page, teams
from exceptions.team_forms import NewTeamForm, TeamForm

TAB = "teams"


@require_safe
@never_cache
def team_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every team, and who is on duty in it."""
    return _list(request, access.member(request, workspace), NewTeamForm())


@require_POST
def add(request: HttpRequest, workspace: str) -> HttpResponse:
    """A team of nobody yet; its page is where it is filled."""
    member, form = settings_page.admin(request, workspace), NewTeamForm(request.POST)
    if form.is_valid():
        try:
            name, actor = form.cleaned_data["name"], access.actor(request)
            team = teams.add(name=name, member=member, actor=actor, now=timezone.now())
        except teams.SameName:
            form.add_error("name", "Another team is called so.")
        else:
            messages.success(request, f"{team.name} was added. Say who is in it.")
            return SeeOther(reverse("team", args=[workspace, team.pk]))
    return _list(request, member, form, code=422)


@require_safe
@never_cache
def one(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Who is in it and on duty, and what may be changed by whom."""
    member = access.member(request, workspace)
    context = team_page.read(own.team(member, team), member, timezone.now())
    return settings_page.show(request, member, TAB, "team", context)


@require_POST
def change(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Set its name, people, hours and turns."""
    member, now = settings_page.admin(request, workspace), timezone.now()
    found = own.team(member, team)
    form = TeamForm(found, team_page.workspace_people(member), request.POST)
    if form.is_valid():
        try:
            teams.change(
                team=found, seen_version=form.cleaned_data["version"], terms=form.terms(), member=member,
                actor=access.actor(request), now=now,
            )  # fmt: skip
        except teams.SameName:
            form.add_error("name", "Another team is called so.")
        except teams.NoMember:
            form.add_error("members", "Somebody has left the workspace meanwhile. Look at it again.")
        except teams.StaleTeam:
            form.add_error(None, "Somebody changed this team meanwhile. Open it again to see how.")
        else:
            messages.success(request, f"{found.name}: changed. Calls from now on go by it.")
            return SeeOther(reverse("team", args=[workspace, found.pk]))
    context = team_page.read(found, member, now, form=form)
    return settings_page.show(request, member, TAB, "team", context, code=422)


def _list(request: HttpRequest, member: Membership, form: NewTeamForm, code: int = 200) -> HttpResponse:
    lines = team_page.lines(member, timezone.now())
    return settings_page.show(request, member, TAB, "teams", {"lines": lines, "form": form}, code=code)
