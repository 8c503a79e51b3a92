"""One cause, one fingerprint: what differs from failure to failure is taken out of the message first."""

import hashlib
import re
from dataclasses import asdict, dataclass
from functools import cached_property

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


@dataclass(frozen=True)
class Parts:
    """What failures of one cause have in common. ``message`` is normalised, ``field`` counts no places in a list."""

    code: str
    connector: str
    operation: str
    field: str
    message: str
    version: str = VERSION

    @cached_property
    def mark(self) -> str:
        """SHA-256 under which they meet. Algorithms are versioned: old cases are never regrouped."""
        return _digest(self.version, self.code, self.connector, self.operation, self.field, self.message)

    def words(self, message: str) -> str:
        """SHA-256 of one exact message among them, under which a case lies that was split off."""
        return words(self.mark, message)

    def told(self) -> dict[str, str]:
        """As a case keeps it, to say why its failures lie together."""
        return {name: value for name, value in asdict(self).items() if value}


def parts(*, code: str, message: str, connector: str = "", operation: str = "", field: str = "") -> Parts:
    """What is the same in every failure of this cause."""
    return Parts(code, connector, operation, re.sub(r"/\d+", "/#", field), normalised(message))


def of(*, code: str, message: str, connector: str = "", operation: str = "", field: str = "") -> str:
    """The mark of the parts."""
    return parts(code=code, message=message, connector=connector, operation=operation, field=field).mark


def words(mark: str, message: str) -> str:
    """The mark of one exact message of a cause."""
    return _digest(mark, "words", message)


def _digest(*told: str) -> str:
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()


def normalised(message: str) -> str:
    """The message without what is particular to one failure: identifiers, numbers, dates, quoted words, addresses."""
    text = " ".join(message[:LONGEST].lower().split())
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text
