"""What tells drift from noise: distances with the chance that they mean nothing, and exact counts of what got worse."""

from random import Random

import numpy as np
import pytest
from scipy.stats import chi2

from runs.golden import drift_words, judging, measures, sides
from runs.models import DriftFinding
from runs.models.drift import Level


@pytest.mark.parametrize(
    ("worse", "better", "chance"),
    [(5, 0, 0.03125), (4, 0, 0.0625), (8, 2, 0.0546875), (1, 1, 0.75), (0, 3, 1.0)],
)
def test_the_exact_test_of_mcnemar(worse: int, better: int, chance: float) -> None:
    assert judging.chance(worse, better) == pytest.approx(chance)
    assert judging.chance(0, 0) is None


def test_alike_samples_rarely_alarm_and_unlike_ones_do() -> None:
    chance, numbers = Random(7), np.random.default_rng(7)
    kinds = [f"vendor {number}" for number in range(12)]
    quiet = [
        measures.of_kinds(chance.choices(kinds, k=400), chance.choices(kinds, k=60)).level for _ in range(300)
    ] + [measures.of_numbers(numbers.normal(size=400), numbers.normal(size=60)).level for _ in range(300)]
    assert quiet.count(Level.ALARM) <= 2 and quiet.count(Level.WATCH) <= 15
    moved = measures.of_kinds(chance.choices(kinds[:6], k=400), chance.choices(kinds[3:], k=60))
    assert (moved.level, moved.value > 0.25) == (Level.ALARM, True)
    assert measures.of_numbers(numbers.normal(size=400), numbers.normal(1, size=60)).level == Level.ALARM


def test_the_index_is_as_its_formula_says() -> None:
    found = measures.of_kinds(["a"] * 80 + ["b"] * 20, ["a"] * 50 + ["b"] * 50)
    index = (0.5 - 0.8) * np.log(0.5 / 0.8) + (0.5 - 0.2) * np.log(0.5 / 0.2)
    assert found.value == pytest.approx(index) and found.chance == pytest.approx(chi2.sf(index * 50, 1))
    assert not measures.enough(range(99), range(50)) and measures.enough(range(100), range(50))


def test_both_sides_are_said_in_plain_words() -> None:
    parties = sides.of_kinds(["Ada"] * 90 + ["Bo"] * 10, ["Ada"] * 30 + ["Bo"] * 10 + ["Cy"] * 10)
    lengths = sides.of_logarithms(np.log1p([100, 420, 9_000]).tolist(), np.log1p([1_900]).tolist())
    for feature, told, words in (
        ("party", parties, "Ada 60 % now, 90 % before; Cy 20 % now, 0 % before; Bo 20 % now, 10 % before"),
        ("length", lengths, "usually 1,900 characters now, 420 characters before"),
        ("confidence", sides.of_shares([0.9], [0.9]), "usually 0.90, as before"),
        ("amount", {}, ""),
    ):
        assert drift_words.usual(DriftFinding(feature=feature, sides=told)) == words
