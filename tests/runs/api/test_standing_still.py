"""Agents are told what holds a proposal back: switches, breakers and limits, each in its own words."""

from decimal import Decimal

import pytest
from django.utils import timezone

from approvals import actors, limits, switches
from runs import breakers, drain
from tests.builders import a_proposal, an_approved

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")


def told(bot, row):
    return bot.get(f"/proposals/{row.public_id}").json()


def test_a_pulled_switch_is_told_with_its_moment(northwind, bot):
    proposal = a_proposal(northwind.bot)
    now = timezone.now()
    switches.pull(of=northwind.bot, actor=TEST, now=now)
    [stop] = told(bot, proposal)["stopped"]
    assert (stop["what"], stop["reason"]) == ("agent", "bot is stopped.")
    assert stop["since"] == now.isoformat().replace("+00:00", "Z")


def test_an_open_breaker_is_told_and_a_strange_tool_is_not(northwind, bot):
    proposal = an_approved(northwind.bot, northwind.maria)
    for tool in ("memo.write", "books.post_expense"):
        breakers.open_by_hand(
            workspace=northwind.workspace, tool=tool, by="olu", actor=TEST, now=timezone.now()
        )
    stops = told(bot, proposal)["stopped"]
    assert [(stop["what"], stop["reason"]) for stop in stops] == [("breaker", "Write a memo is cut off.")]


def test_an_execution_says_which_limit_it_waits_for(northwind, board, bot):
    terms = limits.Terms("tool", "writes", "hour", Decimal(1), key="memo.write", burst=1)
    limits.set_limit(workspace=northwind.workspace, terms=terms, by=None, actor=TEST, now=timezone.now())
    first, second = (an_approved(northwind.bot, northwind.maria) for _ in range(2))
    drain.drain(linger=0, longest=0)
    assert told(bot, first)["waits"] == ""
    waits = told(bot, second)["waits"]
    assert waits.startswith("Waits for the limit of 1 write an hour for Write a memo until ")
    assert told(bot, second)["stopped"] == []
