"""One failure of a case: what was proposed, why it failed, and the form to propose it anew."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals import access, canonical, ids, tools
from approvals.answering import argument_groups
from approvals.answering.argument_forms import ArgumentsForm
from approvals.models import Membership
from approvals.showing import exhibits
from approvals.visible import plain, visible
from exceptions import access as own
from exceptions import amendments, cases, listing, resolutions, sheet, undoing
from exceptions.models import Case, Occurrence

LONGEST_NOTE = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def occurrence(request: HttpRequest, workspace: str, case: str, number: int) -> HttpResponse:
    """Read it, or send corrected arguments through the one door."""
    roles = cases.HANDLERS if request.method == "POST" else ()
    member = access.member(request, workspace, *roles)
    held_in = own.case(member, case)
    found = own.occurrence(held_in, number)
    if {"add", "remove"} & request.POST.keys():
        return _page(request, member, held_in, found, _form(found, argument_groups.rearranged(request.POST)))
    form = _form(found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        return _amend(request, member, held_in, found, form)
    return _page(request, member, held_in, found, form)


def _form(found: Occurrence, data: Any) -> ArgumentsForm | None:
    """A typed form of every argument; None where nothing can be amended."""
    if found.proposal is None or not amendments.may_amend(found):
        return None
    try:
        tool = tools.get(found.proposal.tool)
    except tools.UnknownTool:
        return None
    return ArgumentsForm(tool=tool, initial=found.proposal.arguments, data=data)


def _amend(
    request: HttpRequest, member: Membership, case: Case, found: Occurrence, form: ArgumentsForm | None
) -> HttpResponse:
    if form is None:
        messages.info(request, "It was settled meanwhile, or it cannot be amended.")
        return redirect("case", member.workspace.slug, case.public_id)
    if form.is_valid():
        try:
            amendments.amend(
                occurrence=found, member=member, arguments=form.arguments(), actor=access.actor(request),
                note=request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE], now=timezone.now(),
            )  # fmt: skip
        except amendments.AmendmentRefused as refusal:
            form.refuse(refusal.rulings)
        except amendments.NothingChanged:
            form.add_error(None, "Nothing was changed: the same again would fail again.")
        except canonical.NotCanonical as refusal:
            form.add_error(None, str(refusal))
        except (resolutions.AlreadySettled, resolutions.NotOffered):
            messages.info(request, "It was settled meanwhile.")
            return redirect("case", member.workspace.slug, case.public_id)
        else:
            messages.success(request, "Proposed with your values. Somebody else must sign it.")
            return redirect("case", member.workspace.slug, case.public_id)
    return _page(request, member, case, found, form, state=422)


def _page(
    request: HttpRequest,
    member: Membership,
    case: Case,
    found: Occurrence,
    form: ArgumentsForm | None,
    state: int = 200,
) -> HttpResponse:
    now, proposal = timezone.now(), found.proposal
    evidence = list(proposal.evidence.order_by("position")) if proposal else []
    acts = cases.handles(member)
    context = listing.of(request.GET, member, now, current=case) | {
        "case": case,
        "occurrence": found,
        "line": sheet.line(found, sheet.pages(case)),
        "heading": visible(proposal.headline if proposal else case.failure_class.title),
        "page_title": plain(proposal.headline if proposal else found.message),
        "form": form if acts else None,
        "checks": sheet.checks(proposal.rulings) if proposal and sheet.is_blocked(found) else None,
        "evidence": exhibits.show(
            evidence, {}, (member.workspace.slug, proposal.public_id) if proposal else None
        ),
        "words": visible(proposal.rationale) if proposal else "",
        "reconcile_url": _reconcile_url(found, case) if acts else "",
        "undo_url": undoing.url(found, case) if acts else "",
        "run_url": sheet.run_url(found, member.workspace.slug),
        **sheet.links(found, member.workspace.slug),
        "may_dismiss": acts and found.disposition == "open" and "dismiss" in case.failure_class.resolutions,
        "reasons": [{"code": code, "label": label} for code, label in resolutions.REASONS.items()],
    }
    return render(request, "exceptions/occurrence.html", context, status=state)


def _reconcile_url(found: Occurrence, case: Case) -> str:
    """Where somebody who has looked says what happened to an unknown execution; a page of the floor above."""
    if (
        found.execution is None
        or found.disposition != "open"
        or "reconcile" not in case.failure_class.resolutions
    ):
        return ""
    return sheet.address("reconcile", case.workspace.slug, ids.show("execution", found.execution))
