"""Weeks of samples one after another: of nothing, of failures, and with more than a page shows."""

from datetime import timedelta

from approvals.sampling import closing
from approvals.statistics.inspection import Switching
from exceptions.models import Case
from tests.approvals.reviewing import signed_in
from tests.approvals.sampling import drawn, judge, judged, last_week, passed, trusted

BASE = "/w/northwind/samples/"


def test_a_week_of_nothing_closes_at_once_and_moves_no_rule(northwind):
    week = drawn(northwind)
    week.refresh_from_db()
    assert (week.closed_at is not None, week.passed, week.switching["severity"]) == (True, None, "normal")
    assert not week.items.exists()


def test_two_failed_weeks_tighten_five_more_stop_it_and_an_admin_lets_it_go_on(northwind):
    for number in range(7, 0, -1):
        trusted(northwind)  # what is found lets the lane fall
        monday = last_week(northwind).monday - timedelta(days=7 * number)
        week = type(last_week(northwind))(monday, last_week(northwind).clock)
        passed(northwind, 2, at=week.since, name=f"Order of week {number}")
        judged(drawn(northwind, week=week), northwind, wrong=1)
        if number == 6:
            assert closing.standing(northwind.workspace).severity == "tightened"
    assert closing.standing(northwind.workspace).severity == "stopped"
    assert Case.objects.filter(failure_class__code="sample.stopped").count() == 1
    ada, path = signed_in(northwind.ada), f"{BASE}resume/"
    assert "Inspection has stopped" in ada.get(BASE).text
    assert signed_in(northwind.maria).post(path, {"note": "x"}).status_code == 403
    assert "goes on, tightened" in ada.post(path, {"note": "The reader knows new dates"}, follow=True).text
    assert closing.standing(northwind.workspace) == Switching("tightened")
    assert "It goes on already" in ada.post(path, {"note": "again"}, follow=True).text


def test_the_pages_cost_the_same_however_much_was_drawn(northwind, django_assert_max_num_queries):
    trusted(northwind)
    passed(northwind, 40)
    week, ken = drawn(northwind), signed_in(northwind.ken)
    for item in week.items.filter(twice=False)[:12]:
        judge(item, northwind.ada)
    for path in (BASE, f"{BASE}judge/"):
        with django_assert_max_num_queries(26):
            assert ken.get(path).status_code == 200
