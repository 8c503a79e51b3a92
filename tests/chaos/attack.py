"""The order of the attack: writes in waves, an act in each while its writes are under way, and then the count."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from approvals import bell
from runs.models import Execution
from runs.models.execution import State
from tests.chaos import reckoning
from tests.chaos.escalations import STRUCK_AMID, Escalations
from tests.chaos.mischief import Mischief
from tests.chaos.scene import Scene, patiently, until
from tests.hostile import Target
from tests.patience import PATIENCE_SECONDS

WORKERS = 2
UNTOLD = 2  # writes a wave that only a person can tell about; in a hurry one
SETTLE_SECONDS = 420
HURRIED_SECONDS = PATIENCE_SECONDS


def run(
    folder: Path, *, writes: int, rounds: int, hurry: bool, say: Callable[[str], object]
) -> dict[str, Any]:
    """Attack, wait until all is settled or patience has run out, and count."""
    began = time.monotonic()
    with Target(folder / "target") as target:
        os.environ.update(target.environment)
        scene = Scene(folder, target, hurry=hurry)
        try:
            escalations = Escalations(scene)
            with scene.clock():
                struck, settled, stood = _attack(scene, escalations, writes, rounds, say)
                found = [] if stood else patiently(lambda: reckoning.faults(scene))
                found += patiently(escalations.faults)
        finally:
            scene.close()
        report = {
            "writes": patiently(Execution.objects.count),
            "states": stood or scene.states(),
            "faults": [*found, *scene.ended_alone],
            "recovery": reckoning.recovery(struck),
            "escalations": escalations.figures(),
            "settled_after": settled,
            "seconds": round(time.monotonic() - began, 1),
        }
        connection.close()
        return report


def _attack(
    scene: Scene, escalations: Escalations, writes: int, rounds: int, say: Callable[[str], object]
) -> tuple[dict[str, Any], float, dict[str, int]]:
    mischief = Mischief(scene)
    acts = [(f"{name} ({number})" if rounds > 1 else name, act)
            for number in range(1, rounds + 1) for name, act in mischief.acts().items()]  # fmt: skip
    for _ in range(WORKERS):
        scene.start_worker()
    struck: dict[str, Any] = {}
    each = writes // len(acts)
    for at, (name, act) in enumerate(acts):
        many = each if at < len(acts) - 1 else writes - each * (len(acts) - 1)
        _wave(scene, many)
        struck[name] = timezone.now()
        say(f"{name} ({patiently(scene.states)})")
        if name.startswith(STRUCK_AMID):
            escalations.begin(name)
        act()
        scene.look_after()
    say("Waiting until all is settled")
    began = time.monotonic()
    stood = scene_settles(scene, escalations)
    return struck, round(time.monotonic() - began, 1), stood


def _wave(scene: Scene, many: int) -> None:
    """Approve so many, and return when they are under way."""
    done = patiently(_settled)
    untold = 1 if scene.hurry else UNTOLD
    patiently(lambda: scene.approve(many - untold))
    patiently(lambda: scene.approve_untold(untold))
    bell.wake()
    until(lambda: _settled() > done + many // 10, 10)


def _settled() -> int:
    return Execution.objects.exclude(state__in=["scheduled", "started"]).count()


def scene_settles(scene: Scene, escalations: Escalations) -> dict[str, int]:
    """Until nothing moves any more by itself: what is unknown lies in a case, what failed too. Returns the states of
    that moment, in which nothing was found wrong: an open breaker lets one more through a little later. Empty where it
    never came.
    """
    stood: dict[str, int] = {}

    def still() -> bool:
        scene.look_after()
        scene.pass_time()
        if reckoning.under_way() or escalations.under_way():
            return False
        states = scene.states()
        # the count reads every row and the whole ledger: not while workers need the machine
        if State.STARTED in states or reckoning.faults(scene):
            return False
        stood.update(states)
        return True

    until(still, HURRIED_SECONDS if scene.hurry else SETTLE_SECONDS, every=0.1 if scene.hurry else 1.0)
    return stood
