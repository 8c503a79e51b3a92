"""Evidence as a reviewer sees it: the words as they came, and in them the marks of the fields they support."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from approvals import wording
from approvals.models import Evidence
from approvals.showing import pictures
from approvals.visible import plain, visible

NARROWEST, NUMBER_HEIGHT, MARGIN_ROWS = (
    340,
    18,
    2,
)  # pixels of a picture drawn small; of a number; rows of them
KINDS = {
    "text": "text",
    "table": "table",
    "link": "link, not opened",
    "record": "record",
    "image": "image, described and not loaded",
}


@dataclass(frozen=True)
class Mark:
    """One field's claim on some characters. ``first`` carries the anchor, ``last`` the number to read."""

    pin: int
    first: bool = False
    last: bool = False

    @property
    def colour(self) -> int:
        return (self.pin - 1) % 9 + 1


@dataclass(frozen=True)
class Segment:
    """A stretch of text under the same marks, the longest claim outermost."""

    text: SafeString
    marks: tuple[Mark, ...] = ()

    @property
    def inner(self) -> int:
        """The number of the closest claim."""
        return self.marks[-1].pin if self.marks else 0


@dataclass(frozen=True)
class Box:
    """One field's claim on a part of a picture, in percent. ``first`` carries the anchor."""

    pin: int
    x: float
    y: float
    width: float
    height: float
    first: bool = False
    row: int = 0  # how many numbers stand between it and the picture

    @property
    def colour(self) -> int:
        return (self.pin - 1) % 9 + 1

    @property
    def after(self) -> bool:
        """Whether its number stands in the margin behind the picture rather than in the one before it."""
        return self.x + self.width / 2 > 50

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 2)


@dataclass
class Shown:
    """One piece of evidence, ready to be laid out."""

    kind: str
    title: SafeString
    label: str
    source: SafeString
    segments: list[Segment] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    head: list[SafeString] = field(default_factory=list)
    rows: list[list[SafeString]] = field(default_factory=list)
    picture: pictures.Picture | None = None
    url: str = ""
    boxes: list[Box] = field(default_factory=list)
    broken: str = ""

    @property
    def kind_words(self) -> str:
        return "image" if self.picture or self.broken else KINDS.get(self.kind, self.kind)

    @property
    def marked(self) -> bool:
        return bool(self.boxes) or any(segment.marks for segment in self.segments)


def field_of(pointer: Any) -> str:
    """The top-level argument a JSON pointer leads into."""
    first = str(pointer).removeprefix("/").partition("/")[0]
    return first.replace("~1", "/").replace("~0", "~")


def claims(spans: Iterable[Any], length: int) -> list[tuple[str, int, int]]:
    """(field, start, end) for every span that lies in the text; others are no claim at all."""
    found = []
    for span in spans:
        if not isinstance(span, Mapping):
            continue
        start, end = span.get("start"), span.get("end")
        if type(start) is int and type(end) is int and 0 <= start < end <= length:
            found.append((field_of(span.get("field", "")), start, end))
    return found


def boxed(spans: Iterable[Any]) -> list[tuple[str, list[float]]]:
    """(field, [x, y, width, height]) for every box that lies in its picture; others are no claim at all."""
    found = []
    for span in spans:
        box = span.get("box") if isinstance(span, Mapping) else None
        if isinstance(box, list) and len(box) == 4 and all(type(side) in (int, float) for side in box):
            x, y, width, height = box
            if min(box) >= 0 and width and height and x + width <= 1.001 and y + height <= 1.001:
                found.append((field_of(span.get("field", "")), box))
    return found


def is_picture(row: Evidence) -> bool:
    return row.kind == "image" and pictures.claimed(row.content)


def _claimed(row: Evidence) -> list[str]:
    if is_picture(row):
        return [name for name, _ in boxed(row.spans)]
    return [name for name, _, _ in claims(row.spans, len(row.content))]


def pins(evidence: Iterable[Evidence], fields: Sequence[str]) -> dict[str, int]:
    """A number for each field that some evidence supports, in the order of the fields."""
    claimed = {name for row in evidence for name in _claimed(row)}
    return {name: number for number, name in enumerate((n for n in fields if n in claimed), start=1)}


def show(
    evidence: Sequence[Evidence], numbers: Mapping[str, int], item: tuple[str, str] | None = None
) -> list[Shown]:
    """Every piece in order, marked with the numbers of the fields. ``item``: workspace and id, for addresses."""
    anchored: set[int] = set()
    return [_show(row, numbers, anchored, item) for row in evidence]


def _show(
    row: Evidence, numbers: Mapping[str, int], anchored: set[int], item: tuple[str, str] | None
) -> Shown:
    shown = Shown(
        row.kind, visible(row.title), plain(row.title or KINDS.get(row.kind, row.kind)), visible(row.source)
    )
    if is_picture(row):
        _show_picture(shown, row, numbers, anchored, item)
        return shown
    spans = [
        (numbers[name], start, end)
        for name, start, end in claims(row.spans, len(row.content))
        if name in numbers
    ]
    if not spans and row.kind == "table" and (table := _table(row.content)):
        shown.head, shown.rows = table
    elif not spans and row.kind == "record" and (facts := _facts(row.content)):
        shown.facts = facts
    else:
        shown.segments = segments(row.content, spans, anchored)
    return shown


def _show_picture(
    shown: Shown, row: Evidence, numbers: Mapping[str, int], anchored: set[int], item: tuple[str, str] | None
) -> None:
    try:
        shown.picture = pictures.read(row.content)
    except pictures.NotAPicture as error:
        shown.broken = str(error)
        return
    shown.label = plain(row.title or "Image without a title")
    shown.url = reverse("evidence", args=[*item, row.position]) if item else ""
    for name, box in boxed(row.spans):
        if pin := numbers.get(name):
            x, y, width, height = (round(100 * side, 2) for side in box)
            shown.boxes.append(Box(pin, x, y, width, height, first=pin not in anchored))
            anchored.add(pin)
    shown.boxes = list(_kept_apart(shown.boxes, shown.picture))


def _kept_apart(boxes: Iterable[Box], picture: pictures.Picture) -> Iterator[Box]:
    """Numbers stand in the margins, where they cover no letter, and those of neighbours side by side."""
    drawn = picture.height * min(1, NARROWEST / picture.width)
    near = 100 * NUMBER_HEIGHT / drawn
    taken: dict[tuple[bool, int], float] = {}  # how far down each row of a margin is full
    for box in sorted(boxes, key=lambda box: box.middle):
        free = (row for row in range(MARGIN_ROWS) if box.middle >= taken.get((box.after, row), 0.0))
        row = next(free, 0)
        taken[box.after, row] = box.middle + near
        yield replace(box, row=row)


def segments(
    text: str, spans: Sequence[tuple[int, int, int]], anchored: set[int] | None = None
) -> list[Segment]:
    """The text cut wherever a span begins or ends. Positions count characters, as Python does, whatever their plane."""
    anchored = anchored if anchored is not None else set()
    cuts = sorted({0, len(text), *(start for _, start, _ in spans), *(end for _, _, end in spans)})
    found = []
    for start, end in pairwise(cuts):
        over = sorted({span for span in spans if span[1] <= start and end <= span[2]}, key=_longest_first)
        marks: list[Mark] = []
        for pin, _, close in over:
            if pin not in {mark.pin for mark in marks}:
                marks.append(Mark(pin, first=pin not in anchored, last=close == end))
                anchored.add(pin)
        found.append(Segment(visible(text[start:end]), tuple(marks)))
    return found


def _longest_first(span: tuple[int, int, int]) -> tuple[int, int]:
    pin, start, end = span
    return start - end, pin


def _table(content: str) -> tuple[list[SafeString], list[list[SafeString]]] | None:
    """Rows of a table sent as tab- or bar-separated lines, or as a JSON list of lists."""
    try:
        lines = json.loads(content)
    except (ValueError, RecursionError):
        mark = "\t" if "\t" in content else "|"
        lines = [line.strip("| ").split(mark) for line in content.splitlines() if line.strip(" |-:")]
    if (
        not isinstance(lines, list)
        or not all(isinstance(line, list) and line for line in lines)
        or len(lines) < 2
    ):
        return None
    head, *rows = [[visible(str(cell).strip()) for cell in line] for line in lines]
    return (head, rows) if all(len(row) == len(head) for row in rows) and len(head) > 1 else None


def _facts(content: str) -> list[dict[str, Any]] | None:
    """A record sent as a JSON object or as lines of ``name: value``."""
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        pairs = [line.partition(":") for line in content.splitlines() if line.strip()]
        if not pairs or not all(mark for _, mark, _ in pairs):
            return None
        return [fact(name.strip(), value.strip()) for name, _, value in pairs]
    if not isinstance(record, dict) or not record:
        return None
    return [fact(name, value) for name, value in record.items()]


def fact(name: str, value: Any) -> dict[str, Any]:
    """A member of a record as people read it: its name without underscores, a moment on the reader's clock."""
    said = wording.stamp_or_words(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return {"label": visible(wording.label(name)), "value": visible(wording.day_or_words(said))}
