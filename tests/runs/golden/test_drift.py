"""Drift of an agent's work: said once a day, in a case when it begins, and readable by whoever holds the lanes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from approvals import actors
from approvals.models import Proposal, Stay
from approvals.submission import Exhibit
from exceptions.models import Case
from runs.golden import drift
from tests import lanes
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, now
from tests.people import Company

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")


def proposals(
    company: Company, many: int, *, days_ago: int, amount: str, confidence: str, words: int
) -> None:
    paper = Exhibit("text", "Please write: Memo " + "word " * words, "Request")
    for number in range(many):
        arguments = {"title": "Memo", "amount": str(Decimal(amount) + number)}
        a_proposal(
            company.bot, observed=False, arguments=arguments, confidence=Decimal(confidence), evidence=(paper,),
            subject=f"{days_ago}/{number}",
        )  # fmt: skip
    moved = Proposal.objects.filter(subject__startswith=f"{days_ago}/")
    moved.update(created_at=now() - timedelta(days=days_ago))


def test_inputs_and_confidences_that_changed_alarm_once(northwind: Company) -> None:
    assert drift.look(agent=northwind.bot, actor=TEST, now=now()) == []  # nothing to compare says nothing
    proposals(northwind, 100, days_ago=20, amount="10", confidence="0.95", words=20)
    proposals(northwind, 50, days_ago=1, amount="10", confidence="0.60", words=90)
    lane = lanes.stand(Proposal.objects.earliest("created_at").lane, "full")
    found = {row.feature: row for row in drift.look(agent=northwind.bot, actor=TEST, now=now())}
    assert {name: row.level for name, row in found.items() if name in ("length", "confidence")} == {
        "length": "alarm", "confidence": "alarm",
    }  # fmt: skip
    assert (found["length"].before, found["length"].of_late) == (100, 50)
    assert {row.feature for row in drift.alarms(agent=northwind.bot.pk, now=now())} >= {
        "length",
        "confidence",
    }
    lane.refresh_from_db()
    assert (lane.stage, Stay.objects.get(lane=lane, left_at=None).cause) == ("assisted", "drift")
    cases = Case.objects.filter(failure_class__code="golden.drift")
    many = cases.count()
    drift.look(agent=northwind.bot, actor=TEST, now=now())
    assert (
        many >= 2 and sum(case.total_count for case in cases.all()) == many
    )  # it goes on: no second occurrence
    page = signed_in(northwind.ada).get(at("golden")).text
    assert "Length of inputs" in page and "Case opened" in page
    assert "Usually 0.60 now, 0.95 before" in page and "Other inputs come in than those" in page
    assert any("length of inputs of" in case.title and "characters before" in case.title for case in cases)
    assert drift.alarms(agent=northwind.bot.pk, now=now() + timedelta(days=9)) == []
