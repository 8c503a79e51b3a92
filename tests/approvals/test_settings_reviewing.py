"""Settings, Reviewing: drills, pace and working hours, changed by admins and on record."""

from datetime import time

import pytest

from approvals import hours
from approvals.models import Workspace
from tests.approvals.administering import at, facts, reviewing_terms_of, signed_in


def post(company, **changes):
    return signed_in(company.ada).post(at("settings-reviewing-set"), reviewing_terms_of(company, **changes))


def kept(company):
    return Workspace.objects.get(pk=company.workspace.pk)


def test_an_admin_sets_the_terms_and_the_ledger_says_which(northwind):
    answer = post(northwind, drill_every=10, hourly_limit=120, works_on=["1", "2", "3"], works_from="08:30")
    assert answer.status_code == 303
    row = kept(northwind)
    assert (row.drill_every, row.hourly_limit, row.works_on, row.works_from) == (
        10,
        120,
        [1, 2, 3],
        time(8, 30),
    )
    told = {"drill_every": 10, "hourly_limit": 120, "works_on": [1, 2, 3], "works_from": "08:30"}
    assert facts("workspace.changed") == [("workspace.changed", f"user:{northwind.ada.user_id}", told)]


@pytest.mark.parametrize(
    "odd",
    [{"works_until": "08:00"}, {"works_on": []}, {"drill_every": -1}, {"hourly_limit": 0}, {"works_from": "noon"},
     {"timezone": "Mars/Olympus"}, {"works_on": ["8"]}, {"drill_every": 20}, {"seen": "0/0"}],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing_and_says_why(northwind, odd):
    answer = post(northwind, **odd)
    assert answer.status_code == 422 and facts("workspace.changed") == []
    assert kept(northwind).drill_every == 20


def test_the_workspace_works_on_another_clock(northwind):
    terms = {
        "timezone": "Asia/Kolkata",
        "works_on": ["1", "2"],
        "works_from": "10:00",
        "works_until": "16:00",
    }
    assert post(northwind, **terms).status_code == 303
    other = hours.Hours("Asia/Kolkata", frozenset({1, 2}), time(10), time(16))
    assert hours.of_workspace(kept(northwind)) == other
    page = signed_in(northwind.tess).get(at("settings-reviewing")).content.decode()
    assert "Mon, Tue, 10:00 to 16:00, Asia/Kolkata" in page


def test_the_same_form_twice_changes_once(northwind):
    client, form = signed_in(northwind.ada), reviewing_terms_of(northwind)
    codes = [client.post(at("settings-reviewing-set"), form).status_code for _ in range(2)]
    assert codes == [303, 422] and len(facts("workspace.changed")) == 1


def test_an_auditor_reads_the_terms_and_finds_no_form(northwind):
    page = signed_in(northwind.tess).get(at("settings-reviewing")).content.decode()
    assert "one in 20 answers" in page and "settings/reviewing/set" not in page
    refused = signed_in(northwind.tess).post(at("settings-reviewing-set"), reviewing_terms_of(northwind))
    assert refused.status_code == 403 and facts("workspace.changed") == []


def test_setting_is_a_post(northwind):
    assert signed_in(northwind.ada).get(at("settings-reviewing-set")).status_code == 405
