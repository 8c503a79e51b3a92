"""Settings of reviewing: drills, pace and working hours."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, hours
from approvals.administering import reviewing_terms, settings_page
from approvals.administering.reviewing_forms import ReviewingForm
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from approvals.routing import own_hours_page

TAB = "settings-reviewing"


@require_safe
@never_cache
def reviewing_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """How reviewing goes here."""
    member = settings_page.reader(request, workspace)
    return _page(request, member, ReviewingForm(workspace=member.workspace))


@require_POST
def set_reviewing(request: HttpRequest, workspace: str) -> HttpResponse:
    """Other terms from now on."""
    member = settings_page.admin(request, workspace)
    form = ReviewingForm(request.POST, workspace=member.workspace)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            reviewing_terms.change(
                workspace=member.workspace, seen=told.pop("seen"), terms=told, actor=access.actor(request),
                now=timezone.now(),
            )  # fmt: skip
        except reviewing_terms.StaleTerms:
            form.add_error(None, "Somebody changed them meanwhile. Open this page again to see them.")
        except reviewing_terms.SameTerms:
            form.add_error(None, "These are the terms already.")
        else:
            messages.success(request, "Reviewing goes by these terms from now on.")
            return SeeOther(reverse(TAB, args=[workspace]))
    return _page(request, member, form, code=422)


def _page(request: HttpRequest, member: Membership, form: ReviewingForm, code: int = 200) -> HttpResponse:
    usual = own_hours_page.in_words(hours.of_workspace(member.workspace))
    return settings_page.show(request, member, TAB, "reviewing", {"form": form, "usual": usual}, code=code)
