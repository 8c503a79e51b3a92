"""The reading of ticket-triage done again: sorting, the reply, and the arguments as they would be proposed today."""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from approvals import actors
from approvals.models import Workspace
from runs.asking import batches, desk
from runs.llm.client import Asks
from runs.models.model_call import Purpose
from runs.replaying.inputs import Again, Given
from runs.workflows.expense.reading import Move
from runs.workflows.tickets import examples, message, proposing, walk
from runs.workflows.tickets.examples import Known


@dataclass(frozen=True)
class Reader:
    """Sorts by the examples of today, or asks a model where one is configured. Writes nothing."""

    known: Known
    client: Asks | None
    opened: ExitStack

    def read(self, given: Given) -> Again:
        return batches.in_a_thread(self._read, given)

    def _read(self, given: Given) -> Again:
        told, found, drafted = walk.read_one(
            message.of_paper(given.item, given.text), self.known, self.client
        )
        moves = [*found.moves, *(drafted.moves if drafted else [])]
        answered = {move.name: move for move in moves if move.error is None}
        outputs: dict[str, Any] = {"validate": walk.seen(told)}
        outputs |= {name: move.output for name, move in answered.items()}
        arguments = proposing.arguments_of(told, found, drafted, self.known.terms.get(found.label or "", {}))
        return Again(outputs | {"propose": arguments.get(given.tool, {})}, _by(list(answered.values())))

    def close(self) -> None:
        self.opened.close()


def reader(workspace: Workspace) -> Reader:
    """For one replay."""
    opened = ExitStack()
    asked = desk.opened(
        workspace=workspace, actor=actors.worker("replay"), purpose=Purpose.REPLAY, fresh=True
    )
    return Reader(examples.in_use(workspace), opened.enter_context(asked), opened)


def _by(moves: list[Move]) -> str:
    asked = [move.effort for move in moves if move.effort is not None]
    return f"{asked[-1].model}, {asked[-1].prompt} {asked[-1].prompt_version}" if asked else "rules"
