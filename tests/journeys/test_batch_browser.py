"""Answering what is alike together, in a real browser: by keyboard, on a phone, without the script."""

import re

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Batch, Decision, Proposal
from tests.approvals.batching import memos, page_of, ready
from tests.approvals.batching import opened as opened_by
from tests.approvals.reviewing import again, url
from tests.journeys.browsing import listens, press
from tests.journeys.soundness import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_by_key(page: Page) -> Batch:
    press(page, "b")
    expect(page.locator("h1")).to_contain_text("alike: Write a memo")
    return Batch.objects.get()


def look_at_those_wanted(page: Page, batch: Batch) -> int:
    """`o` until nothing is left to look at. Returns how often."""
    presses = 0
    while page.locator("#batch-next").count():
        wanted = page.locator("#batch-next").get_attribute("formaction")
        press(page, "o")
        name = re.search(r"prop_\w+", wanted or "")
        assert name is not None
        expect(page.locator(f"#line-{name[0]} .batch-mark")).to_contain_text("looked at")
        expect(page.locator("#batch-inside")).to_contain_text("Please write")
        presses += 1
    return presses


def states(rows: list[Proposal]) -> list[str]:
    return [again(row).state for row in rows]


def test_b_o_a_answers_what_is_alike_and_u_takes_it_all_back(company, opened):
    rows = memos(company, 12)
    page = opened(company.maria, url("proposal", rows[0]))
    batch = open_by_key(page)
    assert look_at_those_wanted(page, batch) == 3
    press(page, "a")
    expect(page.locator("h1")).to_have_text("12 approved")
    expect(page.locator(".undo")).to_contain_text("Approved together: 12")
    assert states(rows) == ["approved"] * 12 and Decision.objects.filter(batch=batch).count() == 12
    press(page, "u")
    expect(page.locator("h1")).to_have_text("12 taken back")
    assert states(rows) == ["pending"] * 12


def test_one_that_drifts_meanwhile_stays_behind(company, opened):
    rows = memos(company, 6)
    page = opened(company.maria, url("proposal", rows[0]))
    batch = open_by_key(page)
    look_at_those_wanted(page, batch)
    Proposal.objects.filter(pk=rows[3].pk).update(digest="f" * 64)
    press(page, "a")
    expect(page.locator("h1")).to_have_text("5 approved")
    expect(page.locator(".batch-rest")).to_contain_text("1 changed while you looked")
    expect(page.locator(".batch-line", has_text="Chair 4")).to_contain_text("Changed while you looked")
    assert states(rows) == ["approved"] * 3 + ["pending"] + ["approved"] * 2


def test_a_before_looking_is_refused_in_words(company, opened):
    rows = memos(company, 5)
    page = opened(company.maria, url("proposal", rows[0]))
    open_by_key(page)
    press(page, "a")
    expect(page.locator(".notice")).to_contain_text("Look at these first")
    assert states(rows) == ["pending"] * 5


def test_lines_are_walked_ticked_and_opened_by_key(company, opened):
    rows = memos(company, 6, amounts={6: "9120.00"})
    page = opened(company.maria, url("proposal", rows[0]))
    open_by_key(page)
    expect(page.locator(".batch-sum")).to_contain_text("6 of 6 ticked · EUR 9,170.15")
    for key in ("k", "j", "j", "j", "j", "j", "Space"):
        press(page, key)
    expect(page.locator(".batch-sum")).to_contain_text("5 of 6 ticked · EUR 50.15")
    expect(page.locator("#batch-approve")).to_contain_text("Approve 5")
    press(page, "Enter")
    expect(page.locator("#batch-inside")).to_contain_text("Please write: Chair 6")
    expect(page.locator(".batch-sum")).to_contain_text("5 of 6 ticked · EUR 50.15")
    press(page, "Escape")
    expect(page.locator("#batch-inside")).to_have_count(0)
    press(page, "Escape")
    expect(page.locator("h1[data-landing]")).to_have_text("Write “Chair 1”")
    assert states(rows) == ["pending"] * 6


def test_r_and_a_digit_reject_those_that_are_ticked(company, opened):
    rows = memos(company, 4)
    page = opened(company.maria, url("proposal", rows[0]))
    batch = open_by_key(page)
    look_at_those_wanted(page, batch)
    page.locator(f"#tick-{rows[3].public_id}").uncheck()
    press(page, "r")
    press(page, "Escape")
    expect(page.locator(".panel")).to_be_hidden()
    press(page, "r")
    press(page, "5")
    expect(page.locator("h1")).to_have_text("3 rejected")
    assert states(rows) == ["rejected"] * 3 + ["pending"]


def test_a_held_key_answers_the_batch_once(company, opened):
    rows = memos(company, 4)
    page = opened(company.maria, url("proposal", rows[0]))
    batch = open_by_key(page)
    look_at_those_wanted(page, batch)
    listens(page)
    for _ in range(10):
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.locator("h1")).to_have_text("4 approved")
    assert Decision.objects.count() == 4


def test_it_works_without_the_script(company, opened):
    rows = memos(company, 4)
    page = opened(company.maria, url("proposal", rows[0]), java_script_enabled=False)
    page.get_by_role("button", name=re.compile("4 alike")).click()
    page.locator(f"#tick-{rows[3].public_id}").uncheck()
    while page.locator("#batch-next").count():
        page.locator("#batch-next").click()
        expect(page.locator("#batch-inside")).to_be_visible()
        expect(page.locator(f"#tick-{rows[3].public_id}")).not_to_be_checked()
    page.locator("#batch-approve").click()
    expect(page.locator("h1")).to_have_text("3 approved")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("h1")).to_have_text("3 taken back")


def test_enter_without_the_script_answers_nothing(company, opened):
    rows = memos(company, 4)
    page = opened(company.maria, url("proposal", rows[0]), java_script_enabled=False)
    page.get_by_role("button", name=re.compile("4 alike")).click()
    page.locator(f"#tick-{rows[0].public_id}").press("Enter")
    assert states(rows) == ["pending"] * 4 and Batch.objects.get().decided_at is None


def test_both_pages_are_sound(company, opened):
    rows = memos(company, 8, amounts={8: "9120.00"})
    batch = opened_by(company.maria, rows[0])
    page = opened(company.maria, page_of(batch), "phone")
    found = faults(page)
    page.locator(f"#open-{rows[7].public_id}").click()
    expect(page.locator("#batch-inside")).to_be_visible()
    found += faults(page)
    assert ready(company.maria, rows[0]) == batch
    page.locator("#batch-approve").click()
    expect(page.locator("h1")).to_have_text("8 approved")
    assert found + faults(page) == []
