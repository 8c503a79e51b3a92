"""Every failure has an owner: tickets fail for four reasons, each becomes a case of the right team, whose people are
told and called again; Olu takes hers, the desk is repaired, and what failed is sent again and seen where it belongs.
"""

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from approvals.models import LedgerEntry
from exceptions.models import Call, Case
from runs import sweep
from runs.models import Redrive
from tests.approvals.test_messy_day import verified
from tests.desk import Desk
from tests.exceptions import plans
from tests.journeys.browsing import Opener, press
from tests.journeys.failing import CAUSES, Refusing, closed_periods_go_to, proven, staffed, tickets_fail
from tests.journeys.test_registry_browser import choose
from tests.people import Company
from tests.runs.notices.calling_at import KEY, send_at
from tests.runs.notices.mailbox import Mailbox
from tests.runs.redriving import turn

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANY = int(os.environ.get("FAILING_WRITES", "40"))
OF_HOLD = sum(CAUSES[number % len(CAUSES)] == "hold" for number in range(100, 100 + MANY))
HOLD, PERIOD = "posting.refused", "posting.period_closed"
TWIN, NOBODY = "proposal.duplicate", "integration.refused"
OWNERS = {HOLD: "Finance ops", PERIOD: "Controllers", TWIN: "Finance ops", NOBODY: "Platform"}
CALLED = {HOLD: ["olu", "ada"], PERIOD: ["ada", "olu"], TWIN: ["olu", "maria"], NOBODY: ["ken", "olu"]}


@pytest.fixture
def receiver(httpserver: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Another company's program, which takes signed webhooks."""
    monkeypatch.setenv("SECRET_NORTHWIND__KEY", KEY)
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    return httpserver


def the_case(code: str) -> Case:
    return Case.objects.select_related("owner").get(failure_class__code=code)


def called(case: Case) -> list[str]:
    """By the steps of its plan, in order."""
    calls = Call.objects.filter(case=case, kind="in_app", why="escalated").order_by("id")
    return list(calls.values_list("user__username", flat=True))


def ignored(post: Mailbox, receiver: Any) -> None:
    """Nobody does anything: after a quarter of an hour the owners are called, half an hour later those behind them."""
    begun = timezone.now()
    for minutes in (16, 50):
        later = begun + timedelta(minutes=minutes)
        plans.sweep(later)
        send_at(later)
    assert {code: called(the_case(code)) for code in OWNERS} == CALLED
    assert not Call.objects.exclude(state="delivered").exists()
    letters = Counter(letter["To"].addresses[0].username for letter in post.letters)
    assert letters == {"olu": 2, "ada": 2, "ken": 1, "maria": 1}, "one letter about two cases"
    assert any(the_case(HOLD).public_id in text for text in post.texts)
    announced = [proven(request) for request, _ in receiver.log]
    assert {event["class"]: event["team"] for event in announced} == OWNERS
    assert sum(event["open"] for event in announced) == MANY


def open_the_case(page: Page, words: str) -> None:
    """Down the queue to the one that says so."""
    for _ in range(len(OWNERS)):
        press(page, "j")
        if words in page.evaluate("document.activeElement.textContent"):
            break
    press(page, "Enter")
    expect(page.locator("h1[data-landing]")).to_contain_text(words)


def figure(page: Page, label: str) -> Locator:
    named = page.locator("#redrive .figures div").filter(has=page.get_by_text(label, exact=True))
    return named.locator("dd")


def confirm(page: Page, redrive: Redrive, company: Company, opened: Opener) -> Page:
    """So many that it takes two are confirmed by Ada."""
    if redrive.wants_second:
        page = opened(company.ada, "/w/" + page.url.partition("/w/")[2])
    choose(page, "What has changed", "Finance took the customers off hold")
    press(page, "Enter")
    expect(page.locator("#main h1")).to_have_text("The first are sent")
    return page


def sent_in_stages(page: Page, redrive: Redrive) -> list[int]:
    """How many had been sent at each look; what the first came to is read on the page while the rest waits."""
    sent: list[int] = []
    while redrive.state != "done":
        counts = turn(redrive)
        sent.append(OF_HOLD - counts.get("waiting", 0))
        if sent[-1] == 11 and counts.get("verified") == 1:
            expect(figure(page, "Verified")).to_have_text("1")
            expect(figure(page, "Accepted")).to_have_text("11")
        assert len(sent) < 30
    return list(dict.fromkeys(sent))


def test_forty_failures_find_their_owners_and_those_of_one_cause_are_sent_again(
    northwind: Company, desk: Desk, post: Mailbox, receiver: Any, opened: Opener, capsys: Any
) -> None:
    refusing = Refusing(desk)
    staffed(northwind, receiver)
    rule = closed_periods_go_to(northwind, "Controllers")
    tickets_fail(northwind, desk, MANY)

    assert {row.failure_class.code: row.owner.name for row in Case.objects.all()} == OWNERS
    assert the_case(PERIOD).owner_source == f"rule:{rule.pk}@1"
    assert (the_case(HOLD).open_count, desk.taken) == (OF_HOLD, [])
    ignored(post, receiver)

    page = opened(northwind.olu, "/w/northwind/exceptions/")
    open_the_case(page, "is on hold")
    press(page, "t")
    expect(page.get_by_role("button", name="Keep it longer")).to_be_visible()
    assert the_case(HOLD).assignee == northwind.olu.user
    refusing.repaired.add("hold")
    press(page, "g")
    expect(page.locator("#main h1")).to_have_text("Send again")
    sweep.once(now=timezone.now())
    expect(figure(page, "Will be sent")).to_have_text(str(OF_HOLD))
    redrive = Redrive.objects.get()
    page = confirm(page, redrive, northwind, opened)

    assert sent_in_stages(page, redrive) == [1, 11, OF_HOLD]

    expect(figure(page, "Verified")).to_have_text(str(len(desk.tickets)))
    keys = redrive.lines.values_list("execution__write_key", flat=True)
    assert Counter(desk.taken) == dict.fromkeys(keys, 1) and len(keys) == OF_HOLD
    assert (the_case(HOLD).state, the_case(PERIOD).state) == ("resolved", "open")
    assert LedgerEntry.objects.filter(kind="redrive.finished", case=the_case(HOLD).pk).count() == 1
    verified(northwind, capsys)
