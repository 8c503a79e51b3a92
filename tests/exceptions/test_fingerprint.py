"""What makes two failures one cause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exceptions import fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("document 10023 is closed", "document 7741 is closed"),
        ("total 1,208.40 is too high", "total 54.19 is too high"),
        (
            "key 0190f3c2-8a1b-7def-8000-123456789abc is taken",
            "key 0290f3c2-8a1b-7def-8000-123456789abd is taken",
        ),
        ("the same as prop_" + "0a" * 16, "the same as prop_" + "1b" * 16),
        ("vendor 'Gardenia' is unknown", "vendor 'Mr. D.I.Y.' is unknown"),
        ("vendor “Gardenia” is unknown", 'vendor "AEON Co." is unknown'),
        ("mail to ana@example.com failed", "mail to kai.li+a@mail.example.org failed"),
        ("no rate on 2018-03-25", "no rate on 2019-12-01T10:00:00Z"),
        ("no rate on 25/03/2018", "no rate on 1.4.2018"),
        ("digest deadbeef01 differs", "digest 0123456789abcdef differs"),
        ("The   Period is closed", "the period\nis closed"),
    ],
)
def test_what_is_particular_to_one_failure_does_not_count(one: str, other: str) -> None:
    assert fingerprint.normalised(one) == fingerprint.normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the period is closed", "the vendor is unknown"),
        ("it can't and won't", "it can't or won't"),
        ("HTTP 5", "HTTP 4"),
    ],
)
def test_different_words_are_different_causes(one: str, other: str) -> None:
    assert fingerprint.normalised(one) != fingerprint.normalised(other)


def test_class_connector_operation_and_field_are_part_of_the_cause() -> None:
    same = {"code": "c", "message": "m", "connector": "k", "operation": "o", "field": "f"}

    marks = {fingerprint.of(**same | {name: "x"}) for name in same}

    assert len(marks | {fingerprint.of(**same)}) == 6


def test_the_parts_cannot_flow_into_each_other() -> None:
    one, other = {"code": "a", "connector": "bc"}, {"code": "ab", "connector": "c"}

    assert fingerprint.of(message="m", **one) != fingerprint.of(message="m", **other)


def test_a_line_of_a_list_is_the_same_field() -> None:
    assert fingerprint.of(code="c", message="m", field="lines/3/total") == fingerprint.of(
        code="c", message="m", field="lines/11/total"
    )


@given(st.text(max_size=600))
def test_any_text_has_a_fingerprint_and_is_normalised_once(text: str) -> None:
    once = fingerprint.normalised(text)

    assert len(fingerprint.of(code="c", message=text)) == 64
    assert fingerprint.of(code="c", message=text) == fingerprint.of(code="c", message=text)
    assert len(once) <= 6 * fingerprint.LONGEST


@given(st.integers(min_value=10, max_value=10**12), st.integers(min_value=10, max_value=10**12))
def test_numbers_never_tell_causes_apart(one: int, other: int) -> None:
    assert fingerprint.normalised(f"document {one} is closed") == fingerprint.normalised(
        f"document {other} is closed"
    )
