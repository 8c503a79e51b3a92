"""The week's sample in the browser: judged one by one, and told on one page for the meeting."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, decisions
from approvals.models.workspace import Role
from approvals.sampling import judging, resuming, sample_access, waiting
from exceptions import sampling
from runs.sampling import judge_page, week_page


class VerdictForm(forms.Form):
    """Right, or wrong with a reason; a reason alone means wrong. ``turn`` is what was asked for on the screen."""

    turn = forms.IntegerField(min_value=1, max_value=3)
    verdict = forms.ChoiceField(choices=[("right", "right"), ("wrong", "wrong")], required=False)
    reason_code = forms.ChoiceField(choices=list(decisions.REASONS.items()), required=False)
    note = forms.CharField(max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        wrong = bool(told.get("reason_code"))
        if not self.errors and not wrong and told.get("verdict") != "right":
            raise forms.ValidationError("Say that it is right, or why it is wrong.")
        return told | {"wrong": wrong}


class ResumeForm(forms.Form):
    """What was put right."""

    note = forms.CharField(max_length=500)


@require_safe
@never_cache
def week(request: HttpRequest, workspace: str) -> HttpResponse:
    """The meeting page of a week."""
    member, now = access.member(request, workspace), timezone.now()
    return render(
        request, "runs/sampling/week.html", week_page.read(member, request.GET.get("week", ""), now)
    )


@require_safe
@never_cache
def judging_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waits for the judge, with the next of it open."""
    member, now = access.member(request, workspace), timezone.now()
    after = request.GET.get("after", "")
    shown = (
        waiting.next_of(member, int(after) if after.isdecimal() else 0) if member.may(Role.REVIEWER) else None
    )
    context = judge_page.read(member, shown, now) | {"pane": "item" if shown and after else "list"}
    return render(request, "runs/sampling/judge.html", context)


@require_safe
@never_cache
def sample(request: HttpRequest, workspace: str, sample: int) -> HttpResponse:
    """One thing drawn: to be judged, or as it was judged."""
    member, now = access.member(request, workspace), timezone.now()
    context = judge_page.read(member, sample_access.item(member, sample), now) | {"pane": "item"}
    return render(request, "runs/sampling/judge.html", context)


@require_POST
def verdict(request: HttpRequest, workspace: str, sample: int) -> HttpResponse:
    """What the judge found; then the next."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    item, form = sample_access.item(member, sample), VerdictForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect("sample", workspace, item.pk)
    told = form.cleaned_data
    try:
        sampling.judge(
            item=item, member=member, turn=told["turn"], wrong=told["wrong"], reason_code=told["reason_code"],
            note=told["note"], actor=access.actor(request), now=now,
        )  # fmt: skip
    except judging.JudgedAlready:
        messages.info(request, "Somebody else was quicker. Nothing was added.")
    except judging.NotYourSample:
        messages.error(request, "Nobody judges their own work, or anything twice.")
    return redirect(f"{reverse('sample-judging', args=[workspace])}?after={item.pk}")


@require_POST
def resume(request: HttpRequest, workspace: str) -> HttpResponse:
    """What had stopped inspection is put right."""
    member, now = access.member(request, workspace, Role.ADMIN), timezone.now()
    form = ResumeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say what was put right.")
        return redirect("samples", workspace)
    try:
        resuming.resume(member=member, note=form.cleaned_data["note"], actor=access.actor(request), now=now)
    except resuming.NotStopped:
        messages.info(request, "It goes on already.")
    else:
        messages.success(request, "Inspection goes on, tightened.")
    return redirect("samples", workspace)
