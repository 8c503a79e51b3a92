"""Waiting: answered at once when something happens, by hundreds, at the price of nothing."""

import asyncio
import copy
import time

import httpx2
import pytest
from django.db import connection, connections

from approvals import ids
from approvals.models import Proposal
from runs import waiting
from tests.builders import a_proposal, approve
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS
from tests.runs.api.conftest import problem
from tests.runs.api.served import Site, site

CROWD = 500
FEW = 40  # threads


def test_without_patience_the_answer_comes_at_once(bot):
    made = bot.propose().json()
    assert bot.get(f"/proposals/{made['id']}").json() == made


def test_what_is_settled_is_not_waited_for(bot, northwind):
    row = approve(a_proposal(bot.agent), northwind.maria, verdict="reject", reason_code="other")
    began = time.monotonic()
    told = bot.get(f"/proposals/{row.public_id}", QUERY_STRING="wait=60").json()
    assert told["outcome"] == "rejected" and time.monotonic() - began < 30


def test_nobody_waits_longer_than_a_minute(bot):
    made = bot.propose().json()["id"]
    for wait in ["61", "-1", "x", "1.5"]:
        problem(bot.get(f"/proposals/{made}", QUERY_STRING=f"wait={wait}"), 422)


@pytest.mark.django_db(transaction=True)
def test_a_wait_ends_when_its_time_has_passed(bot):
    made = bot.propose().json()
    began = time.monotonic()
    told = bot.get(f"/proposals/{made['id']}", QUERY_STRING="wait=1").json()
    assert told == made and 0.9 < time.monotonic() - began < SOON_SECONDS


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_was_lost_costs_a_moment(bot, northwind, monkeypatch):
    monkeypatch.setattr(waiting, "LOOK_AGAIN_SECONDS", 0.3)
    row = a_proposal(bot.agent)

    async def story() -> bool:
        waiter = asyncio.create_task(waiting.until_settled(row.id, PATIENCE_SECONDS))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(quietly, "rejected", row)
        return await waiter

    began = time.monotonic()
    assert asyncio.run(story()) is True
    assert time.monotonic() - began < SOON_SECONDS


def quietly(state: str, row: Proposal) -> None:
    """Settle a row without ringing any bell."""
    Proposal.objects.filter(pk=row.pk).update(state=state, settled_at=row.created_at)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_lost_listener_listens_again(bot, northwind, monkeypatch):
    monkeypatch.setattr(waiting, "LOOK_AGAIN_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(waiting, "RECONNECT_SECONDS", 0.1)
    row = a_proposal(bot.agent)

    async def story() -> float:
        waiter = asyncio.create_task(waiting.until_settled(row.id, PATIENCE_SECONDS))
        until = time.monotonic() + PATIENCE_SECONDS
        while not await asyncio.to_thread(hang_up):
            assert time.monotonic() < until, "nobody listens"
        await asyncio.sleep(0.7)
        began = time.monotonic()
        await asyncio.to_thread(say_no, row, northwind)
        assert await waiter
        return time.monotonic() - began

    assert asyncio.run(story()) < SOON_SECONDS


def hang_up() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                       " WHERE query LIKE 'LISTEN%%' AND datname = current_database()")  # fmt: skip
        ended = cursor.fetchone()[0]
    connection.close()
    return ended


def say_no(row: Proposal, northwind) -> None:
    approve(row, northwind.maria, verdict="reject", reason_code="other")
    connections.close_all()


def a_crowd(row: Proposal, size: int) -> list[Proposal]:
    """Rows like this one, each with an identity of its own."""
    rows = []
    for number in range(size):
        twin = copy.copy(row)
        twin.id, twin.idempotency_key, twin.subject = ids.new(), f"crowd-{number}", f"crowd:{number}"
        rows.append(twin)
    return Proposal.objects.bulk_create(rows)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_five_hundred_wait_without_a_thread_each_and_pages_stay_quick(bot, northwind):
    rows = a_crowd(a_proposal(bot.agent), CROWD)

    async def wait_for(client: httpx2.AsyncClient, row: Proposal) -> dict:
        answer = await client.get(f"/api/v1/proposals/{row.public_id}?wait=60")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def story(served: Site) -> None:
        limits = httpx2.Limits(max_connections=None)
        headers = {"Authorization": f"Bearer {bot.secret}"}
        async with httpx2.AsyncClient(
            base_url=served.url, limits=limits, headers=headers, timeout=PATIENCE_SECONDS
        ) as client:
            waiters = [asyncio.create_task(wait_for(client, row)) for row in rows]
            await calm(served)
            assert not [waiter for waiter in waiters if waiter.done()]
            await asyncio.wait_for(some_pages(client), PATIENCE_SECONDS)
            told_at_once = 0
            for row, waiter in list(zip(rows, waiters, strict=True))[:: CROWD // 3 + 1]:
                await asyncio.to_thread(say_no, row, northwind)
                told = await asyncio.wait_for(waiter, 30)  # of the minute that it would wait
                assert told["outcome"] == "rejected"
                told_at_once += 1
            assert sum(waiter.done() for waiter in waiters) == told_at_once == 3
            for waiter in waiters:
                waiter.cancel()
            await asyncio.gather(*waiters, return_exceptions=True)

    with site() as served:
        asyncio.run(story(served))
        assert httpx2.get(f"{served.url}/up").status_code == 200


async def calm(served: Site) -> None:
    """Until everybody has been let in and waits: the threads of their arrival are gone."""
    await asyncio.sleep(3)
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while served.threads > FEW:
        assert time.monotonic() < give_up_at, f"{served.threads} threads for {CROWD} who wait"
        await asyncio.sleep(0.2)


async def some_pages(client: httpx2.AsyncClient) -> None:
    for _ in range(9):
        assert (await client.get("/up")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_served_site_speaks_in_problems_too(bot):
    """What only a real server can send: bodies in chunks, and no length to believe."""
    headers = {
        "Authorization": f"Bearer {bot.secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
    }

    def in_chunks(size: int):
        for _ in range(size // 50_000):
            yield b" " * 50_000

    with (
        site() as served,
        httpx2.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=PATIENCE_SECONDS) as client,
    ):
        problem(Answer(client.post("/proposals", content=in_chunks(10_000_000))), 413, "body-too-large")
        problem(Answer(client.post("/proposals", content=b" " * 10_000_000)), 413, "body-too-large")
        problem(Answer(client.post("/proposals", content=in_chunks(100_000))), 400, "malformed-json")
        problem(Answer(client.get(f"/proposals/{ids.show('proposal', ids.new())}?wait=5")), 404, "not-found")
        problem(Answer(client.put("/proposals/prop_x")), 405, "method-not-allowed")
        client.headers["Authorization"] = "Bearer csk_0_0"
        problem(Answer(client.get("/proposals/prop_x?wait=5")), 401, "unauthorised")
        problem(Answer(client.post("/proposals", content=in_chunks(100_000))), 401, "unauthorised")


class Answer:
    """An answer of the client library, under the names of Django's test client."""

    def __init__(self, answer: httpx2.Response):
        self.status_code, self.content, self.headers, self.json = (
            answer.status_code, answer.content, answer.headers, answer.json,
        )  # fmt: skip
