"""Reading one's notices, putting them away, and saying where letters go. All of it is one's own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, rail
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from approvals.telling import notice_address, notice_page, notices
from approvals.telling.notice_forms import AddressForm

LARGEST = 2**63 - 1


@require_safe
@never_cache
def show(request: HttpRequest, workspace: str) -> HttpResponse:
    """The member's notices, newest first. Looking at them marks nothing."""
    member = access.member(request, workspace)
    before = request.GET.get("before", "")
    form = AddressForm(address=member.user.email)
    return _page(request, member, form, before=_number(before) if before else None)


@require_POST
def mark_read(request: HttpRequest, workspace: str) -> HttpResponse:
    """Everything up to the newest on the page is read; what came since is not."""
    member = access.member(request, workspace)
    notices.mark_read(member=member, now=timezone.now(), upto=_number(request.POST.get("upto", "")))
    return SeeOther(reverse("notices", args=[workspace]))


@require_POST
def set_address(request: HttpRequest, workspace: str) -> HttpResponse:
    """Where the member's own letters go from now on."""
    member = access.member(request, workspace)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, code=422)
    try:
        notice_address.set_own(
            member=member,
            address=form.cleaned_data["address"],
            actor=access.actor(request),
            now=timezone.now(),
        )
    except notice_address.SameAddress:
        messages.info(request, "That is the address already.")
    else:
        messages.success(
            request, "Saved." if form.cleaned_data["address"] else "Removed. No letters are sent to you."
        )
    return SeeOther(reverse("notices", args=[workspace]))


def _page(
    request: HttpRequest, member: Membership, form: AddressForm, *, before: int | None = None, code: int = 200
) -> HttpResponse:
    context = rail.around(member, timezone.now()) | notice_page.read(member, before) | {"form": form}
    return render(request, "notices/notices.html", context, status=code)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= LARGEST):
        raise Http404("no such place")
    return int(text)
