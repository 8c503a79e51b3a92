"""Incidents in the browser: declared from cases, contained from one page, told, exported, closed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, rail
from approvals.models import Membership
from exceptions import access as own
from exceptions import cases, incidents
from exceptions.models import Case, Incident
from exceptions.models.case import State as CaseState
from exceptions.models.incident import State
from runs.incidents import stopping, telling, touching

SHOWN = 50
MOVED = {
    State.CONTAINED: "Contained: it spreads no further.",
    State.DECLARED: "Not contained after all.",
    State.CLOSED: "Closed. What is left lies in its cases.",
}


class DeclareForm(forms.Form):
    """A name for the trouble, and the cases that are part of it."""

    title = forms.CharField(label="What is happening", max_length=120)
    cases = forms.MultipleChoiceField(label="Cases")

    def __init__(self, offered: list[Case], data: Any = None, **more: Any):
        super().__init__(data, label_suffix="", auto_id="declare-%s", **more)
        self.fields["cases"].choices = [(case.public_id, case.title) for case in offered]  # type: ignore[attr-defined]


@require_safe
@never_cache
def incident_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """What was declared, and the open cases another could be declared from."""
    member = access.member(request, workspace)
    form = DeclareForm(_offered(member), initial={"cases": [request.GET.get("case", "")]})
    return _list(request, member, form)


@require_POST
def declare(request: HttpRequest, workspace: str) -> HttpResponse:
    """These cases are one trouble, and whoever says so leads."""
    member = access.member(request, workspace, *cases.HANDLERS)
    offered = _offered(member)
    form = DeclareForm(offered, request.POST)
    if not form.is_valid():
        return _list(request, member, form, code=422)
    found = [case for case in offered if case.public_id in form.cleaned_data["cases"]]
    made = incidents.declare(
        member=member,
        found=found,
        title=form.cleaned_data["title"],
        actor=access.actor(request),
        now=timezone.now(),
    )
    messages.success(request, "Declared. You lead it.")
    return redirect("incident", workspace, made.public_id)


@require_safe
@never_cache
def incident(request: HttpRequest, workspace: str, incident: str) -> HttpResponse:
    """One incident: what it touches, what stops it, what happened, and what to tell whom."""
    member, now = access.member(request, workspace), timezone.now()
    row, found = _found(member, incident)
    touched = touching.of(row, found)
    acts = cases.handles(member) and row.state != State.CLOSED
    context = rail.around(member, now) | {
        "incident": row,
        "found": found,
        "touched": touched,
        "figures": _figures(found, touched),
        "stops": [stop for stop in touched.stops if stopping.may(member, stop.what)] if acts else [],
        "stopped": [stop for stop in touched.stops if stop.stopped],
        "events": telling.timeline_of(row, found),
        "notices": telling.notices(row, touched),
        "acts": acts,
        "others": [case for case in _offered(member) if case not in found] if acts else [],
    }
    return render(request, "runs/incident.html", context)


@require_safe
def export(request: HttpRequest, workspace: str, incident: str) -> HttpResponse:
    """The whole of it as a file."""
    member = access.member(request, workspace)
    row, found = _found(member, incident)
    answer = JsonResponse(
        telling.export(row, found, touching.of(row, found), timezone.now()), json_dumps_params={"indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="{row.public_id}.json"'
    return answer


@require_POST
def contain(request: HttpRequest, workspace: str, incident: str) -> HttpResponse:
    """Stop an agent, a tool or a lane that it touches, at once."""
    member = access.member(request, workspace, *cases.HANDLERS)
    row, found = _found(member, incident)
    what, key = request.POST.get("what", ""), request.POST.get("key", "")
    stop = next((one for one in touching.of(row, found).stops if (one.what, one.key) == (what, key)), None)
    if stop is None:
        raise Http404("it touches no such thing")
    if not stopping.may(member, what):
        raise PermissionDenied("switches and lanes are for admins")
    if stopping.stop(member=member, what=what, key=key, actor=access.actor(request), now=timezone.now()):
        messages.success(request, f"{stop.name} stands still.")
    else:
        messages.info(request, f"{stop.name} stood still already.")
    return redirect("incident", workspace, row.public_id)


@require_POST
def move(request: HttpRequest, workspace: str, incident: str, act: str) -> HttpResponse:
    """Contained, declared again, or closed."""
    member = access.member(request, workspace, *cases.HANDLERS)
    row, _ = _found(member, incident)
    if act not in State.values:
        raise Http404("no such state")
    try:
        incidents.move(incident=row, to=act, member=member, actor=access.actor(request), now=timezone.now())
    except incidents.NoSuchMove:
        messages.info(request, "It has moved on meanwhile. This is how it stands.")
    else:
        messages.success(request, MOVED[State(act)])
    return redirect("incident", workspace, row.public_id)


@require_POST
def add(request: HttpRequest, workspace: str, incident: str) -> HttpResponse:
    """Another case is part of it."""
    member = access.member(request, workspace, *cases.HANDLERS)
    row, _ = _found(member, incident)
    found = [own.case(member, request.POST.get("case", ""))]
    try:
        incidents.add(
            incident=row, found=found, member=member, actor=access.actor(request), now=timezone.now()
        )
    except incidents.NoCase:
        messages.info(request, f"It is part of it already, or it would be more than {incidents.MOST} cases.")
    except incidents.NoSuchMove:
        messages.info(request, "The incident is closed. Declare another one.")
    else:
        messages.success(request, "It is part of the incident from now on.")
    return redirect("incident", workspace, row.public_id)


@require_POST
def tell(request: HttpRequest, workspace: str, incident: str) -> HttpResponse:
    """What those affected may know: it goes into the notices."""
    member = access.member(request, workspace, *cases.HANDLERS)
    row, _ = _found(member, incident)
    summary = request.POST.get("summary", "").replace("\x00", "")
    incidents.say(
        incident=row, summary=summary, member=member, actor=access.actor(request), now=timezone.now()
    )
    messages.success(request, "The notices say so now.")
    return redirect("incident", workspace, row.public_id)


def _offered(member: Membership) -> list[Case]:
    rows = Case.objects.filter(workspace_id=member.workspace_id).exclude(state=CaseState.RESOLVED)
    return list(rows.select_related("failure_class", "owner").order_by("next_escalation_at", "id")[:SHOWN])


def _found(member: Membership, public_id: str) -> tuple[Incident, list[Case]]:
    row = (
        Incident.objects.select_related("lead")
        .filter(pk=access.identifier("incident", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if row is None:
        raise Http404("no such incident")
    rows = row.cases.select_related("failure_class", "owner", "assignee").order_by("first_seen_at", "id")
    return row, list(rows)


def _figures(found: list[Case], touched: touching.Touched) -> list[dict[str, Any]]:
    return [
        {"label": "Cases", "value": len(found)},
        {"label": "Open", "value": sum(case.state != CaseState.RESOLVED for case in found)},
        {"label": "Failures", "value": touched.failures},
        {"label": "Writes", "value": touched.writes},
        {"label": "In doubt", "value": touched.doubtful, "tone": "stop" if touched.doubtful else ""},
    ]


def _list(request: HttpRequest, member: Membership, form: DeclareForm, code: int = 200) -> HttpResponse:
    rows = Incident.objects.filter(workspace_id=member.workspace_id).select_related("lead")
    context = rail.around(member, timezone.now()) | {
        "incidents": rows.order_by("-declared_at")[:SHOWN],
        "form": form if cases.handles(member) else None,
    }
    return render(request, "runs/incidents.html", context, status=code)
