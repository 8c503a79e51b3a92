"""Runs are found by moment, span, workflow, agent and version, state, record, person and id; nobody else's ever are."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from runs import drain
from runs.models import Execution
from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal, approve, now
from tests.runs.running.telling import a_move, a_run, end, seconds, tell

pytestmark = pytest.mark.django_db(transaction=True)


def found(client, **query):
    answer = client.get(reverse("runs", args=["northwind"], query=query))
    assert answer.status_code == 200
    return [row.id for row in answer.context["rows"]], answer.content.decode()


@pytest.fixture
def client(northwind):
    return signed_in(northwind.tess)


def test_what_did_the_agent_do_yesterday_at_three(northwind, harbour, client):
    """Asked as a person types it: the runs under way, and each act with a way to it."""
    timezone.activate(northwind.workspace.timezone)
    three = timezone.localtime(now()).replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=1)
    long = a_run(northwind.bot, at=three - timedelta(hours=5), period="2026-11")
    tell(long, a_move("read", at=three + seconds(61), item="receipt 7", model="small", kind="model"))
    row = a_proposal(northwind.bot, run=long.id, at=three + seconds(70), title="Memo of three")
    approve(row, northwind.maria, at=three + seconds(200))
    end(long, at=three + timedelta(hours=1))
    end(a_run(northwind.bot, at=three - timedelta(hours=9)), at=three - timedelta(hours=8))
    theirs = a_run(harbour.bot, at=three)
    a_proposal(harbour.bot, run=theirs.id, at=three, title="Of Harbour")
    for text in ("yesterday 15:00", "3 pm yesterday"):
        rows, page = found(client, q=text)
        assert rows == [long.public_id]
        for words in (
            "bot proposed it",
            "Memo of three",
            "maria signed",
            "bot: read, small",
            "receipt 7",
            "under way",
        ):
            assert words in page, words
        assert "Harbour" not in page
    assert found(client, at="yesterday 15:00", person="maria")[0] == [long.public_id]
    assert "bot proposed it" not in found(client, at="yesterday 15:00", person="maria")[1]
    assert found(client, at="yesterday 15:00", person="ken")[0] == []
    assert (
        found(client, q="yesterday 5:00")[0] == []
        and "Nothing is on record" in found(client, q="yesterday 5:00")[1]
    )


def test_each_condition_finds_its_runs(northwind, client):
    at = now() - timedelta(days=3)
    first = a_run(northwind.bot, at=at, period="2026-10")
    row = a_proposal(northwind.bot, run=first.id, at=at, subject="memo:M-77")
    approve(row, northwind.maria, at=at)
    end(first, "failed", at=at + seconds(5))
    drain.drain(linger=0)
    receipt = Execution.objects.get().receipt["reference"]
    northwind.bot.version = "2.0"
    second = a_run(northwind.bot, workflow="ticket-triage")
    assert found(client)[0] == [second.public_id, first.public_id]
    for query in (
        {"q": "M-77"}, {"q": "memo:M-77"}, {"record": receipt}, {"q": "maria"}, {"person": "maria"}, {"q": "2026-10"},
        {"q": first.public_id}, {"q": row.public_id}, {"state": "failed"}, {"version": "1.0"}, {"until": "yesterday"},
        {"workflow": "expense-posting", "agent": "bot", "period": "2026-10"}, {"q": "expense-posting"},
    ):  # fmt: skip
        assert found(client, **query)[0] == [first.public_id], query
    for query in (
        {"q": "ticket-triage"},
        {"since": "today"},
        {"agent": "bot", "version": "2.0"},
        {"state": "running"},
    ):
        assert found(client, **query)[0] == [second.public_id], query
    for query in (
        {"q": "receipt:M-77"},
        {"agent": "nobody"},
        {"state": "x"},
        {"since": "soon"},
        {"q": "a\x00'%"},
    ):
        assert found(client, **query)[0] == [], query
