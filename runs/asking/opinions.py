"""A second model's opinion of what the first one read. It can warn or stop; nothing it says makes anything easier."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.db import transaction

from approvals import actors
from exceptions import cases
from runs.llm.answers import Form, Told
from runs.llm.client import Asks
from runs.llm.effort import Effort
from runs.llm.errors import ModelError
from runs.llm.questions import Question
from runs.models import Run

CODE = "model.second_opinion"
PROMPT = "check_values"
DOUBTFUL = 0.5  # the most a reading is trusted that a second model doubts
SURE = 0.8  # how sure the second model must say it is, to stop instead of warn
Verdict = Literal["agrees", "doubts", "stops", "silent"]


class Check(Form):
    """What is asked of the second model."""

    supported: Told[bool]
    wrong_field: Told[str]
    invented: Told[bool]


@dataclass(frozen=True)
class Opinion:
    """``field`` is one of those that were asked about, or empty: what else the model says goes no further."""

    verdict: Verdict
    field: str = ""
    effort: Effort | None = None
    error: dict[str, str] | None = None

    @property
    def told(self) -> dict[str, Any] | None:
        """As a step keeps it."""
        return None if self.error else {"verdict": self.verdict, "field": self.field}


def ask(second: Asks, *, values: Mapping[str, Any], document: str) -> Opinion:
    """Ask whether the document supports the values. Never raises: a model that fails is silent, on record."""
    asked = f"VALUES\n{json.dumps(dict(values), ensure_ascii=False)}\n\nDOCUMENT\n{document}"
    question = Question(prompt=second.prompt(PROMPT, document), form=Check, document=asked, about=document)
    try:
        answer = second.ask(question)
    except ModelError as error:
        said = {"code": error.code, "message": str(error)[:300]}
        return Opinion("silent", effort=error.effort, error=said)
    said_field = answer.value.wrong_field.value or ""
    return Opinion(_verdict(answer.value), said_field if said_field in values else "", effort=answer)


def restored(told: Any) -> Opinion:
    """The opinion that a completed step holds; one that failed, or of another shape, is silent."""
    for verdict in get_args(Verdict):
        if isinstance(told, dict) and told.get("verdict") == verdict:
            return Opinion(verdict, str(told.get("field", "")))
    return Opinion("silent")


def _verdict(said: Check) -> Verdict:
    """Invented values stop when the model is sure; anything but a plain yes warns; "cannot tell" says nothing."""
    if said.invented.value and said.invented.confidence >= SURE:
        return "stops"
    if said.supported.value is False or said.invented.value:
        return "doubts"
    return "agrees" if said.supported.value else "silent"


def weigh(confidence: float, opinion: Opinion | None) -> float:
    """Never more than it was."""
    doubted = opinion is not None and opinion.verdict in ("doubts", "stops")
    return min(confidence, DOUBTFUL) if doubted else confidence


def stops(opinion: Opinion | None) -> bool:
    return opinion is not None and opinion.verdict == "stops"


def sentence(opinion: Opinion | None) -> str:
    """What the rationale says of it."""
    if opinion is None or opinion.verdict == "silent":
        return ""
    if opinion.verdict == "agrees":
        return " A second model found nothing against it."
    return f" A second model doubts it{f', {opinion.field} above all' if opinion.field else ''}."


def hold_up(opinion: Opinion | None, *, run: Run, subject: str, now: datetime) -> None:
    """Nothing is proposed; its owner looks at it in a case."""
    field = opinion.field if opinion else ""
    with transaction.atomic():
        cases.open_case(
            workspace=run.workspace, code=CODE, run=run.id, field=field, operation=run.workflow,
            message=f"A second model says that values of {subject} stand nowhere in it. Nothing was proposed.",
            actor=actors.agent(run.agent_id, "workflow"), now=now,
        )  # fmt: skip
