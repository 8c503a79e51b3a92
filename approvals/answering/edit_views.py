"""Changing the arguments before signing them: typed fields, the gates asked again, and the difference shown first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals import access, decisions, holds, tools
from approvals.answering import argument_groups, decision_views, forms, refusals, review_pages
from approvals.answering.argument_forms import ArgumentsForm
from approvals.answering.refusals import Refusal
from approvals.models import Membership, Proposal
from approvals.models.decision import Verdict
from approvals.models.workspace import Role
from approvals.showing import changes, dossier, item, item_facts
from approvals.showing.changes import Change
from approvals.visible import visible
from approvals.waiting import listing
from approvals.waiting.listing import Place


@dataclass
class Rehearsal:
    """What would be signed, and what the gates would ask: nothing of it is kept."""

    changes: list[Change] = field(default_factory=list)
    loud: list[dict[str, Any]] = field(default_factory=list)
    quorum: int = 1
    asked: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """The form; posted with ``preview`` the difference; posted without, the signature under the edited arguments."""
    typed = request.method == "POST"  # it is kept, whatever became of the item or of the right to answer it
    member, now = access.member(request, workspace, *(() if typed else (Role.REVIEWER,))), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    known = dossier.gather(found, member, now)
    refusal = refusals.of_edit(known)
    if refusal and not (typed and item.editable(found)):
        return decision_views.refused(request, member, place, now, found, refusal)
    if not typed:
        return _page(request, member, place, found, form_of(found), now)
    if "preview" not in request.POST and {"add", "remove"} & request.POST.keys():
        return _page(
            request, member, place, found, form_of(found, argument_groups.rearranged(request.POST)), now
        )
    form = form_of(found, request.POST)
    if "preview" in request.POST:
        overtaken = refusal or _overtaken(request, known)
        code = 403 if overtaken and overtaken.code == 403 else 200  # what a script asked for must come in
        return _page(request, member, place, found, form, now, rehearse(found, form, now), overtaken, code)
    if not form.is_valid():
        code = refusal.code if refusal else 422
        return _page(request, member, place, found, form, now, rehearse(found, form, now), refusal, code)
    return _sign(request, member, place, found, form, now)


def _overtaken(request: HttpRequest, known: dossier.Dossier) -> Refusal | None:
    """What happened while somebody types, and would be said when they sign."""
    proposal = known.proposal
    held = holds.live(proposal, known.now)
    if held is not None and held.reviewer_id != known.member.user_id:
        return refusals.of_answer(holds.HeldByAnother(held), known)
    if request.POST.get("seen_digest", proposal.digest) != proposal.digest:
        return refusals.of_answer(decisions.StaleView(proposal.public_id), known)
    return None


def form_of(proposal: Proposal, data: Any = None) -> ArgumentsForm:
    tool = tools.get(proposal.tool, proposal.tool_version)
    return ArgumentsForm(tool=tool, initial=proposal.arguments, editable=tool.editable, data=data)


def rehearse(proposal: Proposal, form: ArgumentsForm, now: datetime) -> Rehearsal:
    """Judge the typed arguments without keeping them; what the gates block is put at the fields."""
    if not form.is_valid():
        return Rehearsal()
    try:
        read, judgement, _ = decisions.rehearse_edit(proposal=proposal, arguments=form.arguments(), now=now)
    except decisions.NotEditable as error:
        form.fix(error.fields)
        return Rehearsal()
    rulings = judgement.as_json()
    form.refuse(rulings)
    loud = [item_facts.check(ruling) for ruling in rulings if ruling["ruling"] != "allow"]
    return Rehearsal(changes.difference(proposal, read.normal), loud, judgement.quorum, asked=True)


def _sign(
    request: HttpRequest,
    member: Membership,
    place: Place,
    proposal: Proposal,
    form: ArgumentsForm,
    now: datetime,
) -> HttpResponse:
    note = request.POST.get("note", "").replace("\x00", "")[:2000]
    try:
        signed = decisions.decide(
            proposal_id=proposal.pk, member=member, verdict=Verdict.EDIT, arguments=form.arguments(),
            seen_digest=request.POST.get("seen_digest", ""), actor=access.actor(request), now=now, note=note,
            look=forms.look(request), seen_round=forms.seen_round(request),
        )  # fmt: skip
    except decisions.RecordedAlready as again:
        return decision_views.onward(request, member, place, now, proposal, again=again.decision)
    except decisions.EditRefused as error:
        form.refuse(error.judgement.as_json())
        return _page(request, member, place, proposal, form, now, code=422)
    except decisions.NotEditable as error:
        form.fix(error.fields)
        return _page(request, member, place, proposal, form, now, code=422)
    except refusals.ANSWERS as error:
        current = access.proposal(member, proposal.public_id)
        refusal = refusals.of_answer(error, dossier.gather(current, member, now))
        return _page(
            request, member, place, current, form, now, rehearse(current, form, now), refusal, refusal.code
        )
    return decision_views.onward(request, member, place, now, signed, Verdict.EDIT)


def _page(
    request: HttpRequest,
    member: Membership,
    place: Place,
    proposal: Proposal,
    form: ArgumentsForm,
    now: datetime,
    rehearsal: Rehearsal | None = None,
    refusal: Refusal | None = None,
    code: int = 200,
    **more: Any,
) -> HttpResponse:
    """The form as it was typed; ``refusal`` is why it cannot be signed as it is."""
    context: dict[str, Any] = {"form": form, "rehearsal": rehearsal or Rehearsal()}
    context["problems"] = _problems(form)
    if request.headers.get("HX-Target") == "rehearsal":
        context["falls"] = item_facts.falls(item_facts.fallen(dossier.gather(proposal, member, now)))
        context["proposal"] = proposal
        if refusal:
            said = {"name": "", "label": visible(refusal.title), "text": visible(refusal.text)}
            context["problems"] = [said, *context["problems"]]
        return render(request, "approvals/_rehearsal.html", context, status=code)
    context |= listing.read(member, place, now, proposal)
    context |= review_pages.of_item(proposal, member, place, now)
    context |= {
        "editing": True,
        "notice": refusal.notice if refusal else None,
        "note": request.POST.get("note", ""),
        **more,
    }
    return review_pages.answer(request, member, place, proposal, context, code)


def typed_page(
    request: HttpRequest, member: Membership, proposal: Proposal, form: ArgumentsForm, now: datetime, *, code: int,
    dry_run: str,
) -> HttpResponse:  # fmt: skip
    """The form as it was typed, with what an upper floor has to say of these values."""
    judged = rehearse(proposal, form, now)
    place = forms.place(request, member)
    return _page(request, member, place, proposal, form, now, judged, code=code, dry_run=dry_run)


def _problems(form: ArgumentsForm) -> list[dict[str, Any]]:
    """Every error with the name of its field, for the place where all of them are told, and at the field itself."""
    if not form.is_bound:
        return []
    found = []
    for name, texts in form.errors.items():
        field: Any = form.fields.get(name)
        given, label = (form.add_prefix(name), field.label) if field is not None else ("", "")
        inside = field.troubles.items() if isinstance(field, argument_groups.Grouped) else ()
        told = [("-".join([given, *path]), message) for path, messages in inside for message in messages]
        at = dict(zip(texts, [place for place, _ in told], strict=False)) if len(told) == len(texts) else {}
        found += [{"name": at.get(text, given), "label": label, "text": visible(text)} for text in texts]
    return found
