"""Whose turn it is: no workspace and no tool stands behind another's backlog, and no claim grows with it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from approvals import switches, tools
from approvals.actors import worker
from runs import drain, execution
from runs.execution import Turn, claiming
from runs.models import Execution
from tests import builders, memo
from tests.people import Company

pytestmark = pytest.mark.django_db
TICK = worker("tick")


class OtherMemo(memo.WriteMemo):
    name = "other.write"


@pytest.fixture
def other_tool(northwind: Company) -> str:
    tools.register(OtherMemo())
    type(northwind.bot).objects.filter(pk=northwind.bot.pk).update(tools=["memo.write", OtherMemo.name])
    northwind.bot.refresh_from_db()
    return OtherMemo.name


def approved(company: Company, many: int, **changes: Any) -> None:
    signer = company.people.get("maria") or company.dana
    for _ in range(many):
        builders.an_approved(company.bot, signer, **changes)


def claim(limit: int, turn: Turn | None = None) -> list[str]:
    rows = execution.claim(worker=7, limit=limit, now=timezone.now(), turn=turn)
    return [f"{row.workspace.slug}/{row.tool}" for row in rows]


def test_a_backlog_of_one_workspace_does_not_stand_before_another(
    northwind: Company, harbour: Company
) -> None:
    approved(northwind, 12)
    approved(harbour, 2)
    assert sorted(claim(4)) == ["harbour/memo.write"] * 2 + ["northwind/memo.write"] * 2


def test_a_backlog_of_one_tool_does_not_stand_before_another(northwind: Company, other_tool: str) -> None:
    approved(northwind, 12)
    approved(northwind, 1, tool=other_tool)
    assert sorted(claim(4)) == ["northwind/memo.write"] * 2 + ["northwind/other.write"]


def test_what_one_leaves_is_given_to_the_next(northwind: Company, harbour: Company) -> None:
    approved(northwind, 6)
    approved(harbour, 1)
    turn = Turn()
    assert len(claim(4, turn)) == 3
    assert not turn.dry
    while rows := claim(4, turn):
        assert set(rows) == {"northwind/memo.write"}
    assert turn.dry
    assert not Execution.objects.filter(claimed_by=None).exists()


def test_of_many_tools_a_claim_looks_at_a_few_and_goes_on_where_it_stopped(
    northwind: Company, harbour: Company, other_tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "PAIRS", 2)
    approved(northwind, 1)
    approved(northwind, 1, tool=other_tool)
    approved(harbour, 1)
    turn = Turn()
    assert sorted(claim(8, turn)) == ["northwind/memo.write", "northwind/other.write"]
    assert claim(8, turn) == ["harbour/memo.write"]
    assert not turn.dry
    assert claim(8, turn) == claim(8, turn) == []
    assert turn.dry


def test_a_drain_goes_all_the_way_round(
    northwind: Company, harbour: Company, other_tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "PAIRS", 1)
    approved(northwind, 2)
    approved(northwind, 2, tool=other_tool)
    approved(harbour, 2)
    switches.pull(of=northwind.workspace, actor=TICK, now=timezone.now())
    assert drain.drain(linger=0) == 2


def test_a_tool_is_given_no_more_than_its_room(northwind: Company, other_tool: str) -> None:
    approved(northwind, 6)
    approved(northwind, 6, tool=other_tool)
    turn = Turn(room={other_tool: 1})
    assert sorted(claim(8, turn)) == ["northwind/memo.write"] * 4 + ["northwind/other.write"]
    turn.room = {"memo.write": 0, other_tool: 0}
    assert claim(8, turn) == []
    assert not turn.dry  # there is something, and no room for it


def test_a_paused_tool_costs_the_others_nothing(northwind: Company, other_tool: str) -> None:
    approved(northwind, 4)
    approved(northwind, 4, tool=other_tool)
    of = switches.OfTool(northwind.workspace, "memo.write")
    switches.pull(of=of, actor=TICK, now=timezone.now())
    assert claim(4) == ["northwind/other.write"] * 4


def test_of_one_tool_the_oldest_come_first(northwind: Company) -> None:
    approved(northwind, 3)
    oldest = Execution.objects.order_by("due_at").first()
    newest = Execution.objects.order_by("due_at").last()
    assert oldest is not None and newest is not None
    [row] = execution.claim(worker=7, limit=1, now=timezone.now())
    assert row == oldest
    Execution.objects.filter(pk=newest.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert len(execution.claim(worker=7, limit=3, now=timezone.now())) == 1


def test_a_claim_walks_down_indexes_only(northwind: Company) -> None:
    """However many executions there were and are: no scan of the table, no sort of what waits."""
    approved(northwind, 5)
    told = {
        "worker": 7, "limit": 4, "now": timezone.now(), "until": timezone.now(), "pairs": 64, "tool": "",
        "workspace": 0, "most": 100, "bounded": [], "rooms": [],
    }  # fmt: skip
    with connection.cursor() as cursor:
        # of five rows every plan is cheap: what is asked is whether one without scan and sort is there to be chosen
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN (FORMAT JSON) " + claiming._CLAIM, told)
        plan = json.dumps(cursor.fetchone()[0])
    assert plan.count('"due_in_turn"') == 3
    assert '"targets_in_order"' in plan
