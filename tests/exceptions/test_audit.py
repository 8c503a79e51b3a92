"""The auditor proves each minute that nothing is late, says so outside, and finds what would reach nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exceptions import audit
from exceptions.models import Case, EscalationAudit
from runs import heartbeat
from tests.desk import Desk
from tests.exceptions.conftest import WORKER, open_case
from tests.exceptions.plans import FRIDAY, plan, step, team
from tests.people import Company

MINUTE = timedelta(minutes=1)


def look(at: object, *, beats: bool = False) -> int:
    return audit.look(now=at, actor=WORKER, beats=beats)


def test_it_looks_once_a_minute_and_says_how_much_is_late(northwind: Company) -> None:
    case = open_case(northwind.workspace, now=FRIDAY)
    due = case.next_escalation_at

    assert look(due + MINUTE) == 0
    assert look(due + 5 * MINUTE) == 1
    assert look(due + 5 * MINUTE + timedelta(seconds=30)) == 0
    look(due + 6 * MINUTE)

    told = EscalationAudit.objects.order_by("at").values_list("overdue", "late_seconds", "heartbeat")
    assert list(told) == [(0, 60.0, "none"), (1, 300.0, "withheld"), (1, 360.0, "withheld")]
    (found,) = Case.objects.filter(failure_class__code="escalation.overdue")  # one, however often it looks
    assert (found.total_count, found.owner.name) == (1, "Platform")


def test_each_night_it_finds_plans_that_end_with_nobody_and_says_so_once(northwind: Company) -> None:
    team(northwind, "Controllers")
    for day in range(3):
        look(FRIDAY + timedelta(days=day))

    (found,) = Case.objects.filter(failure_class__code="escalation.unreachable")
    assert found.title.lower() == "escalation reaches nobody: controllers"
    assert (found.total_count, "ledger.broken" in found.occurrences.get().facts["classes"]) == (1, True)

    plan(northwind, step("owner"), step(f"person:{northwind.olu.user_id}"))  # a person may be gone tomorrow
    look(FRIDAY + timedelta(days=3))
    assert Case.objects.filter(failure_class__code="escalation.unreachable").count() == 4  # three plans


def test_the_heartbeat_is_heard_outside_once_a_minute_and_stays_away_when_something_is_late(
    northwind: Company, desk: Desk, settings: object
) -> None:
    settings.HEARTBEAT_URL = f"{desk.url}/limits/beat"
    desk.limits["beat"] = {"version": 1}
    look(FRIDAY, beats=True)
    assert (heartbeat.send_due(), heartbeat.send_due()) == (True, False)
    assert desk.asked == ["GET /limits/beat"]

    settings.HEARTBEAT_URL = f"{desk.url}/limits/elsewhere"
    look(FRIDAY + MINUTE, beats=True)
    assert heartbeat.send_due() is False

    case = open_case(northwind.workspace, now=FRIDAY)
    look(case.next_escalation_at + 5 * MINUTE, beats=True)
    assert heartbeat.send_due() is False
    beats = EscalationAudit.objects.order_by("at").values_list("heartbeat", flat=True)
    assert list(beats) == ["sent", "failed", "withheld"]


@pytest.mark.parametrize("silent", [True, False])
def test_the_page_tells_members_what_was_found(northwind: Company, client: Client, silent: bool) -> None:
    team(northwind, "Controllers")
    open_case(northwind.workspace)
    if not silent:
        look(timezone.now())
    client.force_login(northwind.tess.user)

    page = client.get(reverse("escalation", args=["northwind"])).content.decode()

    assert ("The auditor is silent" in page) == silent
    assert "Nobody is reached at the end: Controllers." in page
    assert client.post(reverse("escalation", args=["northwind"])).status_code == 405


def test_a_stranger_does_not_see_it(northwind: Company, harbour: Company, client: Client) -> None:
    client.force_login(harbour.dana.user)
    assert client.get(reverse("escalation", args=["northwind"])).status_code == 404
