"""Figures of how people answer: one's own, and for admins and auditors everybody's, of weeks that are over."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals import access, rail
from approvals.administering import settings_page
from approvals.oversight import oversight_page, own_figures

TAB = "oversight"


@require_safe
@never_cache
def yours(request: HttpRequest, workspace: str) -> HttpResponse:
    """The member's own figures, which nobody else has seen yet."""
    member, now = access.member(request, workspace), timezone.now()
    context = rail.around(member, now) | own_figures.read(member, now)
    return render(request, "approvals/oversight/yours.html", context)


@require_safe
@never_cache
def oversight(request: HttpRequest, workspace: str) -> HttpResponse:
    """Everybody's, week by week."""
    member, now = settings_page.reader(request, workspace), timezone.now()
    week = oversight_page.chosen(request, member, now)
    return settings_page.show(request, member, TAB, "oversight", oversight_page.read(member, week, now))
