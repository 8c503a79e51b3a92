"""Other arguments for a proposal: only editable fields, judged anew by every gate, nothing kept yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from approvals import arguments as reading
from approvals import circumstances, gates, gathering, tools
from approvals.models import Proposal


class NotEditable(ValueError):
    """The edit touches fields that the tool does not offer for editing. ``fields`` names them."""

    def __init__(self, fields: Sequence[str]):
        super().__init__(", ".join(fields))
        self.fields = list(fields)


class EditRefused(ValueError):
    """The edited arguments do not pass the gates. ``judgement`` says which and why."""

    def __init__(self, judgement: gates.Judgement):
        super().__init__(judgement.failure_class)
        self.judgement = judgement


def rehearse_edit(
    *, proposal: Proposal, arguments: dict[str, Any], now: datetime
) -> tuple[reading.Reading, gates.Judgement, tuple[Any, str]]:
    """What the gates would say to these arguments, without keeping anything. Raises `NotEditable`."""
    tool = tools.get(proposal.tool, proposal.tool_version)
    read = reading.read(tool, arguments)
    edited = reading.changed(proposal.arguments, read.normal)
    if fixed := [name for name in edited if name not in tool.editable]:
        raise NotEditable(fixed)
    pieces = tuple(circumstances.piece(row.kind, row.content, row.spans) for row in proposal.evidence.all())
    typed = set(edited) | set(reading.changed(proposal.proposed_arguments, proposal.arguments))
    asked = gathering.Asked(
        tool, read, proposal.subject, proposal.confidence, pieces, proposal.reverses is not None, tuple(typed),
        (proposal, proposal.amends),
    )  # fmt: skip
    around = gathering.Setting(proposal.agent, proposal.policy, proposal.lane)
    seen = gathering.gather(around=around, asked=asked, now=now)
    return read, gates.judge(seen), (seen.amount, seen.currency)
