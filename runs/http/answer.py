"""What a target said, masked and whole. Whether it is good news is judged in `runs.http.verdicts`."""

import json
import re
from dataclasses import dataclass
from typing import Any

from approvals.tools import Refused, Unknown
from runs.http.troubles import IN_DOUBT, REFUSED

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Answer:
    """A complete answer: its HTTP code, headers and body, from ``host``. Secrets of the request are masked in it."""

    http: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    url: str
    host: str
    writes: bool
    seconds: float

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")

    def excerpt(self, most: int = 200) -> str:
        """The beginning of the body in printable letters, for people. Untrusted words, and masked ones."""
        return " ".join(UNPRINTABLE.sub(" ", self.text()[: most * 4]).split())[:most]

    def json(self) -> Any:
        """The body as JSON (RFC 8259). Raises what the lack of it means: doubt after a write, else a refusal."""
        try:
            return json.loads(self.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            message = f"{self.host} answered HTTP {self.http} with something that is not JSON"
        raise Unknown(IN_DOUBT, message) if self.writes else Refused(REFUSED, message)


def _no_number(word: str) -> None:
    raise ValueError(word)
