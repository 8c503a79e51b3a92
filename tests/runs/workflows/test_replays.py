"""A replay reads a run again with the code of today: what differs is shown, nothing is proposed, however often."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from approvals.models import LedgerEntry, Proposal
from runs import drain
from runs.models import Execution, ReplayLine, Run, RunReplay, Step
from runs.replaying import asking, carrying, comparing
from tests.approvals.reviewing import signed_in
from tests.builders import actor_of, now
from tests.openai_server import OpenAIServer, completion
from tests.people import Company
from tests.runs.running.telling import a_run, end
from tests.runs.workflows.test_walk import RECEIPT, agent, answer, model, walked  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(agent: Any) -> Run:  # noqa: F811
    other = RECEIPT.replace("7026F713", "7026F714").replace("54.19", "60.00").replace("43.54", "49.35")
    return walked(agent, {"id": "A1", "text": RECEIPT}, {"id": "A2", "text": other}, "junk")[0]


def replayed(run: Run, company: Company, **scope: str) -> RunReplay:
    made = asking.ask(run=run, member=company.maria, actor=actor_of(company.maria), now=now(), **scope)
    drain.drain(linger=0)
    made.refresh_from_db()
    assert made.state == "done"
    return made


def standing() -> tuple[int, ...]:
    return tuple(kind.objects.count() for kind in (Proposal, Execution, Step, Run))


def test_read_again_by_the_same_rules_it_is_the_same_and_nothing_else_happened(
    run: Run, northwind: Company
) -> None:
    before = standing()
    for _ in range(2):
        made = replayed(run, northwind)
        assert carrying.counted(made.pk) == {"same": 2, "differs": 0, "unable": 1}
    made = replayed(run, northwind, item="A1", step="extract")
    assert carrying.counted(made.pk) == {"same": 1, "differs": 0, "unable": 0}
    made = replayed(run, northwind, item="A1", step="repeats")
    assert carrying.counted(made.pk) == {"same": 0, "differs": 0, "unable": 1}
    assert standing() == before
    assert asking.forget(now=now()) == 0
    assert asking.forget(now=now() + timedelta(days=31)) == 4 and ReplayLine.objects.count() == 0
    kinds = LedgerEntry.objects.filter(run=run.pk, kind__startswith="replay.").values_list("kind", flat=True)
    assert sorted(kinds) == ["replay.asked"] * 4 + ["replay.done"] * 4


def test_another_reading_is_shown_value_by_value(run: Run, northwind: Company, model: OpenAIServer) -> None:  # noqa: F811
    model.plays(completion(answer(total=("10.65", "10.65"))))
    client, address = signed_in(northwind.maria), reverse("run-replay", args=["northwind", run.public_id])
    page = client.post(address, {"item": "A1"}, follow=True)
    assert "Waits for a worker" in page.content.decode()
    drain.drain(linger=0)
    line = ReplayLine.objects.get()
    assert {"step": "propose", "field": "total", "then": "54.19", "now": "10.65"} in line.changes
    assert (line.by_then, line.outcome) == ("rules", "differs") and "extract_expense" in line.by_now
    shown = client.get(page.redirect_chain[-1][0]).content.decode()
    for words in (
        "One input would be read differently today",
        "54.19",
        "10.65",
        "Proposed: Total",
        "rules then",
    ):
        assert words in shown, words
    assert Proposal.objects.get(subject="receipt:A1").arguments["total"] == "54.19"


def test_who_may_not_and_what_cannot(run: Run, northwind: Company, harbour: Company) -> None:
    address = reverse("run-replay", args=["northwind", run.public_id])
    assert signed_in(northwind.tess).post(address).status_code == 403
    assert signed_in(harbour.dana).post(address).status_code == 404
    assert signed_in(northwind.maria).get(address).status_code == 405
    told: dict[str, Any] = {"member": northwind.maria, "actor": actor_of(northwind.maria), "now": now()}
    outside = end(a_run(northwind.bot))
    for other in (outside, a_run(run.agent)):
        with pytest.raises(asking.NothingToReplay):
            asking.ask(run=other, **told)
    asking.ask(run=run, **told)
    with pytest.raises(asking.UnderWay):
        asking.ask(run=run, **told)
    assert RunReplay.objects.count() == 1


def test_a_worker_that_was_lost_leaves_its_place_to_another(run: Run, northwind: Company) -> None:
    made = asking.ask(run=run, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    lost = carrying._claim(now())
    assert lost is not None and carrying._claim(now()) is None
    late = carrying._unable(lost, carrying.inputs.Given(1, "A1"), "late")
    RunReplay.objects.filter(pk=made.pk).update(heard_at=now() - 2 * carrying.LOST_AFTER)
    drain.drain(linger=0)
    assert carrying._keep(lost, [late], now()) is False
    made.refresh_from_db()
    assert (made.state, made.epoch, made.lines.count()) == ("done", 2, 3)


def test_only_what_matters_is_compared() -> None:
    then = {
        "extract": {"total": {"value": "1", "start": 3, "reason": "a"}, "ok": True},
        "match": {"score": 0.5},
    }
    now_ = {"extract": {"total": {"value": "1", "start": 9, "reason": "b"}, "ok": False}, "other": 1}
    assert comparing.differences(then, now_) == [
        {"step": "extract", "field": "ok", "then": "yes", "now": "no"}
    ]
