"""No agent, run, lane or limit ever hears of a drill."""

import pytest
from django.test import Client

from approvals import agents, gathering, tools
from approvals.models import Proposal
from approvals.showing import record
from runs import recorder
from runs.models import Run
from runs.running import figures, proposed
from tests.approvals.drilling import WORKER, a_drill, a_history, a_receipt
from tests.builders import approve, now


@pytest.fixture
def drill(northwind):
    run = recorder.start(agent=northwind.bot, workflow="receipts", actor=WORKER, now=now())
    for row in a_history(northwind):
        Proposal.objects.filter(pk=row.pk).update(run=run.id)
    return a_drill(northwind)


@pytest.fixture
def ask(northwind):
    token = agents.issue_token(agent=northwind.bot, actor=WORKER, now=now())
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return lambda method, path: getattr(client, method)(f"/api/v1/proposals{path}", **(
        {"content_type": "application/json", "data": "{}"} if method == "post" else {}
    ))  # fmt: skip


@pytest.mark.parametrize("answered", [False, True])
def test_its_agent_cannot_read_list_or_withdraw_it(drill, northwind, ask, answered):
    if answered:
        approve(drill, northwind.maria)
    assert ask("get", f"/{drill.public_id}").status_code == 404
    assert ask("get", f"/{drill.public_id}?wait=1").status_code == 404
    assert ask("post", f"/{drill.public_id}/withdrawal").status_code == 404
    assert drill.public_id not in ask("get", "?limit=200").content.decode()
    drill.refresh_from_db()
    assert drill.state == ("approved" if answered else "pending")


def test_runs_do_not_count_it(drill):
    run = Run.objects.get()
    assert drill.run == run.id
    assert drill not in proposed.of(run)[0]
    assert figures.of(run).proposals == 6


def test_a_lanes_record_does_not_count_it(drill, northwind):
    fresh = a_receipt(northwind, 80)
    before = record.of(fresh)
    approve(drill, northwind.maria)
    after = record.of(fresh)
    assert (before.right, before.n) == (after.right, after.n)


def test_repeats_rates_and_spend_do_not_count_it(drill, northwind):
    approve(drill, northwind.maria)
    tool = tools.get(drill.tool)
    around = gathering.setting(agent=northwind.bot, tool=tool, now=now())
    around.policy.rate_per_hour, around.policy.spend_per_day = 100, 1000
    read = gathering.reading.read(tool, drill.arguments)
    asked = gathering.Asked(tool, read, drill.subject, drill.confidence, ())
    seen = gathering.gather(around=around, asked=asked, now=now())
    assert drill.public_id not in (*seen.same_event, *seen.alike)
    assert seen.recent_count == 0 and seen.spent_today == 0
