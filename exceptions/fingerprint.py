"""One cause, one fingerprint: what differs from failure to failure is taken out of the message first."""

import hashlib
import re

VERSION = "1"
LONGEST = 500

_MARKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in [
        (r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", "<email>"),
        (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "<id>"),
        (r"\b(?:prop|run|exec|case|agent|step)_[0-9a-f]{32}\b", "<id>"),
        (
            r"\b\d{4}-\d{1,2}-\d{1,2}(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?",
            "<date>",
        ),
        (r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", "<date>"),
        (r"“[^”]{0,200}”|‘[^’]{0,200}’|«[^»]{0,200}»|`[^`]{0,200}`|\"[^\"]{0,200}\"", "<text>"),
        (r"(?<!\w)'[^']{0,200}'(?!\w)", "<text>"),
        (r"\b0x[0-9a-f]{1,64}\b|\b(?=[a-f]{0,63}[0-9])[0-9a-f]{8,64}\b", "<n>"),  # all digits or not
        (r"\d[\d.,'’_]*\d", "<n>"),
    ]
)


def of(*, code: str, message: str, connector: str = "", operation: str = "", field: str = "") -> str:
    """SHA-256 under which failures of one cause meet. Algorithms are versioned: old cases are never regrouped."""
    parts = (VERSION, code, connector, operation, re.sub(r"/\d+", "/#", field), normalised(message))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def normalised(message: str) -> str:
    """The message without what is particular to one failure: identifiers, numbers, dates, quoted words, addresses."""
    text = " ".join(message[:LONGEST].lower().split())
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text
