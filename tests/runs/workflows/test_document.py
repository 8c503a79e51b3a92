"""Input lines: what is read, what is refused, and with which words."""

import pytest

from runs.workflows.expense.document import UnreadableInput, read
from tests.pictures_of import png, url


def segment(row: object, text: object) -> dict[str, object]:
    return {"row": row, "box": [0, 0, 1, 1], "text": text}


def test_a_text_is_taken_as_it_is() -> None:
    document = read({"id": "r1", "text": " A\r\nB "})
    assert (document.id, document.text) == ("r1", " A\r\nB ")


def test_segments_of_a_row_stand_side_by_side_and_rows_below_one_another() -> None:
    lines = [segment(0, "SHOP"), segment(1, "TOTAL"), segment(1, "5.00"), segment(2, "BYE")]
    assert read({"id": "r1", "width": 9, "lines": lines}).text == "SHOP\nTOTAL 5.00\nBYE"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (None, "line"),
        ("text", "line"),
        ([], "line"),
        ({"text": "x"}, "id"),
        ({"id": 7, "text": "x"}, "id"),
        ({"id": " ", "text": "x"}, "id"),
        ({"id": "i" * 201, "text": "x"}, "id"),
        ({"id": "i\x00", "text": "x"}, "id"),
        ({"id": "i"}, "text"),
        ({"id": "i", "text": "x", "lines": []}, "text"),
        ({"id": "i", "text": 5}, "text"),
        ({"id": "i", "text": None}, "text"),
        ({"id": "i", "text": " \n"}, "text"),
        ({"id": "i", "text": "a\x00b"}, "text"),
        ({"id": "i", "text": "a\ud800b"}, "text"),
        ({"id": "i", "text": "x" * 200_001}, "text"),
        ({"id": "i", "text": "é" * 100_001}, "text"),
        ({"id": "i", "lines": "x"}, "lines"),
        ({"id": "i", "lines": []}, "text"),
        ({"id": "i", "lines": ["x"]}, "lines[0]"),
        ({"id": "i", "lines": [segment(0, "x"), segment("1", "x")]}, "lines[1].row"),
        ({"id": "i", "lines": [segment(True, "x")]}, "lines[0].row"),
        ({"id": "i", "lines": [segment(0, 5)]}, "lines[0].text"),
        ({"id": "i", "lines": [segment(0, "x" * 150_000), segment(1, "x" * 150_000)]}, "text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_field_and_a_remedy(line: object, field: str) -> None:
    with pytest.raises(UnreadableInput) as refusal:
        read(line)
    assert refusal.value.field == field
    assert refusal.value.remedy.endswith(".")


BOX = [0.1, 0.2, 0.3, 0.1]


def test_a_picture_comes_along_with_its_boxes() -> None:
    line = {"id": "r1", "text": "A", "picture": url(png()), "boxes": {"total": BOX}}
    assert (read(line).picture, read(line).boxes) == (url(png()), {"total": BOX})
    assert read({"id": "r1", "text": "A", "boxes": {"total": BOX}}).boxes == {}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"picture": 5}, "picture"),
        ({"picture": "data:image/png;base64,AAAA"}, "picture"),
        ({"picture": url(png()), "boxes": []}, "boxes"),
        ({"picture": url(png()), "boxes": {"total": [0, 0, 1]}}, "boxes.total"),
        ({"picture": url(png()), "boxes": {"total": [0, 0, 1, 7]}}, "boxes.total"),
    ],
)
def test_a_picture_that_is_none_is_refused(more: dict[str, object], field: str) -> None:
    with pytest.raises(UnreadableInput) as refusal:
        read({"id": "r1", "text": "A"} | more)
    assert refusal.value.field == field and refusal.value.remedy.endswith(".")
