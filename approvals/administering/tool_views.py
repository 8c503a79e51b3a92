"""Declared tools for admins: a list, a form for the next version, what changed, and the end of one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, declared, kinds, trials
from approvals.administering import second_admin, settings_access, settings_page, tool_page, tool_sources
from approvals.administering.tool_forms import DefinitionForm, NewToolForm
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_tools
from approvals.kinds import Kind
from approvals.models import DeclaredTool, Membership

TAB = "settings-tools"


@require_safe
@never_cache
def tool_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every declared tool in its newest version, and the kinds there are."""
    member = settings_page.reader(request, workspace)
    lines = [tool_page.line(row) for row in declared.of_workspace(member.workspace)]
    return settings_page.show(request, member, TAB, "tools", {"lines": lines, "kinds": kinds.every()})


@require_safe
@never_cache
def new(request: HttpRequest, workspace: str) -> HttpResponse:
    """An empty form, or one that begins with an example."""
    member, kind = settings_page.admin(request, workspace), _kind(request.GET.get("kind", ""))
    example = request.GET.get("example", "") or next(iter(kind.examples), "")
    begin = {"source": kind.examples.get(example, "{\n}").strip(), "risk": "medium", "seen": 0}
    form = NewToolForm(workspace=member.workspace, kind=kind.name, initial=begin | {"title": example})
    return _new(request, member, kind, form, example)


@require_POST
def declare(request: HttpRequest, workspace: str) -> HttpResponse:
    """The first version of a tool."""
    member, kind = settings_page.admin(request, workspace), _kind(request.POST.get("kind", ""))
    form = NewToolForm(request.POST, workspace=member.workspace, kind=kind.name)
    if form.is_valid() and (done := _declared(request, member, form)):
        if isinstance(done, HttpResponse):
            return done
        messages.success(request, f"{done.title} is declared. Tick it for the agents that may name it.")
        return SeeOther(reverse("settings-tool", args=[workspace, done.name]))
    return _new(request, member, kind, form, "", code=422)


@require_safe
@never_cache
def tool(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """One tool: what it says, how it came about, and what was tried."""
    member = settings_page.reader(request, workspace)
    return tool_page.show(request, member, settings_access.declared(member, declared))


@require_safe
@never_cache
def next_version(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """The newest version in a form, to be changed."""
    member = settings_page.admin(request, workspace)
    row = settings_access.declared(member, declared)
    title, risk, typed = tool_sources.taken_apart(row.source)
    begin = {"title": title, "risk": risk, "source": typed, "seen": row.version}
    form = DefinitionForm(workspace=member.workspace, kind=row.kind, name=row.own_name, initial=begin)
    return _next(request, member, row, form)


@require_POST
def add_version(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """The next version. What was proposed under this one keeps it."""
    member = settings_page.admin(request, workspace)
    row = settings_access.declared(member, declared)
    form = DefinitionForm(request.POST, workspace=member.workspace, kind=row.kind, name=row.own_name)
    if form.is_valid() and (made := _declared(request, member, form)):
        if isinstance(made, HttpResponse):
            return made
        messages.success(
            request, f"{made.title}: version {made.version} holds for what is proposed from now on."
        )
        return SeeOther(reverse("settings-tool", args=[workspace, made.name]))
    return _next(request, member, row, form, code=422)


@require_POST
def retire(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """Nothing new may name it."""
    member = settings_page.admin(request, workspace)
    row = settings_access.declared(member, declared)
    _retire(request, row)
    return SeeOther(reverse("settings-tool", args=[workspace, row.name]))


def _retire(request: HttpRequest, row: DeclaredTool) -> None:
    try:
        declared.retire(tool=row, actor=access.actor(request), now=timezone.now())
    except declared.AlreadyRetired:
        messages.info(request, "It was retired already.")
    except declared.StaleTool:
        messages.warning(
            request, "Somebody declared another version meanwhile. Nothing was retired; look again."
        )
    else:
        messages.success(request, f"{row.title} is retired: nothing new may name it.")


def _declared(
    request: HttpRequest, member: Membership, form: DefinitionForm
) -> DeclaredTool | HttpResponse | None:
    """The row, with its secrets asked for; where it waits for another admin, the answer; None where the form says why
    not.
    """
    said, now, actor = form.cleaned_data, timezone.now(), access.actor(request)
    told: dict[str, Any] = {"workspace": member.workspace, "name": said.get("name") or form.own_name, "kind": form.kind,
            "source": form.whole}  # fmt: skip
    try:
        if waits := second_admin.wanted(request, member, of_tools.widening(seen=said["seen"], **told)):
            return waits
        row = declared.declare(by=member.user_id, actor=actor, now=now, seen_version=said["seen"], **told)
    except declared.NameTaken:
        form.add_error(
            "name" if "name" in form.fields else None, "There is a tool of that name: add a version there."
        )
    except declared.SameTool:
        form.add_error(None, "This is what the newest version says already.")
    except declared.StaleTool:
        form.add_error(
            None, "Somebody declared another version, or retired it, meanwhile. Open this page again."
        )
    else:
        trials.ask(tool=row, arguments=None, by=member.user_id, actor=actor, now=now)
        return row
    return None


def _new(
    request: HttpRequest, member: Membership, kind: Kind, form: NewToolForm, example: str, code: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"kind": kind, "kinds": kinds.every(), "form": form, "example": example}
    return settings_page.show(request, member, TAB, "tool_new", context, code=code)


def _next(
    request: HttpRequest, member: Membership, row: DeclaredTool, form: DefinitionForm, code: int = 200
) -> HttpResponse:
    context = {"tool": row, "kind": _kind(row.kind), "form": form, "number": row.version + 1}
    return settings_page.show(request, member, TAB, "tool_next", context, code=code)


def _kind(name: str) -> Kind:
    try:
        return kinds.get(name) if name else kinds.every()[0]
    except (kinds.UnknownKind, IndexError) as error:
        raise Http404("no such kind") from error
