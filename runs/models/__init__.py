"""What the machines did."""

from runs.models.breaker import Breaker, Bucket
from runs.models.drift import DriftFinding
from runs.models.examples import ExampleSet
from runs.models.execution import Attempt, Execution
from runs.models.figure import Figure, FigureMark, Grain, Scope
from runs.models.golden import GoldenAnswer, GoldenCase, GoldenRun
from runs.models.kept_answer import KeptAnswer
from runs.models.letter import Letter
from runs.models.model_budget import ModelBudget, Spending
from runs.models.model_call import ModelCall
from runs.models.model_terms import ModelTerms
from runs.models.prompt_mix import PromptMix
from runs.models.prompt_told import PromptTold, StepMark
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
    "DriftFinding",
    "ExampleSet",
    "Execution",
    "Figure",
    "FigureMark",
    "GoldenAnswer",
    "GoldenCase",
    "GoldenRun",
    "Grain",
    "KeptAnswer",
    "Letter",
    "ModelBudget",
    "ModelCall",
    "ModelTerms",
    "PromptMix",
    "PromptTold",
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
    "Scope",
    "Spending",
    "Step",
    "StepMark",
    "Testimony",
    "Threshold",
    "TraceMark",
    "Traced",
    "Watch",
    "Worth",
]
