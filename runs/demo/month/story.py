"""The month, day by day: what happens when, in working hours. Weekends are quiet."""

from approvals.models.lane import Stage
from approvals.sealing import seals
from runs.connectors.helpdesk.tools import AssignTicket
from runs.demo.month import (
    cards,
    cast,
    chain,
    desk,
    freedom,
    hands,
    outage,
    owners,
    posting,
    sorting,
    terms,
    volumes,
    weekly,
)
from runs.demo.month.past import Day
from runs.demo.month.scene import Scene

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
TOOL = AssignTicket.name
AGREED = "People agree with it: what they sign is written from now on"
EARNED = "Two weeks without a doubt; one in five is looked at again"


def live(scene: Scene, day: Day) -> None:
    """One day, whatever it holds."""
    if day.number is None:
        scene.clock.to(day.at(12))
        owners.look(scene)
        return
    _early(scene, day)
    truth = _proposed(scene, day)
    scene.clock.to(day.at(9, 40))
    desk.answer_all(scene, truth)
    _noon(scene, day)
    _late(scene, day)
    seals.seal_due(now=scene.now)


def _early(scene: Scene, day: Day) -> None:
    scene.clock.to(
        day.at(6, 5 + day.date.isocalendar().week % 50)
    )  # a week later is never a moment too early
    if day.number == 0:
        terms.begin(scene)
    if day.number == volumes.half(day.of) - 3:
        terms.share(scene, {1: 50, 2: 50})
    if day.date.weekday() == MONDAY:
        weekly.begin(scene)
    if day.number == volumes.half(day.of):
        scene.clock.to(day.at(7, 30))
        for name in (cast.INBOX, cast.MAILROOM):
            freedom.up(scene, freedom.of(scene, name, TOOL), Stage.PARTIAL_10, EARNED)
    scene.clock.to(day.at(8))
    owners.look(scene)
    if day.number == volumes.outage(day.of):
        outage.morning(scene, day)


def _proposed(scene: Scene, day: Day) -> dict[str, str]:
    """What comes in, and what of it is wrong."""
    assert day.number is not None
    place, many = volumes.receipts(day.number, day.of)
    scene.clock.to(day.at(9, 2))
    posting.walk(scene, posting.papers(place, many, day.date), day.date)
    truth = {f"receipt:NW-{posting.FIRST + wrong}": "wrong_value" for wrong in volumes.WRONG}
    for name, series, minute in ((cast.INBOX, "I", 14), (cast.MAILROOM, "M", 26)):
        scene.clock.to(day.at(9, minute))
        mails = volumes.mails(series, day.number, day.of)
        sorting.walk(scene, scene.agents[name], day.date.isoformat(), mails)
        truth |= {f"ticket:{one.id}": one.label for one in mails}
        if day.number == 0:
            freedom.to_shadow(scene, freedom.of(scene, name, TOOL))
    if day.date.weekday() in (TUESDAY, THURSDAY):
        cards.walk(scene, day.date, 2)
        if day.number == 1:
            freedom.to_shadow(scene, freedom.of(scene, cast.CARDS, cards.TOOL))
    return truth


def _noon(scene: Scene, day: Day) -> None:
    if day.number == volumes.outage(day.of):
        scene.clock.to(day.at(12, 10))
        outage.over(scene)
    if day.number == volumes.slow(day.of):
        scene.clock.to(day.at(14, 30))
        owners.look(scene)
    owners.settle_all(scene)
    if day.date.weekday() == MONDAY:
        weekly.meet(scene, day.number or 0)
    if day.date.weekday() == WEDNESDAY:
        weekly.judge(scene, leave=volumes.LEFT if day.is_of_last_week else 0)


def _late(scene: Scene, day: Day) -> None:
    """What is done once, on its day, and what the clock does every evening."""
    half = volumes.half(day.of)
    scene.clock.to(day.at(16))
    if day.number == 1:
        terms.keep_golden(scene)
    for name, last in ((cast.INBOX, volumes.shadow(day.of) - 1), (cast.MAILROOM, half - 1)):
        if day.number == last:
            freedom.up(scene, freedom.of(scene, name, TOOL), Stage.ASSISTED, AGREED)
    if day.date.weekday() == FRIDAY:
        freedom.audit(scene)
    if day.number == half - 2:
        freedom.undo_one(scene, TOOL)
    if day.number in (half - 4, half - 2, half - 1):
        freedom.drill(scene, volumes.DRILLS)
    if day.number == half + 2:
        chain.saga(scene, cast.MONTH_END)
    if day.number == volumes.undoing(day.of):
        chain.undo_run(scene, cast.MAILROOM)
    if day.number == day.of - 1:
        freedom.compare(scene, cast.MAILROOM)
        owners.settle_all(scene, leave=1)
    hands.write(scene)
    outage.watch(scene)
    freedom.measure(scene)
