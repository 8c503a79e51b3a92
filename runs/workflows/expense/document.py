"""Turn one input line into one plain text with stable character offsets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from approvals.showing import pictures

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
    """A receipt or invoice as plain text; every span of the workflow counts characters of `text`.

    ``picture`` is the paper itself, where it came along (a data URL); ``boxes`` say where on it a field is printed, as
    shares of its sides. Both are shown to people and read by nobody else.
    """

    id: str
    text: str
    picture: str = ""
    boxes: Mapping[str, Sequence[float]] = field(default_factory=dict)


def read(line: object) -> Document:
    """The document in `{"id", "text"}` or `{"id", "lines": [{"row", "text"}, …]}`, checked; perhaps with its
    `"picture"` and the `"boxes"` of its fields.
    """
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
    picture = _checked_picture(line.get("picture", ""))
    return Document(identity, text, picture, _checked_boxes(line.get("boxes", {})) if picture else {})


def _checked_picture(value: object) -> str:
    if not value:
        return ""
    picture = _checked_words(value, "picture")
    try:
        pictures.read(picture)
    except pictures.NotAPicture as error:
        raise UnreadableInput("picture", f"{error}; {error.remedy}.") from error
    return picture


def _checked_boxes(value: object) -> dict[str, list[float]]:
    """Boxes that lie nowhere are no error: they are left out when the evidence is shown."""
    if not isinstance(value, Mapping):
        raise UnreadableInput("boxes", "This must be an object of fields and their boxes.")
    found = {}
    for name, box in value.items():
        sides = [float(side) for side in box if type(side) in (int, float)] if isinstance(box, list) else []
        if len(sides) != 4 or not all(0 <= side <= 1 for side in sides):
            raise UnreadableInput(
                f"boxes.{name}"[:60], "A box is left, top, width and height, each from 0 to 1."
            )
        found[str(name)] = sides
    return found


def _checked_id(value: object) -> str:
    if isinstance(value, str) and value.strip():
        identity = _checked_text(value, "id")
        if len(identity) > LONGEST_ID:
            raise UnreadableInput("id", f"The id is longer than {LONGEST_ID} characters; shorten it.")
        return identity
    raise UnreadableInput("id", "Give every receipt an id: a string that is not empty.")


def _checked_text(value: object, field: str) -> str:
    if isinstance(value, str) and len(value) > LARGEST_TEXT:
        raise UnreadableInput(field, _TOO_LARGE)
    return _checked_words(value, field)


def _checked_words(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise UnreadableInput(field, "This must be a string.")
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
