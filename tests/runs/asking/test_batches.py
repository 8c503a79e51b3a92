"""Several at once, in order, and never far ahead of what was answered."""

import time
from collections.abc import Iterator

import pytest

from runs.asking import batches


def test_inputs_are_taken_as_there_is_room_and_answered_in_order() -> None:
    taken: list[int] = []

    def inputs() -> Iterator[int]:
        for number in range(200):
            taken.append(number)
            yield number

    def slow_for_some(number: int) -> int:
        time.sleep(0.002 if number % 7 == 0 else 0)
        return number

    answers = batches.in_order(slow_for_some, inputs())
    assert next(answers) == 0 and len(taken) <= batches.AHEAD
    assert list(answers) == list(range(1, 200))


def test_what_breaks_one_is_said_where_it_is_waited_for() -> None:
    answers = batches.in_order(lambda number: 1 // (number - 3), range(9))
    with pytest.raises(ZeroDivisionError):
        list(answers)
