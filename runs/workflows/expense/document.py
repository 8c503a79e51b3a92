"""Turn one input line into one plain text with stable character offsets."""

from collections.abc import Mapping
from dataclasses import dataclass

LARGEST_TEXT = 200_000
LONGEST_ID = 200
_TOO_LARGE = "The text is larger than 200 kB; send one receipt per line."


class UnreadableInput(ValueError):
    """The input is not a receipt we can read: which field, and what would make it readable."""

    def __init__(self, field: str, remedy: str) -> None:
        super().__init__(f"{field}: {remedy}")
        self.field = field
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Document:
    """A receipt or invoice as plain text; every span of the workflow counts characters of `text`."""

    id: str
    text: str


def read(line: object) -> Document:
    """The document in `{"id", "text"}` or `{"id", "lines": [{"row", "text"}, …]}`, checked."""
    if not isinstance(line, Mapping):
        raise UnreadableInput("line", "Send a JSON object with an id and either text or lines.")
    identity = _checked_id(line.get("id"))
    if ("text" in line) == ("lines" in line):
        raise UnreadableInput("text", "Give exactly one of text (a string) or lines (a list of segments).")
    text = _checked_text(line["text"], "text") if "text" in line else _joined(line["lines"])
    if not text.strip():
        raise UnreadableInput("text", "The receipt is empty; send the text that is printed on it.")
    if len(text.encode()) > LARGEST_TEXT:
        raise UnreadableInput("text", _TOO_LARGE)
    return Document(id=identity, text=text)


def _checked_id(value: object) -> str:
    if isinstance(value, str) and value.strip():
        identity = _checked_text(value, "id")
        if len(identity) > LONGEST_ID:
            raise UnreadableInput("id", f"The id is longer than {LONGEST_ID} characters; shorten it.")
        return identity
    raise UnreadableInput("id", "Give every receipt an id: a string that is not empty.")


def _checked_text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise UnreadableInput(field, "This must be a string.")
    if len(value) > LARGEST_TEXT:
        raise UnreadableInput(field, _TOO_LARGE)
    if "\x00" in value:
        raise UnreadableInput(field, "The text contains a NUL character; remove it or send the text again.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnreadableInput(field, "The text contains half a character; send it as UTF-8.") from None
    return value


def _joined(segments: object) -> str:
    """Segments of a row side by side with a space between them, rows below one another."""
    if not isinstance(segments, list):
        raise UnreadableInput("lines", "This must be a list of segments with row and text.")
    rows: dict[int, list[str]] = {}
    for index, segment in enumerate(segments):
        field = f"lines[{index}]"
        if not isinstance(segment, Mapping):
            raise UnreadableInput(field, "Each segment must be an object with row and text.")
        row = segment.get("row")
        if not isinstance(row, int) or isinstance(row, bool):
            raise UnreadableInput(f"{field}.row", "The row must be a whole number.")
        rows.setdefault(row, []).append(_checked_text(segment.get("text"), f"{field}.text"))
    return "\n".join(" ".join(parts) for parts in rows.values())
