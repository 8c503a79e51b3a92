"""One prompt: its versions side by side, what share of inputs each gets, and the way back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.administering import second_admin, settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from runs.asking import comparing, mixes, versions
from runs.asking.forms import SharesForm
from runs.llm import prompts
from runs.models import PromptMix
from runs.two_admins import of_prompts
from runs.workflows import at_stake

SHOWN = 20


@require_safe
@never_cache
def prompt_page(request: HttpRequest, workspace: str, prompt: str) -> HttpResponse:
    """How each version does."""
    return _page(request, settings_page.reader(request, workspace), _known(prompt))


@require_POST
def share(request: HttpRequest, workspace: str, prompt: str) -> HttpResponse:
    """Other shares from now on."""
    member, name = settings_page.admin(request, workspace), _known(prompt)
    form = SharesForm(request.POST, versions=prompts.versions(name), shares={})
    if not form.is_valid():
        return _page(request, member, name, form, code=422)
    return _choose(request, member, name, form.shares())


@require_POST
def go_back(request: HttpRequest, workspace: str, prompt: str, version: int) -> HttpResponse:
    """Everything to one version, in one click."""
    member, name = settings_page.admin(request, workspace), _known(prompt)
    if version not in {one.version for one in prompts.versions(name)}:
        raise Http404("no such version")
    return _choose(request, member, name, {version: versions.WHOLE})


def _choose(request: HttpRequest, member: Membership, name: str, shares: dict[int, int]) -> HttpResponse:
    draft = of_prompts.widening(workspace=member.workspace, prompt=name, shares=shares)
    if waits := second_admin.wanted(request, member, draft):
        return waits
    try:
        mixes.choose(
            workspace=member.workspace, prompt=name, shares=shares, by=member.user_id, actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except mixes.SameMix:
        messages.info(request, "Inputs are shared out like that already.")
    else:
        told = ", ".join(f"version {version} {share} %" for version, share in sorted(shares.items()) if share)
        messages.success(request, f"From now on: {told}. Golden sets are tried next.")
    return SeeOther(reverse("settings-prompt", args=[member.workspace.slug, name]))


def _known(prompt: str) -> str:
    if prompt not in prompts.names():
        raise Http404("no such prompt")
    return prompt


def _page(
    request: HttpRequest, member: Membership, name: str, form: SharesForm | None = None, code: int = 200
) -> HttpResponse:
    every = prompts.versions(name)
    shared = versions.shares(versions.in_force(member.workspace_id, name), name)
    figures = comparing.of(member.workspace, name, timezone.now())
    past = PromptMix.objects.filter(workspace=member.workspace_id, prompt=name).select_related("created_by")
    context = {
        "name": name, "purpose": every[-1].purpose, "days": comparing.SINCE.days,
        "lines": [
            {"prompt": one, "share": shared.get(one.version, 0), "figures": figures.get(one.version)} for one in every
        ],
        "stake": at_stake.of(member.workspace, name),
        "history": past.order_by("-id")[:SHOWN],
        "form": form or SharesForm(versions=every, shares=shared),
    }  # fmt: skip
    return settings_page.show(request, member, "settings-models", "prompt", context, code=code)
