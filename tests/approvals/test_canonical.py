"""One spelling for one meaning: ours is that of RFC 8785, and what has none is refused where it stands."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from approvals import canonical

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.LARGEST_INTEGER, canonical.LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(documents)
def test_every_document_is_spelled_as_the_rfc_says(document: Any) -> None:
    assert canonical.dumps(document) == rfc8785.dumps(document)


def test_so_is_every_letter() -> None:
    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    assert canonical.dumps(letters) == rfc8785.dumps(letters)
    names = {letter: number for number, letter in enumerate(letters[:0x3000])}
    assert canonical.dumps(names) == rfc8785.dumps(names)


def test_names_are_sorted_as_the_rfc_sorts_them_and_not_as_python_does() -> None:
    names = {"\ue000": 1, "\U00010000": 2}
    assert list(json.loads(canonical.dumps(names))) == ["\U00010000", "\ue000"]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"a": [1, {"b/c~": "x\0"}]}, "/a/1/b~1c~0"),
        ({"a": {"\ud800": 1}}, "/a"),
        (["fine", "half \udc00"], "/1"),
        ({"total": float("nan")}, "/total"),
        ({"total": 2**53}, "/total"),
        ({"when": object()}, "/when"),
        (json.loads("[" * 40 + "]" * 40), "/0" * (canonical.DEEPEST + 1)),
        ("\0", ""),
    ],
)
def test_what_has_no_spelling_is_refused_where_it_stands(document: Any, pointer: str) -> None:
    for refuse in (canonical.check, canonical.dumps):
        with pytest.raises(canonical.NotCanonical) as refusal:
            refuse(document)
        assert refusal.value.pointer == pointer
