"""Settings, Models: budgets, a second opinion, and which version of each prompt is asked."""

from typing import Any

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
from runs.asking import budgets, reading, terms
from runs.asking.forms import BudgetForm, TermsForm
from runs.models import ModelBudget
from runs.two_admins import of_budgets

TAB = "settings-models"


@require_safe
@never_cache
def model_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """What holds for models now, and what they took."""
    return _page(request, settings_page.reader(request, workspace))


@require_POST
def set_budget(request: HttpRequest, workspace: str) -> HttpResponse:
    """A new budget, or another in the place of one."""
    member, form = settings_page.admin(request, workspace), BudgetForm(request.POST)
    if not form.is_valid():
        return _page(request, member, budget_form=form, code=422)
    draft = of_budgets.widening(workspace=member.workspace, **form.terms())
    if waits := second_admin.wanted(request, member, draft):
        return waits
    try:
        budget = budgets.set_budget(
            workspace=member.workspace, by=member.user_id, actor=access.actor(request), now=timezone.now(),
            **form.terms(),
        )  # fmt: skip
    except budgets.SameBudget:
        form.add_error(None, "Exactly this budget is in force already.")
        return _page(request, member, budget_form=form, code=422)
    messages.success(request, f"At most {budgets.words(budget)} from now on.")
    return SeeOther(reverse(TAB, args=[workspace]))


@require_POST
def retire_budget(request: HttpRequest, workspace: str, budget: int) -> HttpResponse:
    """The budget holds nothing from now on."""
    member = settings_page.admin(request, workspace)
    found = ModelBudget.objects.filter(pk=budget, workspace_id=member.workspace_id).first()
    if found is None:
        raise Http404("no such budget")
    if waits := second_admin.wanted(request, member, of_budgets.retiring(found)):
        return waits
    try:
        budgets.retire(budget=found, actor=access.actor(request), now=timezone.now())
    except budgets.AlreadyRetired:
        messages.info(request, "That budget was retired before.")
    else:
        messages.success(request, f"{budgets.words(found)}: retired.")
    return SeeOther(reverse(TAB, args=[workspace]))


@require_POST
def change_terms(request: HttpRequest, workspace: str) -> HttpResponse:
    """A second opinion, and how long answers are kept."""
    member = settings_page.admin(request, workspace)
    form = TermsForm(request.POST, now=terms.of(member.workspace))
    if form.is_valid():
        try:
            terms.change(
                workspace=member.workspace,
                actor=access.actor(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except terms.SameTerms:
            form.add_error(None, "Exactly this holds already.")
        except terms.ChangedMeanwhile:
            form.add_error(None, "Somebody changed this meanwhile. Look again.")
        else:
            messages.success(request, "Kept. It holds for the next question.")
            return SeeOther(reverse(TAB, args=[workspace]))
    return _page(request, member, terms_form=form, code=422)


def _page(request: HttpRequest, member: Membership, *, code: int = 200, **forms: Any) -> HttpResponse:
    now, here = timezone.now(), member.workspace
    context = {
        "lines": reading.budget_lines(here, now), "month": reading.month(here, now),
        "prompts": reading.prompt_lines(here),
        "terms": terms.of(here), "budget_form": forms.get("budget_form") or BudgetForm(),
        "terms_form": forms.get("terms_form") or TermsForm(now=terms.of(here)),
        "refused": forms.get("budget_form") or forms.get("terms_form"),
    }  # fmt: skip
    return settings_page.show(request, member, TAB, "models", context, code=code)
