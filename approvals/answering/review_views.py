"""Where reviewers work: the way in, the queue, and one item of it. Reading changes nothing."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals import access, rail
from approvals.answering import disagreements, forms, review_pages
from approvals.showing import dossier


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """To work: the one workspace a person has, or a choice of several."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = rail.workspaces(request.user.pk)
    if len(mine) == 1:
        return redirect("review", mine[0].slug)
    return render(request, "approvals/workspaces.html", {"workspaces": mine})


@require_safe
@never_cache
def review(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waits, with its first item open beside it."""
    member = access.member(request, workspace)
    return review_pages.show(request, member, forms.place(request, member), timezone.now())


@require_safe
@never_cache
def proposal(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """One item, with the list it is part of."""
    member = access.member(request, workspace)
    found, now = access.proposal(member, proposal), timezone.now()
    sides = None
    if saw := request.GET.get("saw", "")[:64]:
        sides = disagreements.sides(dossier.gather(found, member, now), saw)
    return review_pages.show(request, member, forms.place(request, member), now, current=found, sides=sides)
