"""Owners of failures at work: they take their cases, say what they found, and settle them. One case waits too long."""

from typing import Any

from exceptions import cases, escalation, resolutions
from exceptions.models import Case
from exceptions.models.case import State
from runs.demo.month.scene import Scene, chance, person
from runs.sweep import ACTOR

FOUND = {  # what is said of a kind of failure, and why it is let go
    "posting": ("The month is closed. Posted by hand to the current one, with a note.", "done_elsewhere"),
    "lane": ("Half of the messages ask for prices now. The agent has to learn those first.", "passed"),
    "golden": ("It is the price lists. Nothing is wrong with what was written.", "passed"),
    "run": ("The share answers again; all receipts of the morning were read.", "passed"),
    "alert": ("The share with the scans was away. It is back.", "passed"),
}
ELSE = ("Looked at it; nothing is left to do.", "passed")


def look(scene: Scene) -> None:
    """What nobody has taken in time is brought before others."""
    escalation.escalate_due(now=scene.now, actor=ACTOR)
    escalation.release_due(now=scene.now, actor=ACTOR)


def settle_all(scene: Scene, *, leave: int = 0) -> None:
    """Olu or Ada takes each case that is open and lets go what lies in it, but for the newest so many."""
    open_ones = Case.objects.filter(workspace=scene.workspace).exclude(state=State.RESOLVED)
    found = list(open_ones.select_related("failure_class").order_by("first_seen_at"))
    for case in found[: len(found) - leave]:
        _settle(scene, case)


def _settle(scene: Scene, case: Case) -> None:
    drawn = chance("case", case.failure_class.code, case.first_seen_at.date())
    member = scene.member(drawn.choice(("olu", "olu", "ada")))
    if case.state == State.ACKNOWLEDGED and case.assignee_id != member.user_id:
        member = next(one for one in scene.company.people.values() if one.user_id == case.assignee_id)
    told: dict[str, Any] = {"case": case, "member": member, "actor": person(member)}
    scene.clock.on(drawn.uniform(60, 400))
    cases.take(now=scene.now, **told)
    if "dismiss" not in case.failure_class.resolutions:
        return
    note, reason = FOUND.get(case.failure_class.code.partition(".")[0], ELSE)
    cases.add_note(text=note, now=scene.clock.on(drawn.uniform(120, 1500)), **told)
    held = list(case.occurrences.filter(disposition=resolutions.OPEN).values_list("pk", flat=True))
    if held:
        resolutions.dismiss(occurrences=held, reason_code=reason, note="", now=scene.clock.on(15), **told)
