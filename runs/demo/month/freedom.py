"""How far the month's agents are trusted: from shadow to a first share, and one of them back."""

from contextlib import suppress
from datetime import timedelta

from approvals.lanes import lowering, raising
from approvals.models import Lane, LaneAudit
from approvals.models.lane import Stage
from approvals.oversight import drills
from exceptions.lanes import criteria, judging, looking
from runs import reversal
from runs.demo.month import desk, hands
from runs.demo.month.scene import Scene, chance, person
from runs.golden import drift
from runs.models import Execution
from runs.sweep import ACTOR

OF_LATE = timedelta(days=2)


def of(scene: Scene, name: str, tool: str) -> Lane:
    return Lane.objects.select_related("agent", "workspace", "calibrator").get(
        agent=scene.agents[name], tool=tool
    )


def to_shadow(scene: Scene, lane: Lane) -> None:
    """Somebody new writes nothing at first."""
    lowering.lower(lane=lane, to=Stage.SHADOW, reason="Is new here: compare it first", **scene.by_admin())


def up(scene: Scene, lane: Lane, to: Stage, reason: str) -> None:
    """A rung up where it is earned; where it is not, it stays where it is, as it would for anybody."""
    with suppress(raising.NotEarned, raising.NotNext):
        raising.raise_lane(lane=lane, to=to, reason=reason, also=criteria.here(lane), **scene.by_admin())


def measure(scene: Scene) -> None:
    """As the clock does: confidence is measured anew where there are labels enough."""
    for _ in range(2):  # a few lanes at each look
        looking.look_due(actor=ACTOR, now=scene.now)


def audit(scene: Scene) -> None:
    """What passed by itself and was drawn is looked at again, but for what was drawn of late."""
    drawn = LaneAudit.objects.filter(workspace=scene.workspace, judged_at__isnull=True)
    old = drawn.filter(drawn_at__lt=scene.now - OF_LATE).select_related("proposal__policy", "lane")
    for number, row in enumerate(old.order_by("drawn_at")):
        member = scene.member(("ken", "maria")[number % 2])
        judging.judge(
            audit=row, member=member, wrong=False, reason_code="", note="", actor=person(member), now=scene.clock.on(45)
        )  # fmt: skip


def compare(scene: Scene, name: str) -> None:
    """As the clock does once a day: whether an agent's work of late is like that before."""
    drift.look(agent=scene.agents[name], actor=ACTOR, now=scene.now)


def drill(scene: Scene, many: int) -> None:
    """Put wrong ones among the items, and let people find them."""
    drawn = chance("drill", scene.now.date())
    drills.prepare(workspace=scene.workspace, count=many, actor=ACTOR, now=scene.now, chance=drawn, enough=1)
    scene.clock.on(600)
    for number, proposal in enumerate(desk.waiting(scene, drill=True)):
        member = scene.member(("maria", "ken")[number % 2])
        desk.decide(scene, proposal, member, drawn, verdict="reject", reason_code="wrong_value")


def undo_one(scene: Scene, tool: str) -> None:
    """The way back of a tool is tried once: one asks, others sign, a worker puts it back."""
    olu = scene.member("olu")
    written = Execution.objects.filter(workspace=scene.workspace, tool=tool, state="succeeded")
    rows = written.select_related("proposal__agent__workspace", "proposal__workspace", "workspace")
    asked = reversal.propose(
        execution=rows.latest("finished_at"), member=olu, reason="To try the way back", actor=person(olu),
        now=scene.clock.on(300),
    )  # fmt: skip
    hands.observe(scene)
    desk.sign(scene, asked)
    hands.write_after(scene, asked.policy.undo_seconds)
