"""Things done in several steps: a saga of month-end, and an order that undoes what one run wrote wrongly."""

from decimal import Decimal

from approvals import actors, canonical
from approvals.submission import Draft, Exhibit
from runs import reversal_orders, reversal_preview, sagas
from runs.connectors.helpdesk import setup
from runs.connectors.helpdesk.tools import AssignTicket
from runs.demo.month import desk, hands
from runs.demo.month.scene import Scene, person
from runs.models import Run

TITLE = "Hand three open questions of October to their teams"
STEPS = (("E-501", "Payables"), ("E-502", "Receivables"), ("E-503", "Controllers"))
WHY = "Sorted by a list of teams that no longer holds"


def saga(scene: Scene, name: str) -> None:
    """Three steps, each signed; written one after another."""
    agent = scene.agents[name]
    setup.seed(scene.workspace.slug, [{"id": ticket, "subject": "Month-end"} for ticket, _ in STEPS])
    sagas.begin(
        agent=agent, key="month-end/october", fingerprint=canonical.digest(STEPS), title=TITLE,
        drafts=[_step(ticket, team) for ticket, team in STEPS], actor=actors.agent(agent.id, "demo"), now=scene.now,
    )  # fmt: skip
    hands.observe(scene)
    desk.answer_all(scene, {})
    for _ in STEPS:
        scene.clock.on(30)
        hands.write(scene)
    sagas.advance_due(now=scene.now)


def _step(ticket: str, team: str) -> Draft:
    told = f"Question {ticket} is open since October and belongs to {team}, as month-end."
    return Draft(
        tool=AssignTicket.name, arguments={"ticket": ticket, "team": team, "label": "month-end"},
        idempotency_key=ticket, subject=f"ticket:{ticket}", summary=f"Month-end: {ticket} to {team}",
        rationale="It stands on the list of month-end.", confidence=Decimal("0.9"), confidence_source="rule",
        evidence=(Exhibit("text", told, "List of month-end"),), workflow="month-end",
    )  # fmt: skip


def undo_run(scene: Scene, name: str) -> None:
    """Olu orders what the latest run of an agent wrote to be undone; others sign, and a worker puts it back."""
    olu = scene.member("olu")
    run = Run.objects.filter(workspace=scene.workspace, workflow=name).latest("started_at")
    scope = reversal_preview.Scope(run=run.pk)
    seen = reversal_preview.look(workspace=scene.workspace, scope=scope, now=scene.now)
    reversal_orders.place(
        member=olu, key=f"demo/{run.pk.hex}", seen=seen.fingerprint, scope=scope, reason=WHY, actor=person(olu),
        now=scene.now,
    )  # fmt: skip
    reversal_orders.ask_due(now=scene.clock.on(2))
    hands.observe(scene)
    for row in desk.waiting(scene):
        desk.sign(scene, row)
    scene.clock.on(60)
    hands.write(scene)
