"""The one way to ask a model: one question, one form, and an account of what the answer took."""

from collections.abc import Callable
from typing import Protocol, Self, TypeVar, cast

from django.conf import settings
from django.utils.module_loading import import_string

from runs.llm.answers import Form
from runs.llm.effort import Meter
from runs.llm.errors import ModelError
from runs.llm.model import Model
from runs.llm.prompts import Prompt, load
from runs.llm.purse import Bottomless, Purse
from runs.llm.questions import Answer, Question

F = TypeVar("F", bound=Form)
# Loaded with the first client: the library behind it takes a second, and a house without a key never asks.
CONVERSATION, CONNECT = "runs.llm.conversation.Conversation", "runs.llm.exchange.connect"


class Asks(Protocol):
    """Whoever can be asked: the client itself, or a workspace's desk in front of it."""

    def prompt(self, name: str, document: str) -> Prompt:
        """The version of the prompt with which this document is asked about."""

    def ask(self, question: Question[F], *, unsure: Callable[[F], bool] | None = None) -> Answer[F]:
        """An answer that fits the form. Raises `ModelError`."""

    def second(self) -> "Asks | None":
        """Whoever gives a second opinion, if anybody does."""


class ModelClient:
    """Asks one model, and a larger one where the first is unsure; others where a prompt names them. Safe to share among
    threads.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._wire = import_string(CONNECT)(model)

    def __repr__(self) -> str:
        return f"ModelClient({self.model.name})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def prompt(self, name: str, document: str) -> Prompt:
        """The released version, whatever the document."""
        return load(name)

    def second(self) -> None:
        """Nobody: a second opinion is a workspace's choice."""

    def ask(
        self,
        question: Question[F],
        *,
        unsure: Callable[[F], bool] | None = None,
        purse: Purse | None = None,
    ) -> Answer[F]:
        """Ask until an answer fits the form or the bounds are reached.

        Raises a `ModelError` that carries the effort spent. `unsure` says whether the larger model, if there
        is one, should be asked as well; if that fails, the first answer stands.
        """
        purse = purse or Bottomless()
        name, larger = self.model.asked_with(question.prompt)
        meter = Meter(prompt=question.prompt, model=name)
        try:
            value = self._converse(question, name, meter, purse)
            if larger and unsure and unsure(value):
                value = self._ask_larger(question, larger, value, meter, purse)
        except ModelError as error:
            error.effort = meter.read()
            raise
        return Answer(value=value, **vars(meter.read()))

    def _ask_larger(self, question: Question[F], name: str, first: F, meter: Meter, purse: Purse) -> F:
        answered_by = meter.model
        try:
            return self._converse(question, name, meter, purse)
        except ModelError:
            meter.model = answered_by
            return first

    def _converse(self, question: Question[F], name: str, meter: Meter, purse: Purse) -> F:
        conversation = import_string(CONVERSATION)(self._wire, self.model, name, question, meter, purse)
        return cast(F, conversation.hold())


def from_settings() -> ModelClient | None:
    """The client for what the settings name, or None without a key: workflows then run on rules."""
    names = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")
    model = Model.from_environment({name: getattr(settings, name, None) or "" for name in names})
    return ModelClient(model) if model else None
