"""When an answer could not be taken: what its giver saw, beside what is on the table now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from approvals import arguments as reading
from approvals import proposals, tools
from approvals.models import Proposal
from approvals.showing import changes, drift
from approvals.showing.changes import Look
from approvals.showing.dossier import Dossier


@dataclass(frozen=True)
class Line:
    """One field on both sides; names are those that ``approvals/_differs.html`` reads."""

    label: str
    seen: SafeString
    now: SafeString
    differs: bool = True


@dataclass(frozen=True)
class Sides:
    """What differs first, the rest behind it. ``known`` is False where what was seen cannot be told any more."""

    lines: list[Line] = field(default_factory=list)
    same: int = 0
    known: bool = True


def sides(dossier: Dossier, seen_digest: str) -> Sides | None:
    """Field by field; None where the page showed exactly what is on the table."""
    proposal = dossier.proposal
    if not seen_digest or seen_digest == proposal.digest:
        return None
    seen = seen_arguments(dossier, seen_digest)
    lines = _arguments(proposal, seen) if seen is not None else []
    lines += _target(proposal)
    differing = [line for line in lines if line.differs]
    return Sides(differing, same=len(lines) - len(differing), known=seen is not None)


def seen_arguments(dossier: Dossier, seen_digest: str) -> dict[str, Any] | None:
    """The arguments under that digest: from an answer that covered or saw it, else by signing again what is known."""
    for row in dossier.answers:
        if row.digest == seen_digest:
            return dict(row.arguments)
    for arguments, observation in _candidates(dossier):
        if proposals.resign(dossier.proposal, arguments, observation) == seen_digest:
            return arguments
    return None


def _candidates(dossier: Dossier) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every version of the arguments on record, as they would have been signed then or now."""
    proposal = dossier.proposal
    if not _is_known(proposal):
        return
    versions = [proposal.arguments, changes.proposed(proposal), *(row.arguments for row in dossier.answers)]
    looks: list[dict[str, Any] | None] = [proposal.observation, None]
    for arguments in versions:
        for observation in looks:
            yield dict(arguments), observation


def _is_known(proposal: Proposal) -> bool:
    try:
        tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        return False
    return True


def _arguments(proposal: Proposal, seen: Mapping[str, Any]) -> list[Line]:
    look = Look.of(proposal.tool, proposal.arguments, proposal.currency)
    differing = set(reading.changed(seen, proposal.arguments))
    return [
        Line(
            look.label(name),
            look.value(name, seen.get(name)),
            look.value(name, proposal.arguments.get(name)),
            name in differing,
        )
        for name in look.names(proposal.arguments, seen)
    ]


def _target(proposal: Proposal) -> list[Line]:
    """What moved in the target since it was signed."""
    found = drift.read(proposal)
    return [Line(f"In the target: {row.label}", row.was, row.now) for row in found.moved] if found else []
