"""One call of one connector, and what its answer or its silence means. Touches the world, never our database."""

from dataclasses import asdict
from typing import Any

import structlog

from approvals import arguments as reading
from approvals import canonical, ledger, tools
from runs.execution import Outcome
from runs.models import Execution
from runs.models.execution import State

log = structlog.get_logger(__name__)
TRIES = 6  # attempts at a transient failure before its owner is told


def observe(tool: tools.Tool, arguments: dict[str, Any], workspace: str) -> dict[str, Any]:
    """The target as it stands, as JSON. A target that cannot be read is an observation too: ``error`` names why."""
    try:
        return observe_or_wait(tool, arguments, workspace)
    except tools.Transient as trouble:
        return unread(trouble)


def observe_or_wait(tool: tools.Tool, arguments: dict[str, Any], workspace: str) -> dict[str, Any]:
    """Like `observe`, for those who have time: raises `tools.Transient` where a later look may succeed."""
    read = reading.read(tool, arguments)
    if read.value is None:
        return _unread("proposal.invalid")
    try:
        seen = asdict(tool.observe(read.value, context=tools.Context(workspace=workspace)))
        seen["notes"] = list(seen["notes"])
        canonical.check(seen)
    except tools.Transient:
        raise
    except tools.Refused as refusal:
        return unread(refusal)
    except Exception as error:
        # One target that shows something impossible must not stop the reading of all others.
        log.exception("connector.broke", tool=tool.name)
        return _unread("integration.refused", f"The target could not be read: {type(error).__name__}")
    return seen


def unread(refusal: tools.Refused) -> dict[str, Any]:
    """The observation of a target that refused to be read, or was away for too long."""
    return _unread(refusal.code, refusal.message)


def _unread(code: str, *notes: str) -> dict[str, Any]:
    return {"error": code, "before": {}, "version": "", "deadline": None, "notes": list(notes)}


def run(row: Execution) -> Outcome:
    """Call the tool once with exactly the signed arguments. Never raises: every ending is an outcome."""
    tool = tools.get(row.tool, row.tool_version)
    read = reading.read(tool, row.arguments)
    if read.value is None:
        return Outcome(
            row, State.FAILED, failure_class="proposal.invalid", message="The arguments no longer validate"
        )
    try:
        receipt = tool.run(read.value, key=row.write_key, context=tools.Context(workspace=row.workspace.slug))
    except tools.Unknown as doubt:
        return _failure(row, State.UNKNOWN, doubt)
    except tools.Transient as trouble:
        return _failure(row, State.FAILED, trouble, retry=row.attempts < TRIES)
    except tools.Refused as refusal:
        return _failure(row, State.FAILED, refusal)
    except Exception as error:
        # A connector's own mistake: the call may have gone out, so nothing can be promised.
        log.exception("connector.broke", tool=row.tool, execution=row.public_id)
        message = f"The connector broke: {type(error).__name__}"
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=message)
    return _success(row, receipt)


def look_up(row: Execution) -> Outcome:
    """Ask the target what became of a write key: succeeded, failed (surely not there) or still unknown."""
    tool = tools.get(row.tool, row.tool_version)
    read = reading.read(tool, row.arguments)
    try:
        receipt = tool.look_up(
            read.value, key=row.write_key, context=tools.Context(workspace=row.workspace.slug)
        )
    except tools.Refused as refusal:
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=refusal.message)
    except Exception as error:
        log.exception("connector.broke", tool=row.tool, execution=row.public_id)
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=type(error).__name__)
    if receipt is None:
        return Outcome(
            row, State.FAILED, failure_class="outcome.unknown", message="The target has no such write"
        )
    return _success(row, receipt)


def _success(row: Execution, receipt: tools.Receipt) -> Outcome:
    proof, after = {"reference": receipt.reference, "data": receipt.data}, receipt.after
    try:
        canonical.check([proof, after])
    except canonical.NotCanonical as refusal:
        # It was written, whatever the answer holds: an answer that cannot be kept is not a reason to ask again.
        log.warning("receipt.not_kept", tool=row.tool, execution=row.public_id, at=refusal.pointer)
        proof, after = {"reference": ledger.code_of(receipt.reference), "data": {}}, {}
    return Outcome(row, State.SUCCEEDED, receipt=proof, after=after)


def _failure(row: Execution, state: str, refusal: tools.Refused, *, retry: bool = False) -> Outcome:
    return Outcome(
        row, state, failure_class=refusal.code, message=refusal.message, field=refusal.field, retry=retry
    )  # fmt: skip
