"""The last look as threads carry it out: at many targets in one question where their tool can, else at each."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from approvals import tools
from runs import calling, dispatch
from runs.dispatch import Look

Found = dict[UUID, Look | None]  # None: this one needs a look of its own
Work = Callable[[Sequence[Look]], Found]


def shared_out(looks: Sequence[Look]) -> Iterator[tuple[Work, Sequence[Look]]]:
    """Who is looked at together, and how."""
    alike: defaultdict[tuple[str, int, int], list[Look]] = defaultdict(list)
    for look in looks:
        row = look.execution
        if look.finding != "go":
            yield for_arrival, [look]
        elif tools.get(row.tool, row.tool_version).compares:
            alike[row.tool, row.tool_version, row.workspace_id].append(look)
        else:
            yield at_target, [look]
    for together in alike.values():
        yield compare, together


def compare(looks: Sequence[Look]) -> Found:
    """What is as it was signed goes; of the others it is only known that it is not, or cannot be told."""
    rows = [look.execution for look in looks]
    stand = calling.as_signed(tools.get(rows[0].tool, rows[0].tool_version), rows)
    return {look.execution.id: look if look.execution.id in stand else None for look in looks}


def at_target(looks: Sequence[Look]) -> Found:
    return {look.execution.id: _at_target(look) for look in looks}


def for_arrival(looks: Sequence[Look]) -> Found:
    """Policy became stricter after an attempt that was told to have failed: what is written is recorded, not asked."""
    return {look.execution.id: _arrived(look) for look in looks}


def _at_target(look: Look) -> Look:
    row = look.execution
    tool = tools.get(row.tool, row.tool_version)
    if not tool.observes:
        return look
    found = dispatch.by_target(look, calling.look_again(tool, row))
    return look if found.finding == "target" and calling.has_arrived(row) else found


def _arrived(look: Look) -> Look:
    return replace(look, finding="go") if calling.has_arrived(look.execution) else look
