"""The reading of expense-posting done again: extraction, match and arguments, as they would be proposed today."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

from approvals import actors
from approvals.models import Workspace
from runs.asking import batches, desk
from runs.connectors.books import matching
from runs.llm.client import Asks
from runs.models.model_call import Purpose
from runs.replaying.inputs import Again, Given
from runs.workflows.expense import posting, reading
from runs.workflows.expense.document import Document


@dataclass(frozen=True)
class Reader:
    """Knows today's vendors; asks a model where one is configured. Writes nothing."""

    vendors: Sequence[matching.Vendor]
    client: Asks | None
    opened: ExitStack

    def read(self, given: Given) -> Again:
        return batches.in_a_thread(self._read, given)

    def _read(self, given: Given) -> Again:
        read = reading.read(Document(given.item, given.text), self.client)
        seen = read.extraction
        match = matching.match(seen.vendor.value or "", self.vendors)
        outputs: dict[str, Any] = {
            "extract": _extracted(read).output, "match": asdict(match), "propose": posting.arguments_of(seen, match),
        }  # fmt: skip
        return Again(outputs, _by(read))

    def close(self) -> None:
        self.opened.close()


def reader(workspace: Workspace) -> Reader:
    """For one replay. Raises `Transient` when the books cannot be read."""
    vendors, opened = matching.vendors(workspace.slug), ExitStack()
    asked = desk.opened(
        workspace=workspace, actor=actors.worker("replay"), purpose=Purpose.REPLAY, fresh=True
    )
    return Reader(vendors, opened.enter_context(asked), opened)


def _by(read: reading.Reading) -> str:
    effort = _extracted(read).effort
    return f"{effort.model}, {effort.prompt} {effort.prompt_version}" if effort else "rules"


def _extracted(read: reading.Reading) -> reading.Move:
    """The move whose answer counts: a model that failed comes before it, and a second opinion after it."""
    return [move for move in read.moves if move.name == "extract"][-1]
