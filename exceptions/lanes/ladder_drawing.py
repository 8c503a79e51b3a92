"""The ladder as a small drawing: rungs reached are full, the others hollow; a pause is said in words beside it."""

from dataclasses import dataclass

from approvals.lanes import ladder
from approvals.models.lane import Stage


@dataclass(frozen=True)
class Rung:
    """One bar of the drawing, in its own units: places from the left and heights from the bottom line."""

    x: int
    y: int
    height: int
    full: bool
    here: bool
    name: str


STEP, WIDTH, LOWEST, GROWS = 12, 9, 5, 3


def of(stage: str) -> list[Rung]:
    """Six rungs, each a little higher than the one before."""
    stands = Stage.ASSISTED if stage == Stage.PAUSED else Stage(stage)
    place = ladder.RUNGS.index(stands)
    whole = LOWEST + GROWS * (len(ladder.RUNGS) - 1)
    return [
        Rung(
            n * STEP, whole - (LOWEST + GROWS * n), LOWEST + GROWS * n, full=n <= place and stage != Stage.PAUSED,
            here=n == place, name=ladder.words(rung),
        )
        for n, rung in enumerate(ladder.RUNGS)
    ]  # fmt: skip
