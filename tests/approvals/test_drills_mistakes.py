"""Which mistakes a drill may hold: told by reading, passed by the gates, and never a matter of opinion."""

from types import SimpleNamespace

import pytest

from approvals import grounding
from approvals.models import Evidence, Proposal
from approvals.oversight import drill_mistakes

BILL = """ESTUARY WATER LTD
Invoice 20417   Bill date 06 November 2026
Water            212.54
Previous         489.15
Rounded          522.41
Total to pay     522.40
Subtotal         474.00
Due on 20 November 2026, sent 2026-10-02
"""


def a_source(tool="memo.write", observation=None, **arguments):
    told = {"title": "ESTUARY WATER LTD", "amount": "522.40", "day": "2026-11-06"} | arguments
    return Proposal(tool=tool, tool_version=1, arguments=told, observation=observation)


def possible(text=BILL, spans=(), **more):
    return drill_mistakes.possible(
        a_source(**more), [Evidence(kind="text", content=text, position=1, spans=list(spans))]
    )


def wrongs(field, **more):
    return {mistake.wrong for mistake in possible(**more) if mistake.field == field}


@pytest.fixture(autouse=True)
def _tools(board):
    """The memo tool is registered."""


def test_other_printed_amounts_may_stand_in_but_roundings_and_totals_may_not():
    assert wrongs("amount") == {"212.54", "489.15", "474.00"}


def test_other_printed_dates_may_stand_in_however_they_are_spelled():
    assert wrongs("day") == {"2026-11-20", "2026-10-02"}
    monthly = {"before": {"period": {"starts_on": "2026-11-01"}}}
    assert wrongs("day", observation=monthly) == {"2026-11-20"}, "the target speaks of another month"


def test_a_date_that_reads_both_ways_is_no_mistake():
    assert wrongs("day", text="Date 05/03/2026\nDate 03/05/2026", day="2026-05-03", title="x") == set()


def test_a_value_that_stands_in_the_target_is_left_alone():
    assert wrongs("amount", observation={"before": {"last": "522.40"}}) == set()


def test_sums_of_the_target_follow_the_wrong_value():
    seen = {"before": {"account_total": {"before": "10.00", "after": "532.40"}}}
    assert wrongs("amount", observation=seen)
    told = drill_mistakes.observed(seen, "522.40", "212.54")
    assert told == {"before": {"account_total": {"before": "10.00", "after": "222.54"}}}


def test_digits_change_places_in_numbers_the_gates_do_not_look_up():
    source = a_source(title="Invoice 20417")
    page = Evidence(kind="text", content=BILL, position=1)
    found = {mistake.wrong for mistake in drill_mistakes._transposed(source, "number", "20417", page)}
    assert found == {"24017", "20147", "20471"}


def test_every_amount_and_date_is_found_by_the_gates_where_it_claims_to_stand():
    for mistake in possible():
        claimed = BILL[mistake.start : mistake.end]
        if mistake.field in ("amount", "day"):
            kind = {"amount": "money", "day": "date"}[mistake.field]
            assert grounding.found(kind, mistake.wrong, claimed), mistake
            assert not grounding.found(kind, mistake.right, claimed), mistake


def test_what_two_pieces_show_is_left_alone():
    spans = [{"field": "/amount", "start": 0, "end": 3}]
    rows = [Evidence(kind="text", content=BILL, position=number, spans=spans) for number in (1, 2)]
    assert not any(mistake.field == "amount" for mistake in drill_mistakes.possible(a_source(), rows))


@pytest.mark.parametrize("text", ["", "nothing here", "9" * 5000, "522.40", "\x00\u202e522.40 1.00"])
def test_odd_evidence_is_no_error(text):
    assert isinstance(possible(text=text), list)
    found = drill_mistakes.in_text("amount", "522.40", [Evidence(kind="text", content=text, position=1)])
    assert (found is not None) == ("522.40" in text)


def test_the_right_value_is_found_for_the_lesson():
    page = SimpleNamespace(content=BILL, spans=[])
    _, start, end = drill_mistakes.in_text("day", "2026-11-06", [page])
    assert BILL[start:end] == "06 November 2026"
    assert drill_mistakes.in_text("day", "1999-01-01", [page]) is None
