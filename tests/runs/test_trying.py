"""Hostile answers to a dry run: each ends in a word for it, and is kept only as far as it can be kept and shown."""

import pytest

from approvals import tools
from runs import trying
from tests.memo import Memo, WriteMemo

CONTEXT = tools.Context(workspace="northwind", version="1")


class Trying(WriteMemo):
    """A memo that can be rehearsed, and what its target says to that."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def observe(self, arguments: Memo, *, context: tools.Context) -> tools.Observation:
        return tools.Observation({"memos": 0}, "1")

    def rehearse(self, arguments: Memo, *, key: str, context: tools.Context) -> tools.Rehearsal:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def tried(answer: object, **arguments: object) -> trying.Tried:
    return trying.attempt(Trying(answer), {"title": "Chairs"} | arguments, key="k" * 64, context=CONTEXT)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (tools.Rehearsal("POST /memos", {"after": {"title": "Chairs"}}), "passed"),
        (tools.Rehearsal("POST /memos", {"before": {"memos": 0}}), "read"),
        (tools.Refused("posting.refused", "no", "title"), "refused"),
        (tools.Transient("integration.timeout", "later"), "transient"),
        (tools.Unknown("outcome.unknown", "who knows"), "unknown"),
        (RuntimeError("the password is hunter2"), "broken"),
        (None, "broken"),
        (tools.Rehearsal("x", would=None), "broken"),
        (tools.Rehearsal("x", would=["not", "a", "record"]), "broken"),
    ],
)
def test_every_answer_has_an_ending(answer: object, ending: str) -> None:
    found = tried(answer)
    assert found.ending == ending and found.took_ms is not None
    assert "hunter2" not in str(found), "the words of an error may quote anything"


def test_values_that_do_not_fit_reach_no_target() -> None:
    found = tried(RuntimeError("reached"), amount="much")
    assert (found.ending, found.code, found.about) == ("refused", "proposal.invalid", "amount")


@pytest.mark.parametrize(
    "would",
    [
        {"after": {"n": float("nan")}},
        {"after": {"text": "nul \x00"}},
        {"after": {"half": "\ud800"}},
        {"after": {"text": "x" * 70_000}},
        {"after": {"set": {1, 2}}},
    ],
)
def test_what_cannot_be_kept_is_said_and_left_out(would: dict[str, object]) -> None:
    found = tried(tools.Rehearsal("x", would))
    assert found.would == {} and "cannot be kept" in found.notes[-1]


def test_an_answer_nested_without_end_is_left_out() -> None:
    deep: dict[str, object] = {}
    for _ in range(2_000):
        deep = {"in": deep}
    assert tried(tools.Rehearsal("x", {"after": deep})).would == {}


def test_words_without_end_are_cut() -> None:
    found = tried(tools.Rehearsal("r\x00" * 30_000, {"after": {}}, tuple("n" * 999 for _ in range(99))))
    assert len(found.request) <= trying.LONGEST_REQUEST + len(trying.CUT) and "\x00" not in found.request
    assert len(found.notes) == trying.MOST_NOTES and len(found.notes[0]) == trying.LONGEST_NOTE


def test_a_refusal_is_cut_to_what_its_row_holds() -> None:
    found = tried(tools.Refused("c" * 200, "m\x00" * 900, "f" * 400))
    assert (len(found.code), len(found.message), len(found.about)) == (60, 500, 120)
