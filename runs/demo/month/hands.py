"""A worker's part in the month: targets are read, and what is due is written, at the moment it is then."""

from runs import breakers, calling, dispatch, execution, observing
from runs.demo.month.scene import Scene
from runs.models import Execution

MOST = 50
TAKES = 0.4  # seconds that a write takes


def observe(scene: Scene) -> None:
    """Read the target of all that is new; what may pass by itself is approved."""
    worker = scene.worker
    while observing.observe_new(threads=worker.threads, actor=worker.actor, now=scene.now):
        continue


def write(scene: Scene) -> int:
    """Write all that is due, look first as workers do. Returns how many were called."""
    called, number = 0, scene.worker.number
    while rows := execution.claim(worker=number, limit=MOST, now=scene.now):
        begun = execution.begin(
            executions=_still_signed(rows, scene), worker=number, actor=scene.worker.actor, now=scene.now
        )
        outcomes = [calling.run(row) for row in begun]
        scene.clock.on(TAKES)
        execution.record(outcomes=outcomes, worker=number, actor=scene.worker.actor, now=scene.now)
        breakers.note(outcomes, scene.now)
        called += len(begun)
        if not begun:
            break  # held back by something else than this moment
    return called


def write_after(scene: Scene, undo_seconds: int) -> int:
    """Wait for the undo windows of what was just signed to close, and write it."""
    scene.clock.on(undo_seconds + 1)
    return write(scene)


def _still_signed(rows: list[Execution], scene: Scene) -> list[Execution]:
    looks = dispatch.by_policy(rows, scene.now)
    for look in looks:
        if look.finding != "go":
            dispatch.send_back(look=look, actor=scene.worker.actor, now=scene.now)
    return [look.execution for look in looks if look.finding == "go"]
