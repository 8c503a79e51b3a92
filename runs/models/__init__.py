"""What the machines did."""

from runs.models.execution import Attempt, Execution
from runs.models.letter import Letter
from runs.models.replay import Replay
from runs.models.run import Run, Step

__all__ = ["Attempt", "Execution", "Letter", "Replay", "Run", "Step"]
