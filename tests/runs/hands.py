"""What a worker of the machine holds, and where an execution may be after a step."""

from dataclasses import dataclass, field

from runs.execution import Outcome, Turn
from runs.models import Execution
from runs.models.execution import MOVES


@dataclass
class Hands:
    """What one worker holds in its memory, however old it may be."""

    number: int
    turn: Turn = field(default_factory=Turn)
    claimed: list[Execution] = field(default_factory=list)
    ready: list[Execution] = field(default_factory=list)
    begun: list[Execution] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def reachable(state: str, steps: int = 3) -> set[str]:
    """Where so many moves lead at most: one rule may make several."""
    found = {state}
    for _ in range(steps):
        found |= {onward for one in found for onward in MOVES[one]}
    return found
