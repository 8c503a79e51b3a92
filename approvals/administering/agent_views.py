"""Agents for admins: what they may name, whether they run, and their tokens. A secret is shown once, in one answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, agents, ids, switches, wording
from approvals.administering import second_admin, settings_access, settings_page
from approvals.administering.settings_forms import AgentForm, NewAgentForm, TokenForm
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_agents, rule
from approvals.models import Agent, Membership, Token
from approvals.visible import plain

TAB = "settings"
MOST = 500


@require_safe
@never_cache
def agent_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every agent: version, tools, whether it runs, and how many tokens work."""
    return _list(request, settings_page.reader(request, workspace))


@require_POST
def add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Take a new agent in."""
    member = settings_page.admin(request, workspace)
    form = NewAgentForm(request.POST, workspace=member.workspace)
    if form.is_valid():
        try:
            agent = agents.introduce(
                workspace=member.workspace,
                actor=access.actor(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except agents.NameTaken:
            form.add_error("name", "There is an agent of that name. Change that one, or choose another name.")
        else:
            messages.success(request, f"{plain(agent.name)} was added. It needs a token to propose anything.")
            return SeeOther(_url(agent, workspace))
    return _list(request, member, form, code=422)


@require_safe
@never_cache
def agent_page(request: HttpRequest, workspace: str, agent: str) -> HttpResponse:
    """One agent with its tokens."""
    member = settings_page.reader(request, workspace)
    return _page(request, member, settings_access.agent(member, agent))


@require_POST
def change(request: HttpRequest, workspace: str, agent: str) -> HttpResponse:
    """Give it another version or other tools."""
    member = settings_page.admin(request, workspace)
    found = settings_access.agent(member, agent)
    form = AgentForm(request.POST, workspace=member.workspace, agent=found)
    if form.is_valid():
        draft = of_agents.widening(agent=found, **form.cleaned_data)
        if waits := second_admin.wanted(request, member, draft):
            return waits
        try:
            agents.change(agent=found, actor=access.actor(request), now=timezone.now(), **form.cleaned_data)
        except agents.SameAgent:
            form.add_error(None, "Nothing was changed: it has that version and those tools already.")
        else:
            messages.success(request, f"{plain(found.name)}: changed. It holds for the next proposal.")
            return SeeOther(_url(found, workspace))
    return _page(request, member, found, form=form, code=422)


@require_POST
@never_cache
def issue(request: HttpRequest, workspace: str, agent: str) -> HttpResponse:
    """A new token. This answer is the only place where its secret is ever seen."""
    member = settings_page.admin(request, workspace)
    found = settings_access.agent(member, agent)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, member, found, token_form=form, code=422)
    if not rule.needs_two(member.workspace):
        now = timezone.now()
        secret = agents.issue_token(agent=found, actor=access.actor(request), now=now, life=form.life())
        return _shown_once(
            request, member, found, secret, {"waits": False, "days": 0, "expires_at": now + form.life()}
        )
    minted, days = agents.mint(), form.cleaned_data["days"]
    if not second_admin.put_before_another(
        request, member, of_agents.token(agent=found, minted=minted, days=days)
    ):
        return SeeOther(_url(found, workspace))
    return _shown_once(
        request, member, found, minted.secret, {"waits": True, "days": days, "expires_at": None}
    )


def _shown_once(
    request: HttpRequest, member: Membership, agent: Agent, secret: str, terms: dict[str, Any]
) -> HttpResponse:
    context = {"agent": agent, "agent_url": _url(agent, member.workspace.slug), "secret": secret} | terms
    return settings_page.show(request, member, TAB, "token", context)


@require_POST
def revoke(request: HttpRequest, workspace: str, agent: str, token: str) -> HttpResponse:
    """The token stops working at once."""
    member = settings_page.admin(request, workspace)
    found = settings_access.agent(member, agent)
    try:
        agents.revoke(
            token=settings_access.token(found, token), actor=access.actor(request), now=timezone.now()
        )
    except agents.AlreadyRevoked:
        messages.info(request, f"{token} was revoked before.")
    else:
        messages.success(request, f"{token} is revoked and works no more.")
    return SeeOther(_url(found, workspace))


@require_POST
def pause(request: HttpRequest, workspace: str, agent: str) -> HttpResponse:
    """Nothing of the agent's is written until it is released."""
    said = "{} is paused: nothing of it is written.", "{} was paused already."
    by = request.user.pk
    return _switch(request, workspace, agent, lambda **given: switches.pull(by=by, **given), said)


@require_POST
def release(request: HttpRequest, workspace: str, agent: str) -> HttpResponse:
    """What waited goes on."""
    said = "{} is released: what waited goes on.", "{} was not paused."
    return _switch(request, workspace, agent, switches.release, said)


def _switch(
    request: HttpRequest, workspace: str, agent: str, turn: Callable[..., None], said: tuple[str, str]
) -> HttpResponse:
    member = settings_page.admin(request, workspace)
    found = settings_access.agent(member, agent)
    try:
        turn(of=found, actor=access.actor(request), now=timezone.now())
    except (switches.AlreadyPulled, switches.AlreadyReleased):
        messages.info(request, said[1].format(plain(found.name)))
    else:
        messages.success(request, said[0].format(plain(found.name)))
    return SeeOther(_url(found, workspace))


def _list(
    request: HttpRequest, member: Membership, form: NewAgentForm | None = None, code: int = 200
) -> HttpResponse:
    now = timezone.now()
    form = form or NewAgentForm(workspace=member.workspace)
    lives = Q(tokens__revoked_at__isnull=True, tokens__expires_at__gt=now)
    rows = (
        Agent.objects.filter(workspace_id=member.workspace_id)
        .annotate(live=Count("tokens", filter=lives), used_at=Max("tokens__used_at"))
        .order_by("name")[:MOST]
    )
    lines = [
        {
            "agent": row,
            "url": _url(row, member.workspace.slug),
            "tools": [wording.tool_title(t) for t in row.tools],
        }
        for row in rows
    ]
    return settings_page.show(request, member, TAB, "agents", {"lines": lines, "form": form}, code=code)


def _page(
    request: HttpRequest, member: Membership, agent: Agent, *, code: int = 200, **forms: Any
) -> HttpResponse:
    now = timezone.now()
    tokens = [{"token": token, "state": _state(token, now)} for token in agent.tokens.order_by("-id")[:MOST]]
    context = {
        "agent": agent,
        "agent_id": ids.show("agent", agent.id),
        "tokens": sorted(tokens, key=lambda line: line["state"] != "live"),
        "tools": [{"name": name, "title": wording.tool_title(name)} for name in agent.tools],
        "form": forms.get("form") or AgentForm(workspace=member.workspace, agent=agent),
        "token_form": forms.get("token_form") or TokenForm(),
    }
    return settings_page.show(request, member, TAB, "agent", context, code=code)


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at <= now else "live"


def _url(agent: Agent, workspace: str) -> str:
    return reverse("settings-agent", args=[workspace, ids.show("agent", agent.id)])
