"""One expense through the whole house, nothing stood in for: granian, worker, PostgreSQL, Redis, books, Chromium."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page

from approvals import actors, agents, policies
from approvals.models import Agent
from approvals.sealing import seals
from runs import jobs
from tests import people
from tests.books import GARDENIA, Books
from tests.journeys.browsing import listens
from tests.patience import PATIENCE_SECONDS
from tests.people import Company
from tests.runs.api.served import site
from tests.workers import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.long]
RECEIPT = f"{GARDENIA.upper()}\nINVOICE NO: 7026F713\nDATE: 26/10/2026\nTOTAL PAYABLE RM 54.19\n"
WANTED = {
    "tool": "books.post_expense",
    "subject": "receipt:X1",
    "summary": "Bread",
    "rationale": "The total printed last.",
    "confidence": 0.93,
    "confidence_source": "model",
    "arguments": {
        "vendor": GARDENIA,
        "date": "2026-10-26",
        "currency": "MYR",
        "total": "54.19",
        "document": "7026F713",
    },
    "evidence": [{"kind": "text", "title": "Receipt", "content": RECEIPT}],
}


@pytest.fixture
def chrome(browser: Browser) -> Iterator[Browser]:
    """Whatever is opened in it is closed."""
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.fixture
def house(chrome: Browser, books: Books, board: Any, tmp_path: Path) -> Iterator[tuple[Company, str]]:
    """Northwind with its books, a web process and a worker, all real."""
    company = people.northwind(timezone.now())
    for tool in ("books.post_expense", "books.void_expense"):
        policies.set_policy(
            workspace=company.workspace,
            tool=tool,
            actor=actors.worker("test"),
            now=timezone.now(),
            undo_seconds=1,
        )
    with (
        site(DJANGO_SETTINGS_MODULE="tests.settings") as web,
        WorkerProcess(tmp_path / "worker.log") as worker,
    ):
        yield company, web.url
        worker.process.terminate()
        worker.process.wait(PATIENCE_SECONDS)


def sign_in(chrome: Browser, address: str, name: str) -> Page:
    page = chrome.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", people.PASSWORD)
    page.click("form button")
    page.wait_for_url("**/review/**")
    return page


def until(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What comes true while the clock ticks, as it does beside a running site."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if found := what():
            return found
        jobs.tick()
        time.sleep(0.2)
    raise AssertionError("it did not come true")


def caller(agent: Agent, address: str) -> httpx2.Client:
    secret = agents.issue_token(agent=agent, actor=actors.worker("test"), now=timezone.now())
    return httpx2.Client(
        base_url=f"{address}/api/v1/",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "receipt-X1"},
    )


def test_an_expense_is_proposed_signed_posted_taken_back_and_proved(
    house: tuple[Company, str], chrome: Browser, books: Books, tmp_path: Path
) -> None:
    company, address = house
    waiting = company.workspace.proposals.filter(state="pending", observed_at__isnull=False)
    with caller(company.bot, address) as api:
        told = api.post("proposals", json=WANTED)
        assert told.status_code == 201, told.text
        proposal = told.json()["id"]
        until(waiting.exists)

        maria = sign_in(chrome, address, "maria")
        signs(maria, f"{address}/w/northwind/review/{proposal}/", "54.19")
        until(lambda: api.get(f"proposals/{proposal}").json()["outcome"] == "executed")
        [posted] = books.rows()
        assert (posted["vendor"], str(posted["total"])) == (GARDENIA, "54.19")

        undo = asks_to_undo(maria, f"{address}/w/northwind/review/{proposal}/effect/")
        until(waiting.filter(reverses__isnull=False).exists)
        signs(sign_in(chrome, address, "ken"), undo, "Void")
        until(lambda: api.get(f"proposals/{proposal}").json()["outcome"] == "reversed")
        assert sum(row["total"] for row in books.rows()) == 0
    assert_it_is_on_record(tmp_path / "ledger.jsonl")


def signs(page: Page, address: str, says: str) -> None:
    page.goto(address)
    assert says in page.locator("#main h1").inner_text()
    listens(page)
    page.keyboard.press("a")


def asks_to_undo(page: Page, address: str) -> str:
    page.goto(address)
    page.fill("textarea[name=reason]", "Posted twice by hand")
    page.click("text=Propose to undo")
    page.wait_for_url("**/review/prop_*/")
    return page.url


def assert_it_is_on_record(export: Path) -> None:
    seals.seal_due(now=timezone.now())
    call_command("verify_ledger", export=export)
    told = export.read_text()
    for kind in ("proposal.submitted", "proposal.observed", "decision.recorded", "execution.succeeded"):
        assert f'"{kind}"' in told
    verified = subprocess.run([sys.executable, "-I", export.with_name("verify.py"), export], check=False)
    assert verified.returncode == 0
