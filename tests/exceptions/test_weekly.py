"""The week of exceptions: what failed, whose it was, how long it took, and what is done about it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals.models import LedgerEntry
from approvals.oversight import weeks
from exceptions import cases, resolutions
from exceptions.models import Case, Episode, NextAction
from exceptions.weekly import figures
from tests import builders
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, open_case
from tests.exceptions.test_pages import BASE, signed_in
from tests.people import Company

pytestmark = pytest.mark.django_db
URL = f"{BASE}week/"


def test_times_are_medians_of_the_weeks_cases_by_kind_and_owner(northwind: Company) -> None:
    week = weeks.current(northwind.workspace, timezone.now())
    for minutes, cause in ((10, "a"), (20, "b"), (60, "c")):
        case = open_case(northwind.workspace, message=f"cause {cause}")
        Episode.objects.filter(case=case).update(
            opened_at=week.since, taken_at=week.since + timedelta(minutes=minutes)
        )
    Case.objects.filter(title__endswith="a").update(cause="data")
    row = case.occurrences.get()
    resolutions.settle_occurrence(occurrence=row, disposition="elsewhere", actor=WORKER, now=timezone.now())

    (line,) = figures.by_owner(northwind.workspace, week)
    assert (line.code, line.owner, line.opened, line.resolved) == ("posting.refused", "Finance ops", 3, 1)
    assert (line.acknowledge, line.verify) == (timedelta(minutes=20), None)
    assert figures.failures(northwind.workspace, week) == 3
    assert dict(figures.causes(northwind.workspace, week))["not labelled yet"] == 2
    last = weeks.ended(northwind.workspace, timezone.now())[0]
    assert figures.by_owner(northwind.workspace, last) == []


def test_most_money_oldest_and_what_agents_lack_stand_on_the_page(
    northwind: Company, harbour: Company
) -> None:
    cases.open_case(
        workspace=northwind.workspace, code="posting.refused", message="The books refuse", actor=WORKER,
        now=timezone.now(), amount=Decimal("1250.00"), currency="EUR",
    )  # fmt: skip
    open_case(northwind.workspace, code="agent.cannot", message="no access to the archive")
    open_case(harbour.workspace, message="not northwind’s")
    builders.a_proposal(northwind.bot, arguments={"amount": "much"})

    shown = signed_in(northwind.tess).get(URL).text
    assert "1,250.00" in shown and "no access to the archive" in shown
    assert "not northwind" not in shown
    assert signed_in(harbour.dana).get(URL).status_code == 404


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_there(northwind: Company) -> None:
    open_case(northwind.workspace)
    northwind.workspace.teams.filter(name="Finance ops").update(name="=1+1")
    answer = signed_in(northwind.tess).get(f"{URL}table.csv")
    head, line = b"".join(answer.streaming_content).decode().splitlines()
    assert head.startswith("class,kind of failure,owner,opened") and ",'=1+1," in line
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="exceptions-northwind-20')


def test_what_is_decided_has_a_team_and_a_day_and_is_done_once(northwind: Company, harbour: Company) -> None:
    team = northwind.workspace.teams.get(name="AI quality")
    form = {"text": "Teach the reader Danish dates", "owner": team.pk, "due_on": "2027-01-15"}
    olu = signed_in(northwind.olu)
    assert olu.get(f"{URL}actions/").status_code == 405
    assert signed_in(northwind.maria).post(f"{URL}actions/", form).status_code == 403
    assert signed_in(harbour.dana).post(f"{URL}actions/", form).status_code == 404
    assert olu.post(f"{URL}actions/", form | {"owner": harbour.workspace.teams.first().pk}).status_code == 422
    assert "AI quality does it by 15 January" in olu.post(f"{URL}actions/", form, follow=True).text

    action = NextAction.objects.get()
    done = f"{URL}actions/{action.pk}/done/"
    assert signed_in(harbour.dana).post(done).status_code == 404
    assert olu.post(done).status_code == 302
    assert "done already" in olu.post(done, follow=True).text
    action.refresh_from_db()
    assert action.done_by == northwind.olu.user
    facts = LedgerEntry.objects.filter(kind__startswith="action.").order_by("id")
    assert [(fact.kind, fact.actor) for fact in facts] == [
        ("action.decided", actor_of(northwind.olu).id), ("action.done", actor_of(northwind.olu).id)
    ]  # fmt: skip
