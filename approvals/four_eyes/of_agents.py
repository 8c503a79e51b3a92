"""Agents that gain tools or become another program, and tokens."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from approvals import agents, wording
from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, differences, line
from approvals.models import Agent, Workspace

AGENT, TOKEN = "agent", "token"


def widening(*, agent: Agent, version: str, tools: list[str]) -> Draft | None:
    """More tools, or another version, which is another prompt or another program. Fewer tools need nobody else."""
    if version == agent.version and not set(tools) - set(agent.tools):
        return None
    lines = differences(_said(agent.version, agent.tools), _said(version, tools))
    payload = {"agent": agent.id.hex, "version": version, "tools": list(tools)}
    return Draft(AGENT, agent.id.hex, f"What {agent.name} is and may do", payload, _state(agent), lines)


def token(*, agent: Agent, minted: agents.Minted, days: int) -> Draft:
    """A token that begins to work with the second admin. Its secret is known to nobody but who asked for it."""
    payload = {"agent": agent.id.hex, "prefix": minted.prefix, "digest": minted.digest, "days": days}
    lines = [
        line("Token", f"{agents.SCHEME}_{minted.prefix}, for {wording.counted(days, 'day')}"),
        line("Proposes with", _said(agent.version, agent.tools)["Tools"]),
    ]
    return Draft(TOKEN, minted.prefix, f"A token for {agent.name}", payload, _state(agent), lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> dict[str, Any]:
    return _state(_agent(workspace, payload))


def change_agent(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    agents.change(
        agent=_agent(workspace, payload), version=payload["version"], tools=payload["tools"], actor=actor, now=now
    )  # fmt: skip


def admit_token(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    agents.admit_token(
        agent=_agent(workspace, payload), prefix=payload["prefix"], digest=payload["digest"],
        life=timedelta(days=payload["days"]), actor=actor, now=now,
    )  # fmt: skip


def _agent(workspace: Workspace, payload: dict[str, Any]) -> Agent:
    return Agent.objects.get(workspace=workspace, pk=UUID(payload["agent"]))


def _state(agent: Agent) -> dict[str, Any]:
    return {"version": agent.version, "tools": list(agent.tools)}


def _said(version: str, tools: list[str]) -> dict[str, str]:
    return {
        "Version": version,
        "Tools": wording.listed([wording.tool_title(name) for name in tools]) or "none",
    }
