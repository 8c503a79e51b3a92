"""Answering what is alike together: open the batch, look at a few, answer, and take it back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from approvals import access, decisions, wording
from approvals.answering import forms
from approvals.answering.review_pages import SeeOther
from approvals.batching import batch_answers, batch_page, batches
from approvals.models import Batch, Membership, Proposal
from approvals.models.workspace import Role
from approvals.showing import item as item_page


@require_POST
def open_batch(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Gather and hold what is like this one."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = access.proposal(member, proposal)
    try:
        batch = batches.open_batch(member=member, proposal=found, actor=access.actor(request), now=now)
    except (batches.OnlyAlone, batches.NothingAlike) as error:
        alone = "It wants an answer of its own." if isinstance(error, batches.OnlyAlone) else ""
        messages.info(request, alone or "Nothing else like it is offered to you now.")
        return SeeOther(reverse("proposal", args=[workspace, found.public_id]))
    url = reverse("batch", args=[workspace, batch.public_id])
    return SeeOther(f"{url}?from={found.public_id}")


@require_safe
def page(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """The batch, or what became of it."""
    member, now = access.member(request, workspace), timezone.now()
    found = _found(member, batch)
    if found.decided_at is not None:
        return render(request, "approvals/batch_result.html", batch_page.result(found, member, now))
    return _shown(request, found, member, now)


@require_POST
def item(request: HttpRequest, workspace: str, batch: str, proposal: str) -> HttpResponse:
    """Look at one member, in place. That it was looked at is kept; what is ticked stays as it is."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = _own(member, batch)
    wanted = access.proposal(member, proposal)
    try:
        batches.mark_opened(batch=found, proposal_id=wanted.pk, member=member, now=now)
    except batches.NotInBatch as error:
        raise Http404(str(error)) from error
    except batches.AlreadyAnswered:
        return _to(found, workspace)
    return _shown(request, found, member, now, ticked=_ticked(request), opened=wanted)


@require_POST
def decide(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """Answer every ticked member. A second submit shows what the first one did."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = _own(member, batch)
    if found.decided_at is not None:
        return _to(found, workspace)
    form = forms.VerdictForm(request.POST)
    try:
        ticked = batches.named(request.POST.getlist("tick"))
        if not form.is_valid():
            text = forms.words(form)
            return _refused(request, found, member, now, ticked, "That was no answer", text, 422)
        batch_answers.decide(
            batch=found,
            member=member,
            ticked=ticked,
            actor=access.actor(request),
            now=now,
            **form.cleaned_data,
        )
    except batches.AlreadyAnswered:
        pass
    except batches.NotInBatch:
        text = "Something was ticked that is not in this batch."
        return _refused(request, found, member, now, (), "That was no answer", text, 422)
    except batch_answers.NothingTicked:
        return _refused(
            request, found, member, now, (), "Nothing is ticked", "Tick what the answer is for.", 422
        )
    except decisions.MissingReason:
        text = "Choose one of the nine; the note is free."
        return _refused(request, found, member, now, ticked, "A rejection needs a reason", text, 422)
    except batch_answers.NotYetOpened as error:
        names = wording.listed([entry.proposal.headline for entry in error.items[:3]])
        more = f" and {len(error.items) - 3} more" if len(error.items) > 3 else ""
        return _refused(request, found, member, now, ticked, "Look at these first", f"{names}{more}.", 409)
    return _to(found, workspace)


@require_POST
def leave(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """Back to the item; its like are free for others again."""
    member = access.member(request, workspace, Role.REVIEWER)
    found = _own(member, batch)
    if found.decided_at is None:
        batches.leave(batch=found, member=member)
    back = _back(request.POST.get("from", ""), found)
    return SeeOther(
        reverse("proposal", args=[workspace, back]) if back else reverse("review", args=[workspace])
    )


@require_POST
def keep(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """The page is still open: hold its members on."""
    member = access.member(request, workspace, Role.REVIEWER)
    batches.keep(batch=_own(member, batch), member=member, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
def undo(request: HttpRequest, workspace: str, batch: str) -> HttpResponse:
    """Take back every approval that has not run yet."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = _own(member, batch)
    counts = batch_answers.undo(batch=found, member=member, actor=access.actor(request), now=now)
    taken, late = counts[batch_answers.TAKEN_BACK], counts["too_late"]
    if taken:
        tail = f" {late} could not be: see each." if late else " Nothing of it was sent."
        messages.info(request, f"Taken back: {taken}.{tail}")
    else:
        messages.error(
            request, "There was nothing to take back any more. Each page offers to reverse its own."
        )
    return _to(found, workspace)


def _found(member: Membership, public_id: str) -> Batch:
    """The member's own batch; once answered, an auditor may read it too. Raises `Http404`."""
    batch = (
        Batch.objects.select_related("reviewer")
        .filter(pk=access.identifier("batch", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if batch is None or (batch.reviewer_id != member.user_id and not _may_read(batch, member)):
        raise Http404("no such batch")
    return batch


def _may_read(batch: Batch, member: Membership) -> bool:
    return batch.decided_at is not None and member.may(Role.AUDITOR)


def _own(member: Membership, public_id: str) -> Batch:
    batch = _found(member, public_id)
    if batch.reviewer_id != member.user_id:
        raise Http404("no such batch")
    return batch


def _to(batch: Batch, workspace: str) -> HttpResponse:
    return SeeOther(reverse("batch", args=[workspace, batch.public_id]))


def _ticked(request: HttpRequest) -> set[UUID]:
    """What the page had ticked; nonsense counts as not ticked."""
    try:
        return batches.named(request.POST.getlist("tick"))
    except batches.NotInBatch:
        return set()


def _back(public_id: str, batch: Batch) -> str:
    """The member of the batch it was opened from, if that is one."""
    try:
        asked = batches.named([public_id]) if public_id else set()
    except batches.NotInBatch:
        return ""
    return public_id if batch.items.filter(proposal__in=asked).exists() else ""


def _refused(
    request: HttpRequest, batch: Batch, member: Membership, now: datetime, ticked: Collection[UUID], title: str,
    text: str, code: int,
) -> HttpResponse:  # fmt: skip
    notice = {"tone": "stop", "title": title, "text": text, "remedy": "Nothing was recorded."}
    return _shown(request, batch, member, now, ticked=ticked, notice=notice, code=code)


def _shown(
    request: HttpRequest,
    batch: Batch,
    member: Membership,
    now: datetime,
    *,
    ticked: Collection[UUID] | None = None,
    opened: Proposal | None = None,
    notice: dict[str, str] | None = None,
    code: int = 200,
) -> HttpResponse:
    asked = request.POST.get("from", "") or request.GET.get("from", "")
    back = _back(asked, batch)
    context = batch_page.read(batch, member, now, ticked=ticked, opened=opened.pk if opened else None)
    context |= {"back": back, "notice": notice}
    if opened is not None:
        inside = item_page.read(opened, member, now) | {"workspace": member.workspace}
        context["inside"] = render_to_string("approvals/batch_inside.html", inside, request)
    whole_page = not getattr(request, "htmx", False)
    name = "approvals/batch.html" if whole_page else "approvals/_batch_swap.html"
    response = render(request, name, context, status=code)
    patch_vary_headers(response, ["HX-Request"])
    return response
