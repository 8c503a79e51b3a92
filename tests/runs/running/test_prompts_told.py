"""An agent outside that changes its prompt or model and not its version begins again, with a case."""

from datetime import timedelta

import pytest

from approvals.models import Lane, LedgerEntry
from exceptions.models import Case
from runs.asking import outside
from runs.models import PromptTold
from tests import lanes
from tests.builders import now
from tests.people import Company
from tests.runs.running.telling import WORKER, a_move, a_run, tell

pytestmark = pytest.mark.django_db


def look() -> int:
    """As often as it takes to come to this moment; how many began again."""
    return sum(outside.look(ours=["ticket-triage"], actor=WORKER, now=now()) for _ in range(30))


def test_another_prompt_under_the_same_version_puts_the_lane_back_once(northwind: Company) -> None:
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    run = a_run(northwind.bot)
    tell(run, a_move("1", kind="model", prompt="sort", prompt_digest="a" * 64))
    assert look() == 0
    assert (
        Lane.objects.get(pk=lane.pk).stage == "full"
    )  # the first that was seen is what it has always read by
    tell(run, a_move("2", kind="model", prompt="sort", prompt_digest="b" * 64))
    tell(run, a_move("3", kind="model", prompt="draft", prompt_digest="c" * 64))
    assert look() == 1
    lane.refresh_from_db()
    stays = lane.stays.count()
    assert (lane.stage, lane.threshold, lane.stays.latest("id").cause) == ("shadow", None, "version")
    assert (
        "has kept its version"
        in Case.objects.get(failure_class__code="lane.demoted").occurrences.get().message
    )
    assert LedgerEntry.objects.get(kind="agent.other_prompt").data["prompt"] == "sort"
    tell(run, a_move("4", kind="model", prompt="sort", prompt_digest="a" * 64))
    assert look() == 0 and lane.stays.count() == stays
    PromptTold.objects.filter(digest="a" * 64).update(seen_at=now() - timedelta(days=9))
    lanes.stand(lane, "full")  # all that is known by now was found about the other
    tell(run, a_move("5", kind="model", prompt="sort", prompt_digest="a" * 64))
    assert look() == 1 and Lane.objects.get(pk=lane.pk).stage == "shadow"


def test_another_model_alone_is_another_agent_too(northwind: Company) -> None:
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    run = a_run(northwind.bot)
    read = {"kind": "model", "prompt": "sort", "prompt_digest": "a" * 64}
    tell(run, a_move("1", **read), a_move("2", **read, model="small-1"))
    assert look() == 0  # the first that is named is what it has always asked
    tell(run, a_move("3", **read, model="small-2"))
    assert look() == 1
    lane.refresh_from_db()
    assert (lane.stage, lane.stays.latest("id").cause) == ("shadow", "version")
    assert LedgerEntry.objects.get(kind="agent.other_model").data["model"] == "small-2"
    said = Case.objects.get(failure_class__code="lane.demoted").occurrences.get().message
    assert said == f"{northwind.bot.name} reads by another model (small-2) and has kept its version"
