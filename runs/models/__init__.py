"""What the machines did."""

from runs.models.breaker import Breaker, Bucket
from runs.models.execution import Attempt, Execution
from runs.models.figure import Figure, FigureMark, Grain
from runs.models.letter import Letter
from runs.models.redrive import Redrive, RedriveLine
from runs.models.rehearsal import Rehearsal
from runs.models.replay import Replay
from runs.models.reversal_order import ReversalLine, ReversalOrder
from runs.models.run import Run, Step
from runs.models.run_replay import ReplayLine, RunReplay
from runs.models.saga import Saga
from runs.models.testimony import Testimony
from runs.models.threshold import Alarm, Threshold, Watch
from runs.models.trace import Traced, TraceMark
from runs.models.worth import Worth

__all__ = [
    "Alarm",
    "Attempt",
    "Breaker",
    "Bucket",
    "Execution",
    "Figure",
    "FigureMark",
    "Grain",
    "Letter",
    "Redrive",
    "RedriveLine",
    "Rehearsal",
    "Replay",
    "ReplayLine",
    "ReversalLine",
    "ReversalOrder",
    "Run",
    "RunReplay",
    "Saga",
    "Step",
    "Testimony",
    "Threshold",
    "TraceMark",
    "Traced",
    "Watch",
    "Worth",
]
