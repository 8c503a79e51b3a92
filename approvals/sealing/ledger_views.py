"""The ledger for people: read it, watch its seals being checked, take it away and check it elsewhere."""

from datetime import datetime

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from approvals import access, rail
from approvals.ledger import KINDS
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.sealing import export, keys, ledger_page, seals
from approvals.sealing.horizon import Place
from approvals.waiting import offers

TAKERS = (Role.ADMIN, Role.AUDITOR)
LARGEST = 2**63 - 1
NOTHING = ledger_page.Page([], None, None)


def ledger(request: HttpRequest, workspace: str) -> HttpResponse:
    """Entries and seals, newest first; those of one kind or one proposal when asked."""
    member = access.member(request, workspace)
    filters, ring, head = _filters(request), keys.published(), seals.head(member.workspace_id)
    later = _told_later(filters, member, timezone.now())
    page = NOTHING if later else ledger_page.page(
        workspace_id=member.workspace_id, keys=ring, filters=filters
    )  # fmt: skip
    context = rail.around(member, timezone.now()) | {
        "page": page,
        "later": later,
        "filters": filters,
        "asked_proposal": request.GET.get("proposal", ""),
        "kinds": KINDS,
        "head": head,
        "head_text": f"{head.number}:{head.digest}",
        "keys": [key.hex() for key in ring.keys.values()],
        "may_take": member.may(*TAKERS),
        "newer_url": _url(request, workspace, "behind", page.newer),
        "older_url": _url(request, workspace, "before", page.older),
    }
    return render(request, "approvals/ledger.html", context)


def _told_later(filters: ledger_page.Filters, member: Membership, now: datetime) -> bool:
    """Whether an item still waits for this member's answer: its page tells its story till then. What stands here would
    tell a drill from the work.
    """
    return (
        filters.proposal is not None
        and member.may(Role.REVIEWER)
        and offers.waiting(member, now).filter(pk=filters.proposal).exists()
    )


def ledger_export(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """The whole ledger as JSON Lines, streamed, for admins and auditors."""
    member = access.member(request, workspace, *TAKERS)
    now = timezone.now()
    pieces = export.blocks(workspaces=[member.workspace], keys=keys.published(), now=now)
    name = f"ledger-{member.workspace.slug}-{now:%Y%m%dT%H%M%SZ}.jsonl"
    return StreamingHttpResponse(
        export.in_turn(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type="application/jsonl",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            # Compressed on the way, each piece would be a gzip file of its own, and browsers stop after the first.
            "Content-Encoding": "identity",
        },
    )


def ledger_verifier(request: HttpRequest, workspace: str) -> HttpResponse:
    """The program that checks an export."""
    access.member(request, workspace, *TAKERS)
    return HttpResponse(
        export.VERIFIER.read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )


def _filters(request: HttpRequest) -> ledger_page.Filters:
    kind, proposal = request.GET.get("kind", ""), request.GET.get("proposal", "").strip()
    if kind and kind not in KINDS:
        raise Http404("no such kind")
    return ledger_page.Filters(
        kind=kind,
        proposal=access.identifier("proposal", proposal) if proposal else None,
        before=_place(request.GET.get("before", "")),
        behind=_place(request.GET.get("behind", "")),
    )


def _place(text: str) -> Place | None:
    transaction, _, number = text.partition("-")
    if not text:
        return None
    if not (transaction.isdecimal() and number.isdecimal() and text.isascii() and len(text) <= 39):
        raise Http404("no such place")
    if max(int(transaction), int(number)) > LARGEST:
        raise Http404("no such place")
    return Place(int(transaction), int(number))


def _url(request: HttpRequest, workspace: str, direction: str, place: Place | None) -> str:
    if place is None:
        return ""
    kept = {name: request.GET[name] for name in ("kind", "proposal") if request.GET.get(name)}
    query = urlencode(kept | {direction: f"{place.transaction}-{place.id}"})
    return f"{reverse('ledger', args=[workspace])}?{query}"


ledger_urls = [
    path("w/<slug:workspace>/ledger/", ledger, name="ledger"),
    path("w/<slug:workspace>/ledger/export", ledger_export, name="ledger-export"),
    path("w/<slug:workspace>/ledger/verify.py", ledger_verifier, name="ledger-verifier"),
]
