"""One small question, asked of whatever the far side plays."""

from typing import Any

import pytest
from pydantic import SecretStr

from runs.llm import prompts
from runs.llm.answers import Form, Quoted
from runs.llm.client import ModelClient
from runs.llm.errors import ModelError
from runs.llm.model import Model
from runs.llm.questions import Answer, Question
from tests.openai_server import OpenAIServer
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS

KEY = "sk-test-4f0c9d27never-shown"
GOOD = {"amount": {"value": "12.50", "confidence": 0.9, "quote": "12.50"}}
BAD = {"amount": {"value": 12.5, "confidence": 7, "quote": None}}


class Amount(Form):
    amount: Quoted[str]


def impatient(far_side: OpenAIServer) -> Model:
    """A model at that address which sits out no long wait; whoever means to run out of time says so."""
    return Model(
        api_key=SecretStr(KEY),
        name="gpt-4o-mini",
        base_url=far_side.base_url,
        timeout_seconds=SOON_SECONDS,
        patience_seconds=PATIENCE_SECONDS,
        back_off_seconds=0.01,
        longest_wait_seconds=2,
    )


def ask(model: Model, document: str = "TOTAL 12.50", **how: Any) -> Answer[Amount]:
    with ModelClient(model) as client:
        question = Question(prompt=prompts.load("extract_expense"), form=Amount, document=document)
        return client.ask(question, **how)


def failing(model: Model, expected: type[ModelError]) -> Any:
    """The error that asking ends in; it must carry the effort spent."""
    with pytest.raises(expected) as caught:
        ask(model)
    assert caught.value.effort is not None
    return caught.value
