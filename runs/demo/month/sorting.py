"""Agents outside that sort messages: a run a day, told step by step, and a proposal for each message."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from approvals import actors, canonical
from approvals.models import Agent
from approvals.submission import Draft, Exhibit
from exceptions import intake
from runs import recorder
from runs.connectors.helpdesk import setup
from runs.connectors.helpdesk.tools import AssignTicket
from runs.demo.month import hands
from runs.demo.month.mail import TEAMS, Mail
from runs.demo.month.scene import Scene, chance
from runs.recorder import Move

MODEL = "invented-small"
PER_TOKEN = Decimal("0.0000004")  # US dollars


def walk(scene: Scene, agent: Agent, period: str, mails: Sequence[Mail]) -> None:
    """Sort them, and read their tickets."""
    told = [{"id": one.id, "from": one.sender, "subject": one.subject} for one in mails]
    setup.seed(scene.workspace.slug, told)
    actor = actors.agent(agent.id, "demo")
    run = recorder.start(agent=agent, workflow=agent.name, actor=actor, now=scene.now, period=period)
    moves: list[Move] = []
    for one in mails:
        asked = _asked(one, scene)
        scene.clock.on(asked.latency_ms / 1000 if asked.latency_ms else 0)
        row = intake.receive(draft=_draft(agent, one, run.id), agent=agent, actor=actor, now=scene.now)
        said = {"proposal": row.public_id, "state": row.state}
        moves += [
            asked,
            Move(f"{one.id}/propose", "propose", "propose", one.id, output=said, proposal=row.id,
                 confidence=row.confidence, started_at=scene.now, ended_at=scene.now + timedelta(milliseconds=40)),
        ]  # fmt: skip
    recorder.record(run=run, moves=moves, now=scene.now)
    counts = {"inputs": len(mails), "proposed": len(mails)}
    recorder.finish(run=run, state="succeeded", actor=actor, now=scene.clock.on(1), counts=counts)
    hands.observe(scene)


def _asked(one: Mail, scene: Scene) -> Move:
    drawn = chance("asked", one.id)
    ms, came, went = int(drawn.lognormvariate(7.0, 0.45)), 350 + len(one.paper), drawn.randint(18, 60)
    return Move(
        f"{one.id}/classify", "classify", "model", one.id, input={"message": one.id}, output={"label": one.said},
        model=MODEL, prompt="classify", prompt_version="3", confidence=Decimal(str(one.confidence)), latency_ms=ms,
        tokens_in=came, tokens_out=went, cost=(came + 4 * went) * PER_TOKEN, currency="USD", started_at=scene.now,
        ended_at=scene.now + timedelta(milliseconds=ms),
    )  # fmt: skip


def _draft(agent: Agent, one: Mail, run: UUID) -> Draft:
    start = max(one.paper.find(one.text), 0)
    span = {"field": "/label", "start": start, "end": start + len(one.text)}
    return Draft(
        tool=AssignTicket.name, arguments={"ticket": one.id, "team": TEAMS[one.said], "label": one.said},
        idempotency_key=f"{agent.name}/{one.id}", subject=f"ticket:{one.id}", summary=f"{one.said}: {one.subject}",
        rationale=f"It asks about {one.said}.", confidence=Decimal(str(one.confidence)), confidence_source="model",
        evidence=(Exhibit("text", one.paper, "Message", f"message:{one.id}", (span,)),), workflow=agent.name,
        run=run, fingerprint=canonical.digest([one.id, one.paper]),
    )  # fmt: skip
