"""Lanes, the kill switch and people, for admins."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, people, switches, wording
from approvals.administering import second_admin, settings_access, settings_page
from approvals.administering.settings_forms import NewMemberForm, RolesForm
from approvals.answering import review_pages
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_people
from approvals.lanes import ladder
from approvals.models import Lane, Membership
from approvals.models.lane import Stage
from approvals.models.workspace import Role

MOST = 500


@require_safe
@never_cache
def lane_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """How far each agent is trusted with each tool, and the kill switch."""
    return _lanes(request, settings_page.reader(request, workspace))


@require_POST
def pull(request: HttpRequest, workspace: str) -> HttpResponse:
    """Stop every write of the workspace."""
    said = "The kill switch is pulled: nothing is written.", "It was pulled already."
    by = request.user.pk
    return _switch(request, workspace, lambda **given: switches.pull(by=by, **given), said)


@require_POST
def release(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waited goes on."""
    said = "The kill switch is released: what waited goes on.", "It was not pulled."
    return _switch(request, workspace, switches.release, said)


@require_safe
@never_cache
def people_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Who belongs to the workspace, and what each may do."""
    return _people(request, settings_page.reader(request, workspace), NewMemberForm())


@require_POST
def add_person(request: HttpRequest, workspace: str) -> HttpResponse:
    """Take in somebody who can sign in already."""
    member = settings_page.admin(request, workspace)
    form = NewMemberForm(request.POST)
    if form.is_valid():
        draft = of_people.joining(workspace=member.workspace, **form.cleaned_data)
        if waits := second_admin.wanted(request, member, draft):
            return waits
        try:
            people.add_member(
                workspace=member.workspace,
                actor=access.actor(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except people.UnknownPerson:
            form.add_error("username", "Nobody of that name can sign in here.")
        except people.AlreadyMember:
            form.add_error("username", "This person is in the list already: change the roles there.")
        else:
            messages.success(request, f"{form.cleaned_data['username']} belongs to {member.workspace} now.")
            return SeeOther(_path("settings-people", workspace))
    return _people(request, member, form, code=422)


@require_POST
def change_roles(request: HttpRequest, workspace: str, member: int) -> HttpResponse:
    """Give somebody other roles; one's own may be among them."""
    me = settings_page.admin(request, workspace)
    found = settings_access.colleague(me, member)
    form = RolesForm(request.POST, member=found)
    if form.is_valid():
        roles = form.cleaned_data["roles"]
        if waits := second_admin.wanted(request, me, of_people.widening(member=found, roles=roles)):
            return waits
        try:
            people.change_roles(member=found, roles=roles, actor=access.actor(request), now=timezone.now())
        except people.SameRoles:
            form.add_error("roles", "Nothing was changed: these are the roles already.")
        except people.LastAdmin:
            form.add_error(
                "roles", "Nobody else could change anything any more: make somebody else an admin first."
            )
        else:
            messages.success(request, f"{found.user.get_username()} is now {found.roles_text}.")
            stays = found.pk != me.pk or found.may(Role.ADMIN, Role.AUDITOR)
            return SeeOther(_path("settings-people" if stays else "review", workspace))
    return _people(request, me, NewMemberForm(), form, found, code=422)


def _switch(
    request: HttpRequest, workspace: str, turn: Callable[..., None], said: tuple[str, str]
) -> HttpResponse:
    member = settings_page.admin(request, workspace)
    try:
        turn(of=member.workspace, actor=access.actor(request), now=timezone.now())
    except (switches.AlreadyPulled, switches.AlreadyReleased):
        messages.info(request, said[1])
    else:
        messages.success(request, said[0])
    return SeeOther(_path("settings-lanes", workspace))


def _lanes(request: HttpRequest, member: Membership) -> HttpResponse:
    rows = (
        Lane.objects.filter(workspace_id=member.workspace_id)
        .select_related("agent")
        .order_by("agent__name", "tool", "risk")[:MOST]
    )
    lines = [
        {
            "lane": row,
            "title": wording.tool_title(row.tool),
            "stage": ladder.words(row.stage).capitalize(),
            "url": review_pages.upstairs("lane", member.workspace.slug, str(row.pk)),
        }
        for row in rows
    ]
    stages = [
        {"name": ladder.words(stage).capitalize(), "means": str(stage.label).partition(": ")[2]}
        for stage in Stage
    ]
    return settings_page.show(request, member, "settings-lanes", "lanes", {"lines": lines, "stages": stages})


def _people(
    request: HttpRequest,
    member: Membership,
    form: NewMemberForm,
    bound: RolesForm | None = None,
    about: Membership | None = None,
    code: int = 200,
) -> HttpResponse:
    rows = member.workspace.memberships.select_related("user").order_by("user__username")[:MOST]
    lines = [
        {"member": row, "form": bound if about and about.pk == row.pk else RolesForm(member=row)}
        for row in rows
    ]
    return settings_page.show(
        request, member, "settings-people", "people", {"lines": lines, "form": form}, code=code
    )


def _path(name: str, workspace: str) -> str:
    return reverse(name, args=[workspace])
