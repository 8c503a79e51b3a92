"""Undo at the last second, in a real browser: it is taken back, or the page says that it is on its way."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.models import Proposal
from runs import drain
from runs.models import Execution
from tests.approvals.reviewing import again, kinds, url
from tests.builders import a_proposal
from tests.journeys.browsing import press, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# So many milliseconds before the window closes, and there it stays: no test has to be quick.
STOP_THE_CLOCK = """(left) => {
    const stands = Date.parse(document.querySelector(".undo").dataset.until) - left;
    Date.now = () => stands;
}"""


def approved(company, opened) -> tuple[Page, Proposal]:
    proposal = a_proposal(company.bot)
    page = opened(company.maria, url("proposal", proposal))
    press(page, "a")
    expect(page.locator(".undo")).to_contain_text("Runs in")
    until(page, lambda: again(proposal).state == "approved")
    return page, proposal


def close_the_window(proposal: Proposal) -> None:
    """Its end has come for the server; workers have not begun yet."""
    closed = timezone.now() - timedelta(seconds=1)
    Proposal.objects.filter(pk=proposal.pk).update(release_at=closed)
    Execution.objects.update(due_at=closed)


def write_what_is_due() -> list[str]:
    drain.drain(linger=0, longest=0)
    return list(Execution.objects.values_list("state", flat=True))


def test_with_one_second_left_it_is_taken_back_and_nothing_is_written(company, opened, board):
    page, proposal = approved(company, opened)
    page.evaluate(STOP_THE_CLOCK, 700)
    expect(page.locator("[data-countdown-seconds]")).to_have_text("1")
    press(page, "u")
    expect(page.locator(".notice")).to_contain_text("Asked again, round 2")
    assert again(proposal).state == "pending"
    Execution.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert write_what_is_due() == ["cancelled"] and board.calls == []


def test_a_key_that_comes_a_moment_too_late_is_told_so_and_it_is_written_once(company, opened, board):
    page, proposal = approved(company, opened)
    page.evaluate(STOP_THE_CLOCK, 700)
    expect(page.locator("[data-countdown-seconds]")).to_have_text("1")
    close_the_window(proposal)
    press(page, "u")
    expect(page.locator(".notice", has_text="Too late to undo")).to_be_visible()
    assert again(proposal).state == "approved" and "decision.undone" not in kinds(proposal)
    assert write_what_is_due() == ["succeeded"] and len(board.calls) == 1


def test_when_the_last_second_is_over_there_is_nothing_to_press(company, opened):
    page, proposal = approved(company, opened)
    close_the_window(proposal)
    page.evaluate(STOP_THE_CLOCK, -1)
    expect(page.locator("#undo button")).to_have_count(0)
    press(page, "u")
    assert again(proposal).state == "approved"
