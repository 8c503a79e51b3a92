"""A bad morning: run after run cannot go on, an alarm is raised, an incident declared, and by noon it is over."""

from typing import Any

from django.db import transaction

from approvals import actors
from exceptions import cases, incidents
from exceptions.models import Case, Incident
from exceptions.models.incident import State
from runs import recorder
from runs.alerts import checking
from runs.demo.month.past import Day
from runs.demo.month.scene import Scene, person
from runs.figures import folding
from runs.models import run as runs
from runs.sweep import ACTOR
from runs.workflows.expense import posting

SAID = "The run could not go on: the share with the scans did not answer"
TITLE = "Scans cannot be read"
TOLD = "Receipts of this morning were read after noon. Nothing was posted twice and nothing was lost."
RUNS = 6


def morning(scene: Scene, day: Day) -> None:
    """As a walk ends that cannot go on, six times."""
    agent = scene.company.agent
    actor = actors.agent(agent.id, "workflow")
    for number in range(RUNS):
        run = recorder.start(
            agent=agent, workflow=posting.NAME, actor=actor, now=scene.clock.to(day.at(8, 2 + 10 * number)),
            period=day.date.isoformat(),
        )  # fmt: skip
        now = scene.clock.on(31)
        with transaction.atomic():
            recorder.finish(run=run, state=runs.State.FAILED, actor=actor, now=now, error=SAID)
            cases.open_case(
                workspace=scene.workspace, code="run.failed", message=SAID, run=run.pk, operation=posting.NAME,
                actor=actor, now=now,
            )  # fmt: skip
    watch(scene)
    _declare(scene)


def watch(scene: Scene) -> None:
    """Count what came, and look at every threshold."""
    folding.fold_due()
    checking.check_due(actor=ACTOR, now=scene.now)


def _declare(scene: Scene) -> None:
    olu = scene.member("olu")
    held = list(
        Case.objects.filter(workspace=scene.workspace)
        .exclude(state="resolved")
        .order_by("-first_seen_at")[:2]
    )
    incidents.declare(member=olu, found=held, title=TITLE, actor=person(olu), now=scene.clock.on(240))
    for case in held:
        cases.take(case=case, member=olu, actor=person(olu), now=scene.clock.on(20))


def over(scene: Scene) -> None:
    """Whoever leads says so; those affected are told."""
    olu = scene.member("olu")
    for incident in Incident.objects.filter(workspace=scene.workspace).exclude(state=State.CLOSED):
        told: dict[str, Any] = {"incident": incident, "member": olu, "actor": person(olu)}
        incidents.say(summary=TOLD, now=scene.now, **told)
        incidents.move(to=State.CONTAINED, now=scene.clock.on(30), **told)
        incidents.move(to=State.CLOSED, now=scene.clock.on(3600), **told)
