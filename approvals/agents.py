"""Agents, what they may name, and their tokens: issue, recognise, revoke."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.lanes import lowering
from approvals.models import Agent, Token, Workspace

SCHEME = "csk"
LIFE = timedelta(days=180)
USED_EVERY = timedelta(minutes=1)


class NotRecognised(LookupError):
    """The token is unknown, expired or revoked. An admin issues another with `manage.py issue_token`."""


class AlreadyRevoked(LookupError):
    """The token was revoked before."""


class NameTaken(LookupError):
    """The workspace has an agent of that name. Change that one, or choose another name."""


class SameAgent(ValueError):
    """The agent has that version and those tools already."""


def introduce(
    *, workspace: Workspace, name: str, version: str, tools: list[str], actor: Actor, now: datetime
) -> Agent:
    """A new agent. Raises `NameTaken`."""
    with transaction.atomic():
        agent, made = Agent.objects.get_or_create(
            workspace=workspace, name=name, defaults={"version": version, "tools": tools, "created_at": now}
        )
        if not made:
            raise NameTaken(name)
        _record("agent.added", agent, actor, now)
    return agent


def change(*, agent: Agent, version: str, tools: list[str], actor: Actor, now: datetime) -> None:
    """Another version, with which its lanes begin again, or other tools it may name. Raises `SameAgent`."""
    with transaction.atomic():
        others = Agent.objects.filter(pk=agent.pk).exclude(version=version, tools=tools)
        if not others.update(version=version, tools=tools):
            raise SameAgent(agent.name)
        another, agent.version, agent.tools = agent.version != version, version, tools
        if another:
            lowering.begin_again(agent=agent, actor=actor, now=now)
        _record("agent.changed", agent, actor, now, version=ledger.code_of(version), tools=tools)


def add_agent(
    *, workspace: Workspace, name: str, version: str, tools: list[str], actor: Actor, now: datetime
) -> Agent:
    """An agent of that name, made or brought to this version and these tools."""
    try:
        return introduce(workspace=workspace, name=name, version=version, tools=tools, actor=actor, now=now)
    except NameTaken:
        agent = Agent.objects.select_related("workspace").get(workspace=workspace, name=name)
    with suppress(SameAgent):
        change(agent=agent, version=version, tools=tools, actor=actor, now=now)
    return agent


@dataclass(frozen=True)
class Minted:
    """A secret that nobody knows yet, ``csk_<prefix>_<secret>``, and what is kept of it."""

    secret: str
    prefix: str
    digest: str


def mint() -> Minted:
    prefix = secrets.token_hex(6)
    secret = f"{SCHEME}_{prefix}_{secrets.token_urlsafe(32)}"
    return Minted(secret, prefix, _digest(secret))


def issue_token(*, agent: Agent, actor: Actor, now: datetime, life: timedelta = LIFE) -> str:
    """A new secret: returned once, kept only as a digest."""
    minted = mint()
    admit_token(agent=agent, prefix=minted.prefix, digest=minted.digest, actor=actor, now=now, life=life)
    return minted.secret


def admit_token(
    *, agent: Agent, prefix: str, digest: str, actor: Actor, now: datetime, life: timedelta = LIFE
) -> None:
    """From now on whoever shows the minted secret is this agent."""
    with transaction.atomic():
        Token.objects.create(agent=agent, prefix=prefix, digest=digest, created_at=now, expires_at=now + life)
        _record("token.issued", agent, actor, now, prefix=prefix)


def recognise(*, secret: str, now: datetime) -> Token:
    """The live token behind a secret, its agent and workspace loaded. Raises `NotRecognised`, never saying why."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != SCHEME:
        raise NotRecognised
    token = Token.objects.select_related("agent__workspace").filter(prefix=parts[1]).first()
    known = token.digest if token else "0" * 64
    if not hmac.compare_digest(known, _digest(secret)) or token is None:
        raise NotRecognised
    if token.revoked_at or token.expires_at <= now:
        raise NotRecognised
    if token.used_at is None or token.used_at < now - USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def revoke(*, token: Token, actor: Actor, now: datetime) -> None:
    """The token stops working at once. Raises `AlreadyRevoked`."""
    with transaction.atomic():
        if not Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
            raise AlreadyRevoked(token.prefix)
        _record("token.revoked", token.agent, actor, now, prefix=token.prefix)


def _record(kind: str, agent: Agent, actor: Actor, now: datetime, **more: Any) -> None:
    data = {"agent": agent.id.hex} | more
    ledger.append(workspace_id=agent.workspace_id, kind=kind, actor=actor, at=now, data=data)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
