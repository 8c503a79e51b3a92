"""The time axis: milliseconds and days on one line, in order, none of it lost."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from runs.running import axis

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_decision_three_hours_later_leaves_the_seconds_their_room():
    drawn = axis.over([(at(0), at(2)), (at(2), at(4)), (at(3 * 3600), at(3 * 3600 + 1))])
    assert [piece.folded for piece in drawn.pieces] == [False, True, False]
    assert drawn.place(at(2)) > 30 and drawn.place(at(4)) > 70 < drawn.place(at(3 * 3600))
    assert len(drawn.folds) == 1 and drawn.place(at(3 * 3600 + 1)) == 100


def test_what_took_no_time_is_seen():
    drawn = axis.over([(at(0), at(0))])
    assert [float(part) for part in drawn.bar(at(0), at(0))] == [0, axis.NARROWEST]
    assert axis.over([]).pieces == ()


@given(some.lists(some.tuples(some.floats(0, 1e7), some.floats(0, 1e5)), min_size=1, max_size=30))
def test_whatever_happened_it_stays_in_order_and_within_the_axis(told):
    spells = [(at(begin), at(begin + length)) for begin, length in told]
    drawn = axis.over(spells)
    moments = sorted(moment for spell in spells for moment in spell)
    places = [drawn.place(moment) for moment in moments]
    assert all(-0.01 <= place <= 100.01 for place in places)
    assert all(first <= then + 1e-6 for first, then in pairwise(places))
    assert abs(sum(piece.width for piece in drawn.pieces) - 100) < 0.01
    for begins, ends in spells:
        x, width = map(float, drawn.bar(begins, ends))
        assert x >= 0 and width > 0 and x + width <= 100.8
