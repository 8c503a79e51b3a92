"""Rules decide whose a failure is: the first that matches, and without one its class."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from exceptions import intake, resolutions, rules
from exceptions.models import Case, Rule
from tests.builders import a_draft, agent_actor
from tests.exceptions.conftest import WORKER, open_case
from tests.exceptions.ruling import a_rule, team
from tests.people import Company

CLOSED = {"code": "posting.refused", "message": "The PERIOD 2017-10 is closed", "operation": "books.post_expense",
          "connector": "books", "field": "/date", "amount": Decimal("-900.00"), "currency": "EUR"}  # fmt: skip


def test_the_first_rule_that_matches_wins(northwind: Company) -> None:
    a_rule(northwind, owner="Platform", message="vendor")
    wins = a_rule(
        northwind, to="posting.period_closed", owner="AI quality", code="posting.*", message="period"
    )
    a_rule(northwind, owner="Controllers", code="posting.refused")

    case = open_case(northwind.workspace, **CLOSED)

    assert (case.failure_class.code, case.owner.name) == ("posting.period_closed", "AI quality")
    assert case.owner_source == f"rule:{wins.pk}@1"
    assert case.plan == case.failure_class.plan


@pytest.mark.parametrize(
    ("asks", "matches"),
    [
        ({"code": "posting.refused"}, True), ({"code": "posting.*"}, True), ({"code": "posting"}, False),
        ({"code": "*refused"}, False), ({"code": "p*refused"}, False), ({"code": "[p]osting.*"}, False),
        ({"code": "posting.refused*"}, True), ({"code": "*"}, True),
        ({"operation": "books.*"}, True), ({"operation": "books.void"}, False),
        ({"connector": "books"}, True), ({"connector": "book"}, False),
        ({"field": "/date"}, True), ({"field": "/total"}, False),
        ({"message": "period 2017"}, True), ({"message": ".*"}, False), ({"message": "%"}, False),
        ({"currency": "EUR"}, True), ({"currency": "MYR"}, False),
        ({"amount_from": Decimal(900)}, True), ({"amount_from": Decimal("900.01")}, False),
        ({"agent": "bot"}, False), ({"code": "posting.*", "message": "vendor"}, False),
    ],
)  # fmt: skip
def test_all_that_a_rule_says_must_be_true(northwind: Company, asks: dict[str, Any], matches: bool) -> None:
    a_rule(northwind, owner="AI quality", **asks)

    assert open_case(northwind.workspace, **CLOSED).owner.name == ("AI quality" if matches else "Finance ops")


def test_an_amount_nobody_knows_is_not_above_anything(northwind: Company) -> None:
    a_rule(northwind, owner="AI quality", amount_from=Decimal(0))

    assert open_case(northwind.workspace).owner.name == "Finance ops"


def test_what_nobody_classified_has_an_owner_and_may_be_given_another(northwind: Company) -> None:
    assert open_case(northwind.workspace, code="mars.landed").owner.name == "Platform"
    a_rule(northwind, to="posting.refused", code="mars.*")

    case = open_case(northwind.workspace, code="mars.left")

    assert (case.failure_class.code, case.owner.name) == ("posting.refused", "Finance ops")
    assert case.occurrences.get().facts["code"] == "mars.left"


def test_a_rule_may_ask_for_an_agent(northwind: Company) -> None:
    a_rule(northwind, owner="Controllers", agent="bot")
    draft = a_draft(
        arguments={"title": "Not there", "amount": "7.50"}, evidence=a_draft(title="Else").evidence
    )

    intake.receive(draft=draft, agent=northwind.bot, actor=agent_actor(northwind.bot), now=timezone.now())

    assert Case.objects.get().owner.name == "Controllers"


def test_a_case_that_is_there_stays_where_it_is(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    a_rule(northwind, owner="AI quality")

    again = open_case(northwind.workspace)
    assert (again, again.owner.name, again.owner_source) == (case, "Finance ops", "class")
    resolutions.settle_occurrence(
        occurrence=case.occurrences.first(), disposition="elsewhere", actor=WORKER, now=timezone.now()
    )
    assert open_case(northwind.workspace).owner.name == "Finance ops"


def test_rules_of_another_workspace_say_nothing_here(northwind: Company, harbour: Company) -> None:
    a_rule(harbour, owner="AI quality")

    assert open_case(northwind.workspace).owner.name == "Finance ops"


def test_however_many_the_rules_they_take_one_query(
    northwind: Company, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(30):
        a_rule(northwind, owner="AI quality", to="posting.refused", message=f"cause {number}")

    with django_assert_num_queries(1):
        found = rules.first(rules.of(northwind.workspace.pk), rules.Facts("x.y", "it is CAUSE 29"))
        assert found and found.owner and found.failure_class
        assert (found.owner.name, found.failure_class.code) == ("AI quality", "posting.refused")
    with django_assert_num_queries(2):
        routed = rules.route(northwind.workspace, rules.Facts("x.y", "cause 3"))
    assert routed.owner == team(northwind, "AI quality")
    assert routed.rule == Rule.objects.get(name="rule for posting.refused", message="cause 3")
