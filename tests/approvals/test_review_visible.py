"""Text nobody vouches for: nothing hides in it, nothing in it is markup, and marks sit on the right characters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import visible as sight
from approvals.models import Evidence
from approvals.showing.exhibits import claims, segments, show
from approvals.visible import plain, visible

SEEN = [
    ("plain words", "plain words"),
    ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
    ("naïve café 北京 🦊", "naïve café 北京 🦊"),
    ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("windows\r\nlines", "windows\r\nlines"),
    ("heart ❤️", "heart ❤️"),
]
HIDDEN = [
    ("a\u202eb", "U+202E"), ("a\u200bb", "U+200B"), ("\ufeffa", "U+FEFF"), ("a\x00b", "U+0000"), ("a\x1bb", "U+001B"),
    ("a\rb", "U+000D"), ("a\u2066b", "U+2066"), ("a\U000e0041b", "U+E0041"), ("a\u00adb", "U+00AD"),
    ("a\x85b", "U+0085"),
    ("a\u3164b", "U+3164"), ("a\U000e0101b", "U+E0101"), ("a\ue000b", "U+E000"), ("a\u2028b", "U+2028"),
    ("a\ufe0f\ufe01b", "U+FE01"), ("a\ud800b", "U+D800"),
]  # fmt: skip
CHIP = re.compile(r'<span class="codepoint" title="[^"]*">U\+([0-9A-F]+)</span>')


@pytest.mark.parametrize(("text", "shown"), SEEN)
def test_what_can_be_seen_stays_as_it_is(text, shown):
    assert visible(text) == shown


def test_no_character_that_hides_is_taken_for_one_that_can_be_read_at_once():
    readable = [chr(code) for code in range(0x110000) if chr(code).isprintable()]
    assert not [one for one in readable if sight._hides(one, 0) and not sight._UNSEEN.search(one)]


@pytest.mark.parametrize(("text", "code"), HIDDEN)
def test_what_hides_is_shown(text, code):
    assert f">{code}</span>" in visible(text) and f"‹{code}›" in plain(text)
    visible(text).encode()


@given(st.text())
def test_everything_can_be_read_back_and_nothing_is_markup(text):
    shown = visible(text)
    without = CHIP.sub(lambda match: chr(int(match[1], 16)), shown)
    assert "<" not in CHIP.sub("", shown)
    assert unescaped(without) == text


def unescaped(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def told(text, *spans):
    return [(str(part.text), [mark.pin for mark in part.marks]) for part in segments(text, list(spans))]


SPANS = [
    ("abcdef", [], [("abcdef", [])]),
    ("abcdef", [(1, 0, 6)], [("abcdef", [1])]),
    ("abcdef", [(1, 1, 3)], [("a", []), ("bc", [1]), ("def", [])]),
    ("abcdef", [(1, 0, 4), (2, 2, 6)], [("ab", [1]), ("cd", [1, 2]), ("ef", [2])]),
    ("abcdef", [(1, 0, 6), (2, 2, 4)], [("ab", [1]), ("cd", [1, 2]), ("ef", [1])]),
    ("abcdef", [(1, 0, 3), (2, 3, 6)], [("abc", [1]), ("def", [2])]),
    ("abcdef", [(1, 1, 3), (1, 1, 3)], [("a", []), ("bc", [1]), ("def", [])]),
    ("🦊🦊ab", [(1, 2, 3)], [("🦊🦊", []), ("a", [1]), ("b", [])]),
    ("a<b>c", [(1, 1, 4)], [("a", []), ("&lt;b&gt;", [1]), ("c", [])]),
]


@pytest.mark.parametrize(("text", "spans", "parts"), SPANS)
def test_marks_sit_on_their_characters(text, spans, parts):
    assert told(text, *spans) == parts


@st.composite
def marked(draw):
    text = draw(
        st.text(
            alphabet=st.characters(min_codepoint=33, blacklist_categories=["Cc", "Cf", "Cs", "Co"]),
            min_size=1,
        )
    )
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(st.integers(1, 9), place, place), max_size=8))
    return text, [(pin, min(a, b), max(a, b)) for pin, a, b in spans if a != b]


@given(marked())
def test_whatever_overlaps_the_text_stays_whole_and_every_character_has_its_marks(given_text):
    text, spans = given_text
    parts = segments(text, spans)
    assert "".join(str(part.text) for part in parts) == str(visible(text)) or "\ufe0f" in text
    position = 0
    for part in parts:
        size = len(unescaped(CHIP.sub("x", str(part.text))))
        wanted = {pin for pin, start, end in spans if start <= position and position + size <= end}
        assert {mark.pin for mark in part.marks} == wanted
        position += size
    for pin in {pin for pin, *_ in spans}:
        assert sum(mark.first for part in parts for mark in part.marks if mark.pin == pin) == 1


@pytest.mark.parametrize(
    "span",
    [None, "x", {}, {"field": "/a"}, {"field": "/a", "start": -1, "end": 2}, {"field": "/a", "start": 2, "end": 2},
     {"field": "/a", "start": 0, "end": 99}, {"field": "/a", "start": "0", "end": "2"},
     {"field": "/a", "start": True, "end": 2}],
)  # fmt: skip
def test_a_span_that_lies_nowhere_is_no_claim(span):
    assert claims([span], 5) == []


def piece(kind: str, content: str) -> Evidence:
    return Evidence(kind=kind, content=content, title="Paper", source="https://example.org/x", spans=[])


def test_tables_and_records_are_laid_out_and_links_stay_text():
    table, record, link = show(
        [piece("table", "a\tb\n1\t2"), piece("record", '{"paid": true}'), piece("link", "x")], {}
    )
    assert table.head == ["a", "b"] and table.rows == [["1", "2"]]
    assert record.facts == [{"label": "Paid", "value": "true"}]
    assert link.segments[0].text == "x" and link.kind_words == "link, not opened"


def test_a_record_says_its_names_days_and_moments_as_people_do():
    content = (
        '{"posted_at": "2026-11-21T09:51:17+00:00", "value_date": "2026-10-31", "note": "2026-10-31 or so"}'
    )
    (record,) = show([piece("record", content)], {})
    assert [(line["label"], line["value"]) for line in record.facts] == [
        ("Posted at", "21 November 2026, 09:51"), ("Value date", "31 October 2026"), ("Note", "2026-10-31 or so"),
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["", "[" * 5000, "{", "no colon here", "[[1,2],[3]]", '"\\ud800"'])
def test_evidence_that_is_not_what_it_says_is_shown_as_text(content):
    for kind in ("table", "record"):
        shown = show([piece(kind, content)], {})[0]
        assert not shown.rows and not shown.facts and shown.segments is not None
