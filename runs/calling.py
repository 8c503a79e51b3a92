"""One call of one connector, and what its answer or its silence means. Touches the world, never our database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog

from approvals import arguments as reading
from approvals import canonical, ledger, tools
from runs import last_look
from runs.execution import Outcome
from runs.models import Execution
from runs.models.execution import State

log = structlog.get_logger(__name__)
NO_EFFECT = "reversal.no_effect"
TARGET_CHANGED = "posting.target_changed"


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
        told = tool.observe(read.value, context=tools.Context(workspace=workspace))
        seen = vars(told) | {"notes": list(told.notes)}
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
    if row.attempts > 1 and tool.idempotency == "look_up" and (earlier := look_up(row)).state != State.FAILED:
        return earlier  # an earlier attempt has arrived after all, or may have: such a target would write it again
    try:
        receipt = tool.run(read.value, key=row.write_key, context=_signed_in(row))
    except tools.Unknown as doubt:
        return _failure(row, State.UNKNOWN, doubt)
    except tools.Transient as trouble:
        return _failure(row, State.FAILED, trouble, retry=True, retry_after=trouble.after)
    except tools.Refused as refusal:
        return _failure(row, State.FAILED, refusal, observation=_moved(tool, row, refusal))
    except Exception as error:
        # A connector's own mistake: the call may have gone out, so nothing can be promised.
        log.exception("connector.broke", tool=row.tool, execution=row.public_id)
        message = f"The connector broke: {type(error).__name__}"
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=message)
    return _proven(tool, _success(row, receipt), receipt)


def _signed_in(row: Execution) -> tools.Context:
    """The workspace, and the target as it was signed."""
    seen = row.proposal.observation or {}
    return tools.Context(
        workspace=row.workspace.slug, version=str(seen.get("version") or ""), before=seen.get("before") or {}
    )


def _moved(tool: tools.Tool, row: Execution, refusal: tools.Refused) -> dict[str, Any] | None:
    """The target as it is now, where it refused because it is no longer as it was signed: for the difference."""
    if refusal.code != TARGET_CHANGED or not tool.observes:
        return None
    fresh = observe(tool, row.arguments, row.workspace.slug)
    return fresh if last_look.finding(row.proposal.observation, fresh) == last_look.TARGET else None


def look_again(tool: tools.Tool, row: Execution) -> dict[str, Any]:
    """The target just before the write. Where it cannot be read, ``again`` says whether a later look may succeed, and
    ``after`` how many seconds the target asked for.
    """
    try:
        return observe_or_wait(tool, row.arguments, row.workspace.slug)
    except tools.Transient as trouble:
        return unread(trouble) | {"again": True, "after": trouble.after}


def as_signed(tool: tools.Tool, rows: Sequence[Execution]) -> set[UUID]:
    """Ids of those of a workspace whose targets are as they were signed, told in one question. The others need a look
    of their own, which says in words what is wrong.
    """
    signed = {row.id: last_look.signed_version(row.proposal.observation) for row in rows}
    read = {row.id: reading.read(tool, row.arguments).value for row in rows if signed[row.id]}
    asked = {pk: value for pk, value in read.items() if value is not None}
    try:
        told = tool.versions_now([*asked.values()], context=tools.Context(workspace=rows[0].workspace.slug))
        return {pk for pk, version in zip(asked, told, strict=True) if version == signed[pk]}
    except Exception:
        return set()


def withheld(row: Execution, fresh: dict[str, Any]) -> Outcome:
    """The outcome of an attempt that was not made, because the target could not be read: nothing was sent."""
    why = "; ".join(fresh["notes"]) or "no reason was given"
    message = f"Not written: the target could not be read again before the write ({why})"
    return Outcome(
        row, State.FAILED, failure_class=fresh["error"], message=message, retry=bool(fresh.get("again")),
        retry_after=fresh.get("after"),
    )  # fmt: skip


def look_up(row: Execution) -> Outcome:
    """Ask the target what became of a write key: succeeded, failed (surely not there) or still unknown."""
    tool = tools.get(row.tool, row.tool_version)
    read = reading.read(tool, row.arguments)
    try:
        receipt = tool.look_up(read.value, key=row.write_key, context=_signed_in(row))
    except tools.Refused as refusal:
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=refusal.message)
    except Exception as error:
        log.exception("connector.broke", tool=row.tool, execution=row.public_id)
        return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=type(error).__name__)
    if receipt is None:
        return Outcome(
            row, State.FAILED, failure_class="outcome.unknown", message="The target has no such write"
        )
    return _proven(tool, _success(row, receipt), receipt)


def has_arrived(row: Execution) -> bool:
    """Whether an earlier attempt has taken effect after all, though its target said it had not: then the write itself
    is what changed the target, and one more call under its key only fetches the receipt.
    """
    tool = tools.get(row.tool, row.tool_version)
    return row.attempts > 0 and tool.idempotency != "none" and look_up(row).state == State.SUCCEEDED


def _proven(tool: tools.Tool, outcome: Outcome, receipt: tools.Receipt) -> Outcome:
    """A receipt is enough for a write. What undoes one must be seen in the target as well: a reversal that did nothing
    is no success, whatever the far side says.
    """
    row = outcome.execution
    if row.proposal.reverses is None:
        return outcome
    if receipt.data.get("changed") is False:
        return _without_effect(row, "The tool says that nothing changed")
    signed = (row.proposal.observation or {}).get("version")
    if not tool.observes or not signed:
        return outcome
    seen = observe(tool, row.arguments, row.workspace.slug)
    if not seen.get("error") and seen["version"] == signed:
        return _without_effect(row, "The target is as it was before the reversal")
    return outcome


def _without_effect(row: Execution, message: str) -> Outcome:
    return Outcome(row, State.UNKNOWN, failure_class=NO_EFFECT, message=message)


def _success(row: Execution, receipt: tools.Receipt) -> Outcome:
    proof, after = {"reference": receipt.reference, "data": receipt.data}, receipt.after
    try:
        canonical.check([proof, after])
    except canonical.NotCanonical as refusal:
        # It was written, whatever the answer holds: an answer that cannot be kept is not a reason to ask again.
        log.warning("receipt.not_kept", tool=row.tool, execution=row.public_id, at=refusal.pointer)
        proof, after = {"reference": ledger.code_of(receipt.reference), "data": {}}, {}
    return Outcome(row, State.SUCCEEDED, receipt=proof, after=after)


def _failure(row: Execution, state: str, refusal: tools.Refused, **more: Any) -> Outcome:
    return Outcome(
        row, state, failure_class=refusal.code, message=refusal.message, field=refusal.field, **more
    )  # fmt: skip
