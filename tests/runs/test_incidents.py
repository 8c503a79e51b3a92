"""An incident: declared from cases, contained from its page, told, exported, closed."""

import pytest
from django.test import Client
from django.utils import timezone

from approvals import ids
from approvals.models import Lane, LedgerEntry
from exceptions import cases, incidents
from exceptions.models import Incident
from runs.models import Breaker
from tests.builders import actor_of
from tests.memo import Board
from tests.people import Company
from tests.runs.redriving import failures

pytestmark = pytest.mark.django_db
URL = "/w/northwind/incidents/"


def browser(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def declared(northwind: Company, board: Board) -> Incident:
    case = failures(northwind, board, 2)
    return incidents.declare(
        member=northwind.olu,
        found=[case],
        title="The board is locked",
        actor=actor_of(northwind.olu),
        now=timezone.now(),
    )


def test_who_declares_it_leads_it_and_only_those_who_work_on_cases_may(
    northwind: Company, harbour: Company, board: Board
) -> None:
    case = failures(northwind, board, 1)
    olu = browser(northwind.olu)
    form = {"title": "The board is locked", "cases": [case.public_id]}
    assert browser(northwind.maria).post(f"{URL}declare/", form).status_code == 403
    assert browser(harbour.dana).post(f"{URL}declare/", form).status_code == 404
    assert olu.get(f"{URL}declare/").status_code == 405
    assert olu.post(f"{URL}declare/", form | {"cases": []}).status_code == 422
    assert f'value="{case.public_id}" checked' in olu.get(f"{URL}?case={case.public_id}").text
    shown = olu.post(f"{URL}declare/", form, follow=True).text
    assert "Led by olu" in shown and "Declared. You lead it." in shown
    assert LedgerEntry.objects.get(kind="incident.declared").case == case.id


def test_it_is_contained_from_its_page_by_those_who_hold_the_switches(
    northwind: Company, board: Board
) -> None:
    incident = declared(northwind, board)
    page = f"{URL}{incident.public_id}/"
    olu, ada = browser(northwind.olu), browser(northwind.ada)
    lane = Lane.objects.get(agent=northwind.bot)
    assert "Cut it off" in olu.get(page).text and "Stop the agent" not in olu.get(page).text

    olu.post(f"{page}contain/", {"what": "breaker", "key": "memo.write"})
    assert Breaker.objects.get(tool="memo.write").state == "open"
    agent = {"what": "agent", "key": northwind.bot.id.hex}
    assert olu.post(f"{page}contain/", agent).status_code == 403
    ada.post(f"{page}contain/", agent)
    assert "stood still already" in ada.post(f"{page}contain/", agent, follow=True).text
    ada.post(f"{page}contain/", {"what": "lane", "key": lane.pk})
    assert ada.post(f"{page}contain/", {"what": "lane", "key": lane.pk + 1}).status_code == 404
    northwind.bot.refresh_from_db()
    lane.refresh_from_db()
    assert (northwind.bot.paused_at is not None, lane.stage) == (True, "paused")
    told = ada.get(page).text
    assert "The kill switch was pulled, by ada" in told and "The breaker of a tool opened, by olu" in told


def test_it_moves_once_and_what_is_closed_stays_closed(
    northwind: Company, harbour: Company, board: Board
) -> None:
    incident = declared(northwind, board)
    page, olu = f"{URL}{incident.public_id}/", browser(northwind.olu)
    olu.post(f"{page}move/contained/")
    assert "moved on meanwhile" in olu.post(f"{page}move/contained/", follow=True).text
    olu.post(f"{page}move/closed/")
    olu.post(f"{page}move/declared/")
    incident.refresh_from_db()
    assert (incident.state, incident.closed_at is not None) == ("closed", True)
    assert olu.post(f"{page}move/burnt/").status_code == 404
    assert browser(harbour.dana).get(page).status_code == 404


def test_notices_say_what_is_known_and_the_file_holds_all_of_it(northwind: Company, board: Board) -> None:
    incident = declared(northwind, board)
    page, tess = f"{URL}{incident.public_id}/", browser(northwind.tess)
    assert tess.post(f"{page}tell/", {"summary": "x"}).status_code == 403
    browser(northwind.olu).post(f"{page}tell/", {"summary": "The board <b>does not</b> answer."})
    shown = tess.get(page).text
    assert "The board &lt;b&gt;does not&lt;/b&gt; answer." in shown and "Send nothing twice by hand" in shown
    told = tess.get(f"{page}export/")
    assert (
        told.headers["Content-Disposition"]
        == f'attachment; filename="{ids.show("incident", incident.id)}.json"'
    )
    assert (told.json()["touched"]["writes"], len(told.json()["cases"])) == (2, 1)
    assert sum("incident was declared" in event["what"] for event in told.json()["timeline"]) == 1


def test_a_case_found_later_joins_it_until_it_is_closed(
    northwind: Company, harbour: Company, board: Board
) -> None:
    incident = declared(northwind, board)
    page, olu = f"{URL}{incident.public_id}/", browser(northwind.olu)
    now, actor = timezone.now(), actor_of(northwind.olu)
    other = cases.open_case(
        workspace=northwind.workspace, code="integration.timeout", message="Slow", actor=actor, now=now
    )
    case_page = f"/w/northwind/exceptions/{other.public_id}/"
    assert f"{URL}?case={other.public_id}" in olu.get(case_page).text
    assert f'<option value="{other.public_id}">' in olu.get(page).text
    assert browser(northwind.tess).post(f"{page}add/", {"case": other.public_id}).status_code == 403
    assert browser(harbour.dana).post(f"{page}add/", {"case": other.public_id}).status_code == 404
    shown = olu.post(f"{page}add/", {"case": other.public_id}, follow=True).text
    assert "It is part of the incident from now on." in shown and case_page in shown
    assert "part of it already" in olu.post(f"{page}add/", {"case": other.public_id}, follow=True).text
    assert LedgerEntry.objects.get(kind="incident.widened").case == other.id
    assert "Part of the incident" in olu.get(case_page).text
    olu.post(f"{page}move/closed/")
    third = cases.open_case(
        workspace=northwind.workspace, code="integration.refused", message="No", actor=actor, now=now
    )
    assert "is closed" in olu.post(f"{page}add/", {"case": third.public_id}, follow=True).text
    assert set(incident.cases.all()) >= {other} and third not in incident.cases.all()
