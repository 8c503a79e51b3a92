"""Policies for admins: what each tool demands, a form for the next version, and every version before."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, policies, switches, tools
from approvals.administering import policy_words, second_admin, settings_access, settings_page
from approvals.administering.policy_forms import PolicyForm
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_policies
from approvals.models import Membership, Policy, Workspace
from approvals.models.workspace import Role

TAB = "settings-policies"
SHOWN = 50


@require_safe
@never_cache
def policy_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every registered tool with the policy in force."""
    member = settings_page.reader(request, workspace)
    newest = Policy.objects.filter(workspace=member.workspace).order_by("tool", "-version").distinct("tool")
    known = {policy.tool: policy for policy in newest}
    pulled = switches.pulled_in(member.workspace_id)
    stopped, lines = {row.key for row in pulled if row.what == "tool"}, []
    for tool in tools.of_workspace(member.workspace):
        policy = known.get(tool.name) or unset(member.workspace, tool)
        lines.append({"tool": tool, "policy": policy, "summary": policy_words.summary(policy),
                      "stopped": tool.name in stopped})  # fmt: skip
    return settings_page.show(request, member, TAB, "policies", {"lines": lines})


@require_safe
@never_cache
def policy_page(request: HttpRequest, workspace: str, tool: str) -> HttpResponse:
    """One tool's terms and how they came about."""
    member = settings_page.reader(request, workspace)
    found = settings_access.tool(member, tool)
    policy = in_force(member.workspace, found)
    return _page(
        request, member, found, policy, PolicyForm(policy=policy, reviewers=reviewers(member.workspace))
    )


@require_POST
def set_policy(request: HttpRequest, workspace: str, tool: str) -> HttpResponse:
    """The next version: all terms, those untouched as they were."""
    member = settings_page.admin(request, workspace)
    found = settings_access.tool(member, tool)
    policy, now = in_force(member.workspace, found), timezone.now()
    form = PolicyForm(request.POST, policy=policy, reviewers=reviewers(member.workspace))
    if form.is_valid():
        terms, seen = form.terms(), form.cleaned_data["seen"]
        try:
            if waits := second_admin.wanted(
                request, member, of_policies.widening(policy=policy, terms=terms, seen=seen)
            ):
                return waits
            made = policies.set_policy(
                workspace=member.workspace, tool=found.name, actor=access.actor(request), now=now, seen_version=seen,
                created_by=member.user, **terms,
            )  # fmt: skip
        except policies.StalePolicy:
            form.add_error(None, "Somebody set another version meanwhile. Open this page again to see it.")
        else:
            messages.success(request, f"{found.title}: version {made.version} holds from now on.")
            return SeeOther(reverse("settings-policy", args=[workspace, found.name]))
    return _page(request, member, found, policy, form, code=422)


def in_force(workspace: Workspace, tool: tools.Tool) -> Policy:
    """The policy that holds; for a tool nobody set one for, its defaults. Looking creates nothing."""
    return policies.newest(workspace=workspace, tool=tool.name) or unset(workspace, tool)


def unset(workspace: Workspace, tool: tools.Tool) -> Policy:
    return Policy(workspace=workspace, tool=tool.name, version=0, **policies.defaults(tool))


def reviewers(workspace: Workspace) -> list[tuple[int, str]]:
    """Who may sign in the workspace: ids and names, by name."""
    able = workspace.memberships.filter(roles__contains=[Role.REVIEWER], user__is_active=True)
    return list(able.order_by("user__username").values_list("user_id", "user__username"))


def _page(
    request: HttpRequest,
    member: Membership,
    tool: tools.Tool,
    policy: Policy,
    form: PolicyForm,
    code: int = 200,
) -> HttpResponse:
    versions = list(
        Policy.objects.filter(workspace=member.workspace, tool=tool.name)
        .select_related("created_by")
        .order_by("-version")[: SHOWN + 1]
    )
    people = {pk for version in [policy, *versions] for pk in version.reviewers}
    names = dict(get_user_model().objects.filter(pk__in=people).values_list("pk", "username"))
    context = {
        "tool": tool,
        "policy": policy,
        "facts": policy_words.facts(policy, names),
        "versions": policy_words.history(versions, names, SHOWN),
        "form": form,
        "stopped": switches.tool_is_paused(member.workspace_id, tool.name),
    }
    return settings_page.show(request, member, TAB, "policy", context, code=code)
