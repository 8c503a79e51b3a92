"""The reviewer's button “to exceptions”: it needs both floors, so it stands on the upper one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access, decisions, forms, holds, proposals
from approvals.models.workspace import Role
from exceptions import handover
from exceptions.forms import ReviewHandOverForm


@require_POST
def hand_over(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Hand a pending proposal to the owner of a case, and go on with the queue."""
    member = access.member(request, workspace, Role.REVIEWER)
    asked = access.proposal(member, proposal)
    form = ReviewHandOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The page was incomplete. Read it again, then hand it over.")
        return redirect("proposal", workspace, asked.public_id)
    try:
        case = handover.hand_over(
            proposal_id=asked.pk, member=member, seen_digest=form.cleaned_data["seen_digest"],
            note=form.cleaned_data["note"], actor=access.actor(request), now=timezone.now(),
            look=forms.look(request),
        )  # fmt: skip
    except decisions.NotYourDecision:
        messages.error(request, "It is not yours to decide: you are no reviewer of it, or it is your own.")
    except (decisions.StaleView, decisions.NotReady):
        messages.warning(request, "It changed while you looked. Read it again before you answer.")
        return redirect("proposal", workspace, asked.public_id)
    except holds.HeldByAnother as held:
        who = held.hold.reviewer.get_username()
        messages.warning(
            request, f"{who} has it on the screen. Nothing of yours was recorded; take it over first."
        )
        return redirect("proposal", workspace, asked.public_id)
    except decisions.RecordedAlready:
        messages.info(request, "It was handed over already, by you. Nothing was added.")
    except (proposals.AlreadySettled, decisions.AlreadyAnswered, decisions.TooLate):
        messages.info(request, "It was settled or answered meanwhile.")
    else:
        if case is not None:
            messages.success(request, f"Handed over. {case.owner.name} has it now.")
    return redirect("review", workspace)
