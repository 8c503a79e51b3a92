"""Where reviewers answer: approve or reject, and take an approval back. Every answer leads to the next item."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from approvals import access, decisions, ids
from approvals.answering import disagreements, forms, refusals, review_pages
from approvals.answering.refusals import Refusal
from approvals.flow import flow_answers, flow_desk, flow_forms
from approvals.models import Decision, Membership, Proposal
from approvals.models.decision import Verdict
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.proposals import AlreadySettled
from approvals.showing import dossier
from approvals.visible import plain
from approvals.waiting.places import Place


@require_POST
def decision(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Approve or reject what was on the screen."""
    member, now = access.member(request, workspace), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    form = forms.AnswerForm(request.POST)
    if not member.may(Role.REVIEWER):  # perhaps not any more: say so on the item, which they may still read
        return refused(request, member, place, now, found, decisions.NotYourDecision())
    if not form.is_valid():
        return refused(
            request, member, place, now, found, Refusal(422, "That was no answer", forms.words(form))
        )
    told = form.cleaned_data
    try:
        settled = decisions.decide(
            proposal_id=found.pk, member=member, verdict=told["verdict"], seen_digest=told["seen_digest"],
            actor=access.actor(request), now=now, reason_code=told["reason_code"], note=told["note"],
            look=forms.look(request), seen_round=told["round"],
        )  # fmt: skip
    except decisions.RecordedAlready as again:
        return onward(request, member, place, now, found, again=again.decision)
    except refusals.ANSWERS as error:
        return refused(request, member, place, now, found, error, told["note"])
    return onward(request, member, place, now, settled, told["verdict"])


@require_POST
def undo(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Take an approval back while its window is open, and look at it again."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    try:
        decisions.undo(proposal_id=found.pk, member=member, actor=access.actor(request), now=now)
    except (
        AlreadySettled,
        decisions.NotYourDecision,
        decisions.SignedByOthers,
        decisions.TooLate,
    ) as error:
        return refused(request, member, place, now, found, error, undoing=True)
    if not getattr(request, "htmx", False):
        messages.info(request, "Taken back. Nothing was sent.")
        return review_pages.SeeOther(place.url("proposal", workspace, found.public_id))
    again = access.proposal(member, found.public_id)
    response = review_pages.show(request, member, place, now, current=again)
    return trigger_client_event(response, "toast", {"text": "Taken back. Nothing was sent.", "tone": "info"})


def onward(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    answered: Proposal,
    verdict: str = "",
    again: Decision | None = None,
) -> HttpResponse:
    """After an answer: the next item that waits, and a word on what became of this one."""
    said = repeated_words(again) if again else outcome_words(answered, verdict)
    ahead = flow_forms.has_ahead(request)
    if ahead is not None:
        return flow_answers.recorded(request, member, place, now, answered, ahead, said)
    following = flow_desk.next_one(member, place, now, answered)
    if getattr(request, "htmx", False):
        whole = access.proposal(member, ids.show("proposal", following)) if following else None
        response = review_pages.show(request, member, place, now, current=whole)
        return (
            trigger_client_event(response, "toast", {"text": said, "tone": "success"}) if said else response
        )
    if said:
        messages.success(request, said)
    slug = member.workspace.slug
    if following is None:
        return review_pages.SeeOther(place.url("review", slug))
    return review_pages.SeeOther(place.url("proposal", slug, ids.show("proposal", following)))


def repeated_words(decision: Decision) -> str:
    """The same answer came twice: once is on record."""
    return f"Recorded already, at {timezone.localtime(decision.decided_at):%H:%M:%S}. Nothing was added."


def outcome_words(answered: Proposal, verdict: str) -> str:
    """What to confirm; an approval is confirmed by the bar that can undo it, a drill by its lesson."""
    if answered.drill:
        return ""
    headline = plain(answered.headline)
    if verdict == Verdict.REJECT:
        return f"Rejected: {headline}"
    if answered.state == State.PENDING:
        return f"Signed: {headline}. Another signature is still needed."
    if answered.release_at is None:
        return f"Signed: {headline}"
    return ""


def refused(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    proposal: Proposal,
    why: Exception | Refusal,
    note: str = "",
    *,
    undoing: bool = False,
) -> HttpResponse:
    """The item as it stands now, with what happened said above it and what was typed kept."""
    current = access.proposal(member, proposal.public_id)
    known = dossier.gather(current, member, now)
    explain = refusals.of_undo if undoing else refusals.of_answer
    refusal = why if isinstance(why, Refusal) else explain(why, known)
    ahead = flow_forms.has_ahead(request)
    if ahead is not None:
        return flow_answers.refused(request, member, place, now, known, refusal, ahead)
    return review_pages.show(
        request, member, place, now, current=current, notice=refusal.notice, code=refusal.code,
        note=note or request.POST.get("note", "")[:2000],
        sides=disagreements.sides(known, flow_answers.seen(request)),
    )  # fmt: skip
