"""Steps as bad clocks, forgetful and circular reporters tell them: kept as told, drawn where they can be, marked."""

from datetime import timedelta

import pytest

from runs.running import nesting, odd, timeline
from tests.builders import now
from tests.runs.running.telling import a_move, a_run, end, seconds, tell

pytestmark = pytest.mark.django_db


def test_clocks_out_of_order_are_kept_said_and_drawn_sanely(northwind):
    at = now() - timedelta(hours=2)
    run = a_run(northwind.bot, at=at)
    told = [
        a_move("fine", at=at + seconds(1), latency_ms=500),
        a_move("early", at=at - timedelta(days=9000), latency_ms=10),
        a_move("ahead", at=now() + timedelta(days=2)),
        a_move("backwards", at=at + seconds(5), ended_at=at + seconds(1)),
        a_move("late", at=at + timedelta(minutes=90)),
    ]
    tell(run, *told)
    end(run, at=at + timedelta(minutes=30))
    times = {step.key: odd.time_of(step, run) for step in run.steps.all()}
    assert times["fine"].odd == [] and times["fine"].ends - times["fine"].begins == timedelta(
        milliseconds=500
    )
    odd_words = {"early": "before its run", "ahead": "clock is ahead", "backwards": "ended before it began",
                 "late": "after its run had ended"}  # fmt: skip
    assert all(words in " ".join(times[key].odd) for key, words in odd_words.items())
    assert all(run.started_at <= time.begins <= time.ends for time in times.values())
    assert run.steps.get(key="early").started_at == at - timedelta(days=9000)


def test_parents_unknown_elsewhere_and_in_circles_lose_no_step(northwind):
    run, at = a_run(northwind.bot), now()
    tell(
        run,
        a_move("a", at=at), a_move("a1", at=at + seconds(2), parent="a"),
        a_move("a11", at=at + seconds(3), parent="a1"),
        a_move("b", at=at + seconds(1)), a_move("lost", at=at + seconds(4), parent="never"),
        a_move("x", at=at + seconds(5), parent="y"), a_move("y", at=at + seconds(6), parent="x"),
        a_move("self", at=at + seconds(7), parent="self"),
    )  # fmt: skip
    steps = list(run.steps.order_by("started_at"))
    placed = nesting.nested(run, steps)
    assert [(one.step.key, one.depth) for one in placed] == [
        ("a", 0), ("a1", 1), ("a11", 2), ("b", 0), ("lost", 0), ("x", 0), ("y", 1), ("self", 0),
    ]  # fmt: skip
    assert [one.step.key for one in placed if one.odd] == ["lost", "x", "self"]
    rest = nesting.nested(run, steps[2:])
    assert (rest[0].step.key, rest[0].depth, rest[0].odd) == ("a1", 1, "")


def test_a_long_run_is_paged_and_every_step_is_on_one_page(northwind):
    run, at = a_run(northwind.bot), now()
    tell(run, *(a_move(f"s{n}", at=at + seconds(n // 3)) for n in range(120)))
    seen, place = [], None
    for _ in range(3):
        shown = timeline.page(run, "northwind", now(), place=place, only={})
        seen += [row["name"] for row in shown.rows]
        place = timeline.Place.read(shown.later)
    assert sorted(seen) == sorted(f"s{n}" for n in range(120)) and place is None
