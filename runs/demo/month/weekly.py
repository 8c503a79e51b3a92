"""What a week asks for: a sample of the last, judged; golden sets, tried; the meeting, with what is done next."""

from datetime import timedelta

from approvals.models import Membership, SampleItem
from approvals.oversight import weeks
from approvals.sampling import waiting
from exceptions import sampling
from exceptions.models import Team
from exceptions.weekly import actions
from runs.demo.month.scene import REVIEWERS, Scene, chance, person
from runs.golden import rounds
from runs.sampling import due
from runs.sweep import ACTOR

NEXT = (
    ("Ask the scanner’s vendor why the share did not answer", "Platform"),
    ("Ask for receipts before their month is closed", "Finance ops"),
    ("Write down what counts as a price list", "AI quality"),
    ("Tell the branches that June is closed", "Controllers"),
)
WRONG = 0.03


def begin(scene: Scene) -> None:
    """Monday, early: golden sets are drawn and tried, and the week that is over is sampled."""
    rounds.once(now=scene.now)
    due.look(actor=ACTOR, now=scene.now)


def judge(scene: Scene, *, leave: int = 0) -> None:
    """The reviewers judge what waits for them, but for the last so many."""
    for name in REVIEWERS:
        member = scene.member(name)
        waits = list(waiting.of(member))
        for item in waits[: len(waits) - leave]:
            _judge(scene, item, member)


def _judge(scene: Scene, item: SampleItem, member: Membership) -> None:
    wrong = chance("sample", item.pk, item.week.monday).random() < WRONG
    sampling.judge(
        item=item, member=member, turn=item.verdicts.count() + 1, wrong=wrong, reason_code="wrong_target" * wrong,
        actor=person(member), now=scene.clock.on(25),
    )  # fmt: skip


def meet(scene: Scene, number: int) -> None:
    """The meeting of the week: what was decided a week ago is done, and one thing more is to do."""
    olu = scene.member("olu")
    week = weeks.current(scene.workspace, scene.now)
    for action in actions.of(scene.workspace, week):
        if action.done_at is None:
            actions.finish(action=action, member=olu, actor=person(olu), now=scene.clock.on(60))
    text, team = NEXT[number % len(NEXT)]
    owner = Team.objects.get(workspace=scene.workspace, name=team)
    actions.decide(
        member=olu, week=week, text=text, owner=owner, due_on=week.monday + timedelta(days=11), actor=person(olu),
        now=scene.clock.on(300),
    )  # fmt: skip
