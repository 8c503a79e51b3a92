"""What a golden set can hold, by workflow: how its input is found, how it is read anew, which fields count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.models import Proposal, Workspace
from runs.connectors.books import matching
from runs.llm.client import Asks
from runs.workflows.expense import document, posting, reading
from runs.workflows.tickets import examples, message, proposing, sorting


@dataclass(frozen=True)
class Said:
    """What a reading made of an input, field by field; ``source`` is model or rule."""

    values: dict[str, Any]
    source: str


Reader = Callable[[Mapping[str, Any]], Said]


@dataclass(frozen=True)
class Kind:
    """``reader`` is made once for a trial, and reads one input after another. It writes nothing."""

    tool: str
    fields: tuple[str, ...]
    prompts: tuple[str, ...]
    input_of: Callable[[Proposal], dict[str, Any] | None]
    reader: Callable[[Workspace, Asks | None], Reader]


def _receipt_of(proposal: Proposal) -> dict[str, Any] | None:
    paper = proposal.evidence.filter(kind="text").order_by("position").first()
    if paper is None or not paper.source.startswith("receipt:"):
        return None
    return {"id": paper.source.removeprefix("receipt:"), "text": paper.content}


def _reads_receipts(workspace: Workspace, client: Asks | None) -> Reader:
    vendors = matching.vendors(workspace.slug)

    def read(line: Mapping[str, Any]) -> Said:
        told = reading.read(document.read(dict(line)), client)
        values = {name: getattr(told.extraction, name).value for name in reading.FIELDS}
        values["vendor"] = matching.match(values["vendor"] or "", vendors).name or values["vendor"]
        return Said(values, told.source)

    return read


def _message_of(proposal: Proposal) -> dict[str, Any] | None:
    paper = proposal.evidence.filter(kind="text").order_by("position").first()
    head, _, text = paper.content.partition("\n\n") if paper is not None else ("", "", "")
    sender, _, subject = head.partition("\nSubject: ")
    if not sender.startswith("From: ") or not text:
        return None
    told = {"id": proposal.arguments.get("ticket"), "from": sender.removeprefix("From: ")}
    return told | {"subject": subject, "text": text}


def _sorts_messages(workspace: Workspace, client: Asks | None) -> Reader:
    known = examples.in_use(workspace)

    def read(line: Mapping[str, Any]) -> Said:
        found = sorting.sort(
            message.read(dict(line)), labels=known.terms, learned=known.learned, client=client
        )
        return Said({"label": found.label}, found.source)

    return read


KINDS = {
    posting.NAME: Kind(
        posting.TOOL, ("vendor", "date", "currency", "total", "tax", "document"), (reading.PROMPTS[0],), _receipt_of,
        _reads_receipts,
    ),
    proposing.NAME: Kind(proposing.ASSIGN, ("label",), (sorting.PROMPT,), _message_of, _sorts_messages),
}  # fmt: skip


def wrong_fields(kind: Kind, expected: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """The fields in which a reading differs from what people signed; nothing and absent are the same."""
    return [name for name in kind.fields if (expected.get(name) or None) != (said.get(name) or None)]
