"""Admins and auditors see weeks that have ended; nobody is shown to others before themselves."""

from datetime import timedelta

import time_machine
from django.urls import reverse

from approvals.oversight.exposures import Look
from tests.approvals.drilling import a_drill, a_history, a_receipt
from tests.approvals.reviewing import signed_in
from tests.builders import approve, now

PATH = reverse("oversight", args=["northwind"])


def test_the_week_under_way_is_not_shown_and_the_one_before_is(northwind):
    approve(a_receipt(northwind, 1, at=now() - timedelta(minutes=1)), northwind.maria, look=Look(7300))
    client = signed_in(northwind.ada)
    assert "7.3 s" not in client.get(PATH).content.decode()
    with time_machine.travel(now() + timedelta(days=7)):
        client = signed_in(northwind.ada)
        assert "7.3 s" in client.get(PATH).content.decode()


def test_a_week_can_be_chosen_and_an_odd_one_is_the_latest(northwind):
    client = signed_in(northwind.ada)
    latest = client.get(PATH).context["week"]
    before = latest.monday - timedelta(days=7)
    assert client.get(PATH, {"week": before.isoformat()}).context["week"].monday == before
    for odd in ("", "2999-01-01", "x", now().date().isoformat()):
        assert client.get(PATH, {"week": odd}).context["week"] == latest


def test_admins_and_auditors_read_it_and_reviewers_do_not(northwind, harbour):
    codes = {
        name: signed_in(getattr(northwind, name)).get(PATH).status_code
        for name in ("ada", "tess", "maria", "olu")
    }
    assert codes == {"ada": 200, "tess": 200, "maria": 403, "olu": 403}
    assert signed_in(harbour.dana).get(PATH).status_code == 404


def test_a_drill_shows_with_its_bound_once_its_week_is_over(northwind):
    a_history(northwind)
    approve(a_drill(northwind), northwind.maria)
    assert "0 of 1" not in signed_in(northwind.ada).get(PATH).content.decode()
    with time_machine.travel(now() + timedelta(days=7)):
        assert "0 of 1" in signed_in(northwind.ada).get(PATH).content.decode()


def test_the_page_costs_the_same_for_many_people(northwind, django_assert_max_num_queries):
    a_history(northwind, many=8)
    client = signed_in(northwind.ada)
    with django_assert_max_num_queries(22):
        client.get(PATH)
