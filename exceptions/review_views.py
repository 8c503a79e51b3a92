"""The reviewer's button “to exceptions”: it needs both floors, so it stands on the upper one."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access, decisions
from approvals.answering import decision_views, forms, refusals
from approvals.models.workspace import Role
from approvals.routing import routing_answers
from approvals.visible import plain
from exceptions import handover
from exceptions.forms import ReviewHandOverForm


@require_POST
def hand_over(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Hand a pending proposal to the owner of a case, and go on with the queue."""
    member, now = access.member(request, workspace), timezone.now()
    asked, place = access.proposal(member, proposal), forms.place(request, member)
    if not member.may(Role.REVIEWER):  # perhaps not any more: say so on the item
        return routing_answers.refused(request, member, place, now, asked, decisions.NotYourDecision())
    form = ReviewHandOverForm(request.POST)
    if not form.is_valid():
        why = "It was not handed over", "The page was incomplete. Read it again, then hand it over."
        return routing_answers.refused(request, member, place, now, asked, why)
    try:
        case = handover.hand_over(
            proposal_id=asked.pk, member=member, seen_digest=form.cleaned_data["seen_digest"],
            note=form.cleaned_data["note"], actor=access.actor(request), now=now, look=forms.look(request),
            seen_round=forms.seen_round(request),
        )  # fmt: skip
    except decisions.RecordedAlready as again:
        return decision_views.onward(request, member, place, now, asked, again=again.decision)
    except refusals.ANSWERS as error:
        return routing_answers.refused(request, member, place, now, asked, error)
    said = f"Handed over. {case.owner.name} has it now: {plain(asked.headline)}" if case is not None else ""
    return routing_answers.go_on(request, member, place, now, asked, said)
