"""The bound of a catch rate is Clopper and Pearson's, to the last digit, and claims no more than was shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from approvals.oversight.catching import FEW, Catching, lower_bound

# One-sided, 95 %: with none missed it is the n-th root of 0.05; the others as printed tables of exact bounds have them.
KNOWN = [(1, 1, 0.05), (3, 3, 0.3684), (10, 10, 0.7411), (59, 59, 0.9505), (299, 299, 0.99003), (0, 10, 0.0),
         (8, 10, 0.4931), (5, 10, 0.2224), (1, 10, 0.0051), (95, 100, 0.8977)]  # fmt: skip


@pytest.mark.parametrize(("caught", "n", "bound"), KNOWN)
def test_it_is_what_the_tables_say(caught, n, bound):
    assert lower_bound(caught, n) == pytest.approx(bound, abs=6e-5)


def test_it_agrees_with_scipy_for_every_count_up_to_sixty():
    for n in range(1, 61):
        for caught in range(n + 1):
            there = binomtest(caught, n, alternative="greater").proportion_ci(0.95, method="exact").low
            assert math.isclose(lower_bound(caught, n), there, abs_tol=1e-12), (caught, n)
            if caught:
                assert math.isclose(
                    lower_bound(caught, n), beta.ppf(0.05, caught, n - caught + 1), abs_tol=1e-12
                )


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_rate_at_the_bound_would_show_so_many_in_one_of_twenty_times(counts):
    caught, n = counts
    bound = lower_bound(caught, n)
    assert 0 <= bound <= caught / n
    if caught:
        assert binom.sf(caught - 1, n, bound) == pytest.approx(0.05, rel=1e-6)


@given(st.integers(0, 400), st.integers(0, 400))
def test_one_more_caught_never_lowers_it_and_one_more_missed_never_raises_it(caught, missed):
    n = caught + missed
    assert lower_bound(caught + 1, n + 1) >= lower_bound(caught, n) if n else True
    assert lower_bound(caught, n + 1) <= lower_bound(caught, n) + 1e-12 if n else True


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_no_more_is_said_than_is_shown(counts):
    told = Catching(*counts)
    assert told.bound_percent <= 100 * told.bound < told.bound_percent + 1
    if told.n >= FEW:
        assert f"at least {told.bound_percent} %, with 95 % confidence" in told.words()
