"""One rehearsal of one write: everything short of it, and what the target says. Touches the world, not our database.

What comes back is a stranger's word: it is kept only as far as it can be kept, shown and read.
"""

import json
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import structlog

from approvals import arguments as reading
from approvals import canonical, tools
from runs.models.rehearsal import Ending

LONGEST_REQUEST = 20_000
LONGEST_ANSWER = 60_000
LONGEST_NOTE = 300
MOST_NOTES = 20
CUT = "\n… the rest was too long to keep"
MOVED = "The target is no longer as it was when this was put before a reviewer"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tried:
    """How it ended, and what there is to show of it."""

    ending: str
    code: str = ""
    message: str = ""
    about: str = ""  # the argument a refusal is about
    request: str = ""
    would: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seen_version: str = ""
    took_ms: int | None = None


def attempt(tool: tools.Tool, arguments: dict[str, Any], *, key: str, context: tools.Context) -> Tried:
    """Try it. Never raises: every ending is told."""
    began = monotonic()
    try:
        found = _attempt(tool, arguments, key, context)
    except Exception as error:
        # the words of an error may quote anything, so its name has to do
        log.exception("rehearsal.broke", tool=tool.name)
        found = Tried(Ending.BROKEN, "", f"The connector broke: {type(error).__name__}")
    return replace(kept(found), took_ms=round(1000 * (monotonic() - began)))


def _attempt(tool: tools.Tool, raw: dict[str, Any], key: str, context: tools.Context) -> Tried:
    read = reading.read(tool, raw)
    if read.value is None:
        wrong = read.errors[0]
        return Tried(Ending.REFUSED, "proposal.invalid", "The tool would not take these values", wrong.field)
    request = _spelled(tool, read.value, key, context)
    seen_version = ""
    notes: tuple[str, ...] = ()
    try:
        if tool.observes:
            seen = tool.observe(read.value, context=context)
            seen_version = seen.version
            notes = (MOVED,) if context.version and context.version != seen.version else ()
        told = tool.rehearse(read.value, key=key, context=context)
    except tools.Refused as refusal:
        return Tried(
            _ending(refusal), refusal.code, refusal.message, refusal.field, request, notes=notes,
            seen_version=seen_version,
        )  # fmt: skip
    # who says no more than how the target stands has tried nothing
    ending = Ending.PASSED if set(told.would) - {"before"} else Ending.READ
    return Tried(
        ending, "", "", "", told.request or request, dict(told.would), (*notes, *told.notes), seen_version
    )


def _ending(refusal: tools.Refused) -> str:
    match refusal:
        case tools.Unknown():
            return Ending.UNKNOWN
        case tools.Transient():
            return Ending.TRANSIENT
    return Ending.REFUSED


def _spelled(tool: tools.Tool, arguments: Any, key: str, context: tools.Context) -> str:
    """The request as it would go out, also where the target then refuses it."""
    try:
        return tool.spelled(arguments, key=key, context=context)
    except tools.Refused:
        return ""


def kept(told: Tried) -> Tried:
    """As much of it as can be kept: no hidden halves of characters, nothing without end."""
    would, notes = told.would, [_words(note, LONGEST_NOTE) for note in told.notes[:MOST_NOTES]]
    try:
        canonical.check(would)
        too_long = len(json.dumps(would)) > LONGEST_ANSWER
    except (canonical.NotCanonical, TypeError, ValueError, RecursionError):
        too_long = True
    if too_long:
        would, notes = {}, [*notes, "What it would leave cannot be kept: it is too large, or no JSON"]
    request = _words(told.request, LONGEST_REQUEST)
    return replace(
        told, code=_words(told.code, 60), message=_words(told.message, 500), about=_words(told.about, 120),
        request=request + CUT if len(told.request) > LONGEST_REQUEST else request, would=would, notes=tuple(notes),
        seen_version=_words(told.seen_version, 200),
    )  # fmt: skip


def _words(text: Any, longest: int) -> str:
    """Text that PostgreSQL can keep."""
    clean = str(text)[:longest].replace("\x00", "\ufffd")
    return clean.encode("utf-8", "replace").decode("utf-8")
