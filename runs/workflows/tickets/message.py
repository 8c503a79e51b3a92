"""Turn one input line into one message with stable character offsets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from approvals import canonical
from runs.workflows.tickets import quoting

LARGEST_TEXT = 100_000
LONGEST_ID, LONGEST_LINE = 80, 300
_ADDRESS = re.compile(r"[^\s<>@,;\"]+@[^\s<>@,;\"]+\.[^\s<>@,;\"]+")


class UnreadableMessage(ValueError):
    """The input is no message we can read: which field, and what would make it readable."""

    def __init__(self, field: str, remedy: str) -> None:
        super().__init__(f"{field}: {remedy}")


@dataclass(frozen=True)
class Message:
    """An inbound message. ``paper`` is what people are shown, and what every span counts in."""

    id: str
    sender: str
    subject: str
    text: str

    @cached_property
    def paper(self) -> str:
        """The message as one text, its head above it."""
        return f"From: {self.sender}\nSubject: {self.subject}\n\n{self.text}"

    @property
    def offset(self) -> int:
        """Where the text begins on the paper."""
        return len(self.paper) - len(self.text)

    @cached_property
    def own(self) -> quoting.Own:
        """What the sender wrote this time, without what is quoted and signed."""
        return quoting.own_words(self.text)

    @property
    def said(self) -> str:
        """Subject and own words: what the message is sorted by."""
        return f"{self.subject}\n{self.own.text}".strip()

    @property
    def address(self) -> str:
        """The sender's address, empty where there is none to answer to."""
        found = _ADDRESS.findall(self.sender)
        return found[-1] if len(found) == 1 else ""

    @property
    def digest(self) -> str:
        return canonical.digest([self.id, self.paper])


def read(line: object) -> Message:
    """The message in ``{"id", "from", "subject"?, "text"}``, checked. Raises `UnreadableMessage`."""
    if not isinstance(line, Mapping):
        raise UnreadableMessage("line", "Send a JSON object with id, from and text.")
    text = _words(line.get("text"), "text", LARGEST_TEXT)
    if not text.strip():
        raise UnreadableMessage("text", "The message is empty; send what the customer wrote.")
    return Message(
        id=_one_line(line.get("id"), "id", LONGEST_ID),
        sender=_one_line(line.get("from", ""), "from", LONGEST_LINE, empty=True),
        subject=_one_line(line.get("subject", ""), "subject", LONGEST_LINE, empty=True),
        text=text,
    )


def of_paper(name: str, paper: str) -> Message:
    """The message that was shown as this paper; its head has a line each, whatever stands below."""
    sender, _, below = paper.partition("\nSubject: ")
    subject, _, text = below.partition("\n\n")
    return Message(id=name, sender=sender.removeprefix("From: "), subject=subject, text=text)


def _one_line(value: object, field: str, longest: int, *, empty: bool = False) -> str:
    words = " ".join(_words(value, field, longest).split())
    if not words and not empty:
        raise UnreadableMessage(field, "Give every message one: a string that is not empty.")
    return words


def _words(value: object, field: str, longest: int) -> str:
    if not isinstance(value, str):
        raise UnreadableMessage(field, "This must be a string.")
    if len(value) > longest:
        raise UnreadableMessage(field, f"This is longer than {longest} characters.")
    if "\x00" in value:
        raise UnreadableMessage(field, "The text contains a NUL character; remove it or send the text again.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnreadableMessage(field, "The text contains half a character; send it as UTF-8.") from None
    return value
