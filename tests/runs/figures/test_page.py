"""What the page of figures says, and that every mark on it leads to as many rows as it counts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from approvals.models import LedgerEntry
from runs.figures import reading, spans
from runs.figures.shares import Share
from runs.models import Worth
from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal, an_approved, approve
from tests.people import Company
from tests.runs.figures.counting import a_run, count

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 5, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = '<tr role="row"><td'


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def a_week(company: Company) -> None:
    for number in range(6):
        at = NOW - number * 12 * HOUR
        a_run(company.bot, at - HOUR, at, state="failed" if number == 2 else "succeeded", tokens_in=10)
    a_run(company.bot, NOW - 2 * HOUR, NOW - HOUR, workflow="ticket-triage")
    a_run(company.bot, NOW - 8 * 24 * HOUR, NOW - 8 * 24 * HOUR)
    approve(a_proposal(company.bot), company.maria)
    approve(a_proposal(company.bot), company.ken, verdict="reject", reason_code="other", note="no")
    an_approved(company.bot, company.maria)
    a_proposal(company.bot, arguments={"amount": "wrong"})
    count(company.workspace)


def asked(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(name, args=["northwind"]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_happened_and_with_what_certainty(northwind: Company):
    a_week(northwind)
    page = asked(signed_in(northwind.tess), "figures")
    assert "1 of 7, 2.6 to 51.3 %" in page  # one of seven runs failed
    assert "1 the week before" in page
    assert "EUR 0.0171" in page and "EUR 0.12 by 7 runs" in page
    assert "1 of 3, 6.1 to 79.2 %" in page  # one answer of three was a no
    assert "60 in, 0 out" in page
    assert "A value does not fit: 1" in page  # the kind of failure, under its owner
    assert "ticket-triage" in page and "nobody has said what one takes by hand" in page


def test_every_mark_leads_to_as_many_rows_as_it_counts(northwind: Company):
    a_week(northwind)
    client = signed_in(northwind.tess)
    for view in ("day", "week", "month"):
        page = asked(client, "figures", view=view)
        marks = re.findall(
            r'<a href="([^"]*/rows/[^"]*)" tabindex="-1" aria-label="[^"]*: ([\d,]+) [^"]*"><rect', page
        )
        assert len(marks) > 3
        for url, many in marks:
            rows = client.get(url.replace("&amp;", "&")).content.decode()
            assert rows.count(ROW) == int(many), url
    owner = re.search(r'href="([^"]*of=cases[^"]*key=\d+[^"]*)">(\d+)<', page)
    shown = client.get(owner[1].replace("&amp;", "&")).content.decode()
    assert shown.count(ROW) == int(owner[2]) == 1


def test_one_workflow_and_its_versions(northwind: Company):
    a_week(northwind)
    page = asked(signed_in(northwind.tess), "figures", workflow="ticket-triage")
    assert "By version of the agent" in page and "version=1.0" in page
    assert "0 of 1, 0.0 to 79.3 %" in page


def test_reading_costs_the_same_however_much_has_happened(northwind: Company, django_assert_max_num_queries):
    a_week(northwind)
    client = signed_in(northwind.ada)
    with django_assert_max_num_queries(20):
        asked(client, "figures", view="month")


def test_times_that_cannot_be_are_not_asked_for(northwind: Company):
    client = signed_in(northwind.tess)
    for query in (
        {"view": "year", "on": "tomorrow"},
        {"on": "9999-12-31"},
        {"on": "0001-01-01", "view": "month"},
    ):
        asked(client, "figures", **query)
    for query in (
        {},
        {"of": "runs", "since": "2020-01-01T00:00Z", "until": "2026-01-01T00:00Z"},
        {"of": "secrets"},
    ):
        assert client.get(reverse("figure-rows", args=["northwind"]), query).status_code == 404


def test_only_an_admin_says_what_a_write_takes_by_hand(northwind: Company):
    url = reverse("figure-worth", args=["northwind"])
    assert signed_in(northwind.maria).post(url, {"minutes": "4"}).status_code == 403
    ada = signed_in(northwind.ada)
    assert ada.post(url, {"minutes": "0"}).status_code == 422
    assert ada.get(url).status_code == 405
    for _ in range(2):
        assert ada.post(url, {"minutes": "4.5"}).status_code == 302
    assert Worth.objects.count() == LedgerEntry.objects.filter(kind="worth.set").count() == 1
    assert "0 writes at 4.5 min, less 0 min of reading" in asked(ada, "figures")


def test_days_on_which_clocks_change_have_as_many_columns_as_hours(northwind: Company):
    northwind.workspace.timezone = "Europe/Berlin"
    span = spans.chosen({"view": "day", "on": "2026-10-25"}, northwind.workspace, NOW)
    assert len(span.slots) == 25 and span.ends(24) == span.until
    assert len(spans.chosen({"view": "day", "on": "2026-03-29"}, northwind.workspace, NOW).slots) == 23
    assert len(reading.read(northwind.workspace, span, reading.Slice()).slots) == 25


def test_shares_of_nothing_say_so():
    assert Share(0, 0).words == "–" and Share(0, 0).basis == "nothing to count"
    low, high = Share(0, 300).interval
    assert low == 0 and high == pytest.approx(0.01264, abs=1e-4)
