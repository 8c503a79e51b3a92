"""Answers that are kept: the same question about the same input, asked of the same models, is not paid for twice."""

from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from approvals import canonical
from approvals.models import Workspace
from runs.llm.answers import Form
from runs.llm.model import Model
from runs.llm.questions import Question
from runs.models import KeptAnswer

F = TypeVar("F", bound=Form)
AT_ONCE = 1_000


def key_of(question: Question[F], model: Model) -> str:
    """Changes with every byte of prompt, form or document, and with the models."""
    asked = [
        question.prompt.digest, question.form.model_json_schema(), model.base_url, model.name, model.larger,
        canonical.text_digest(question.document),
    ]  # fmt: skip
    return canonical.digest(asked)


def find(*, workspace: Workspace, key: str, form: type[F], now: datetime) -> tuple[F, str] | None:
    """The answer and the model that gave it; one that fits the form no more is none."""
    row = KeptAnswer.objects.filter(workspace=workspace, key=key, expires_at__gt=now).first()
    if row is None:
        return None
    try:
        return form.model_validate(row.answer), row.model
    except ValidationError:
        return None


def keep(*, workspace: Workspace, key: str, answer: Form, model: str, days: int, now: datetime) -> None:
    """Until so many days have passed; none keeps nothing."""
    if not days:
        return
    told = {"answer": answer.model_dump(mode="json"), "model": model, "made_at": now}
    KeptAnswer.objects.update_or_create(
        workspace=workspace, key=key, defaults=told | {"expires_at": now + timedelta(days=days)}
    )


def forget(*, now: datetime) -> int:
    """Let go of what has expired, so many at a time. Returns how many."""
    old = KeptAnswer.objects.filter(expires_at__lte=now).order_by("expires_at").values("pk")[:AT_ONCE]
    return KeptAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
