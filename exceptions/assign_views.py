"""The reviewer's “give to a team”: teams live on this floor, so its view and its list do too."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST

from approvals import access, wording
from approvals.answering import forms
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.routing import routing_answers, routing_forms
from exceptions.models import Team

MOST = 100


@dataclass(frozen=True)
class Choice:
    """A team that has a reviewer to answer."""

    id: int
    name: str
    people: str


@require_POST
def give(request: HttpRequest, workspace: str, proposal: str, team: int) -> HttpResponse:
    """Offer an item to the reviewers of a team alone, for a while."""
    member = access.member(request, workspace, Role.REVIEWER)
    found = access.proposal(member, proposal)
    chosen = Team.objects.filter(workspace_id=member.workspace_id, pk=team).first() if team < 2**63 else None
    if chosen is None:
        raise Http404("no such team")
    form = routing_forms.NoteForm(request.POST)
    if not form.is_valid():
        why = "It was given to nobody", forms.words(form)
        place = forms.place(request, member)
        return routing_answers.refused(request, member, place, timezone.now(), found, why)
    people = Membership.objects.filter(workspace_id=member.workspace_id, user__teams=chosen).select_related(
        "user"
    )
    return routing_answers.give(request, member, found, people, chosen.name, form.cleaned_data["note"])


def teams_here(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``teams_here`` are the teams an item could be given to, asked for only where shown."""
    return {"teams_here": SimpleLazyObject(lambda: _teams(request))}


def _teams(request: HttpRequest) -> list[Choice]:
    """The teams of the page's workspace that have other reviewers, by name."""
    here = request.resolver_match
    slug = here.kwargs.get("workspace") if here else None
    if slug is None or not request.user.is_authenticated:
        return []
    reviewers = Membership.objects.filter(
        workspace__slug=slug, roles__contains=[Role.REVIEWER], user__is_active=True
    ).exclude(user=request.user.pk)
    rows = Team.objects.filter(
        workspace__slug=slug,
        workspace__memberships__user=request.user.pk,
        members__in=reviewers.values("user"),
    )
    names = rows.order_by("name", "pk").values_list("pk", "name", "members__username")[:MOST]
    teams: dict[int, tuple[str, list[str]]] = {}
    for pk, name, username in names:
        teams.setdefault(pk, (name, []))[1].append(username)
    return [Choice(pk, name, wording.listed(sorted(people))) for pk, (name, people) in teams.items()]
