"""The desk at which a workspace's questions are asked: version, cache, budget and journal in front of the client."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from approvals import canonical
from approvals.actors import Actor
from approvals.models import Workspace
from runs.asking import journal, kept, terms, versions
from runs.asking.purse import WorkspacePurse
from runs.llm.answers import Form
from runs.llm.client import ModelClient, from_settings
from runs.llm.effort import Effort
from runs.llm.errors import ModelError
from runs.llm.prompts import Prompt
from runs.llm.questions import Answer, Question
from runs.models import Run
from runs.models.model_call import Purpose

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Asks like the client does (`runs.llm.client.Asks`), on behalf of one run. Safe to share between threads.

    ``fresh`` leaves out what was kept: so a golden set is read anew.
    """

    client: ModelClient
    workspace: Workspace
    actor: Actor
    run: Run | None = None
    purpose: Purpose = Purpose.WORK
    fresh: bool = False
    other: ModelClient | None = None  # who gives second opinions

    def second(self) -> "Desk | None":
        """The same desk with the other model, which is asked in its own name and never a larger one."""
        return replace(self, client=self.other, other=None, purpose=Purpose.CHECK) if self.other else None

    def prompt(self, name: str, document: str) -> Prompt:
        """The version this workspace asks with about this document."""
        return versions.choose(
            workspace_id=self.workspace.pk, slug=self.workspace.slug, prompt=name,
            input_digest=canonical.text_digest(document),
        )  # fmt: skip

    def ask(self, question: Question[F], *, unsure: Callable[[F], bool] | None = None) -> Answer[F]:
        """An answer that was kept, or a new one within the budget. Raises `ModelError`; either way it is on record."""
        now, chosen = timezone.now(), terms.of(self.workspace)
        key = kept.key_of(question, self.client.model)
        known = (
            None if self.fresh else kept.find(workspace=self.workspace, key=key, form=question.form, now=now)
        )
        if known is not None:
            answer = _from_cache(question, *known)
            self._note(question, answer, now)
            return answer
        purse = WorkspacePurse(self.workspace, self.run, self.actor, now)
        try:
            answer = self.client.ask(question, unsure=unsure, purse=purse)
        except ModelError as error:
            if error.effort is not None:
                self._note(question, error.effort, now, error.code)
            raise
        self._note(question, answer, now)
        kept.keep(
            workspace=self.workspace, key=key, answer=answer.value, model=answer.model, days=chosen.keep_days, now=now
        )  # fmt: skip
        return answer

    def _note(self, question: Question[F], effort: Effort, now: datetime, error: str = "") -> None:
        journal.note(
            workspace=self.workspace, run=self.run, purpose=self.purpose, document=question.subject, effort=effort,
            error=error, now=now,
        )  # fmt: skip


def _from_cache(question: Question[F], value: F, model: str) -> Answer[F]:
    effort = Effort(
        model=model, prompt=question.prompt.name, prompt_version=question.prompt.version,
        prompt_digest=question.prompt.digest, tokens_in=0, tokens_out=0, cost=Decimal(0), latency_ms=0, attempts=0,
        from_cache=True,
    )  # fmt: skip
    return Answer(value=value, **vars(effort))


@contextmanager
def opened(*, workspace: Workspace, actor: Actor, **more: Any) -> Iterator[Desk | None]:
    """A desk for as long as it is needed, or None where no model is set up: then rules read alone."""
    client = from_settings()
    if client is None:
        yield None
        return
    second = terms.of(workspace).second_model
    with ExitStack() as stack:
        stack.enter_context(client)
        other = ModelClient(replace(client.model, name=second, larger="", alone=True)) if second else None
        if other is not None:
            stack.enter_context(other)
        yield Desk(client=client, workspace=workspace, actor=actor, other=other, **more)
