"""A question to a model, and its answer."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from runs.llm.answers import Form
from runs.llm.effort import Effort
from runs.llm.prompts import Prompt

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, kw_only=True)
class Question(Generic[F]):
    """One thing to ask: the words, the form to fill in, and the document it is about (untrusted)."""

    prompt: Prompt
    form: type[F]
    document: str
    about: str = ""
    """What the question is about, where that is only a part of the document: it is found by this again."""

    @property
    def subject(self) -> str:
        return self.about or self.document


@dataclass(frozen=True, kw_only=True)
class Answer(Effort, Generic[F]):
    """A filled-in form, with the effort it took."""

    value: F
