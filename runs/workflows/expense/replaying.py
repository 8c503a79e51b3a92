"""The reading of expense-posting done again: extraction, match and arguments, as they would be proposed today."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from approvals.models import Workspace
from runs.connectors.books import matching
from runs.llm.client import ModelClient, from_settings
from runs.replaying.inputs import Again, Given
from runs.workflows.expense import posting, reading
from runs.workflows.expense.document import Document


@dataclass(frozen=True)
class Reader:
    """Knows today's vendors; asks a model where one is configured. Writes nothing."""

    vendors: Sequence[matching.Vendor]
    client: ModelClient | None

    def read(self, given: Given) -> Again:
        read = reading.read(Document(given.item, given.text), self.client)
        seen = read.extraction
        match = matching.match(seen.vendor.value or "", self.vendors)
        outputs: dict[str, Any] = {
            "extract": read.moves[-1].output, "match": asdict(match), "propose": posting.arguments_of(seen, match),
        }  # fmt: skip
        return Again(outputs, _by(read))

    def close(self) -> None:
        if self.client is not None:
            self.client.close()


def reader(workspace: Workspace) -> Reader:
    """For one replay. Raises `Transient` when the books cannot be read."""
    return Reader(matching.vendors(workspace.slug), from_settings())


def _by(read: reading.Reading) -> str:
    effort = read.moves[-1].effort
    return f"{effort.model}, {effort.prompt} {effort.prompt_version}" if effort else "rules"
