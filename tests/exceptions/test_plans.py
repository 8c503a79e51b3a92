"""Admins make and change plans; only such as end with somebody are kept, and every version is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import LedgerEntry
from exceptions import plans
from exceptions.models import Plan, Revision
from tests.builders import actor_of
from tests.exceptions.conftest import open_case
from tests.exceptions.plans import step, team
from tests.people import Company

TYPED = {
    "name": "Night", "repeats": 1, "skip_empty": "on", "version": 0,
    "step-0-to": "owner", "step-0-whom": "duty", "step-0-after_minutes": 15, "step-0-by": ["email"],
    "step-1-to": "backup", "step-1-whom": "everyone", "step-1-after_minutes": 30,
    **{f"step-{number}-whom": "duty" for number in range(2, plans.MOST_STEPS)},
}  # fmt: skip


def terms(*steps: dict[str, Any], name: str = "Night") -> plans.Terms:
    return plans.Terms(name, steps, 2, False, True)


def make(member: Any, *steps: dict[str, Any]) -> Plan:
    return plans.make(terms=terms(*steps), member=member, actor=actor_of(member), now=timezone.now())


def test_an_admin_makes_a_plan_in_the_browser_and_changes_it_as_its_next_version(
    northwind: Company, client: Client
) -> None:
    client.force_login(northwind.ada.user)
    assert client.post(reverse("new-plan", args=["northwind"]), TYPED).status_code == 302
    plan = Plan.objects.get(name="Night")
    assert plan.steps == [step("owner", 15, "duty", ("email",)), step("backup", 30)]

    page = reverse("plan", args=["northwind", plan.pk])
    changed = TYPED | {"version": 1, "in_hours": "on"}
    assert client.post(page, changed).status_code == 302
    again = client.post(page, changed | {"name": "Late"})
    assert (again.status_code, "Somebody changed this plan meanwhile" in again.content.decode()) == (
        422,
        True,
    )

    plan.refresh_from_db()
    assert (plan.name, plan.version, plan.in_hours) == ("Night", 2, True)
    kept = Revision.objects.filter(kind="plan", key=str(plan.pk)).order_by("version")
    assert [(row.version, row.content["in_hours"], row.by) for row in kept] == [
        (1, False, northwind.ada.user), (2, True, northwind.ada.user),
    ]  # fmt: skip
    shown = client.get(page).text
    assert "at all hours →</span> in working hours" in shown and "<summary>Step 4</summary>" in shown
    told = LedgerEntry.objects.filter(kind__startswith="plan.").order_by("id")
    assert list(told.values_list("kind", flat=True)) == [
        "plan.made", "plan.changed",
    ]  # fmt: skip


def test_open_cases_keep_theirs_and_what_was_shipped_is_a_version_too(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    plans.change(
        plan=case.plan, seen_version=1, terms=terms(step("backup", 5), name=case.plan.name), member=northwind.ada,
        actor=actor_of(northwind.ada), now=timezone.now(),
    )  # fmt: skip

    case.refresh_from_db()
    assert (case.plan.version, case.plan_version, len(case.steps)) == (2, 1, 2)
    assert Revision.objects.get(key=str(case.plan_id), version=1).content["steps"] == case.steps


def test_only_a_plan_that_ends_with_somebody_is_kept(northwind: Company, harbour: Company) -> None:
    empty, theirs = team(northwind, "Empty"), harbour.workspace.teams.first()
    for wrong, says in [
        ((), "between one and"),
        ((step(f"person:{northwind.olu.user_id}"),), "The last step calls a team"),
        ((step("owner"), step(f"team:{empty.pk}")), "nobody is reached there"),
        ((step(f"team:{theirs.pk}"), step("backup")), "Step 1 calls somebody who is not here"),
        ((step("owner", by=("channel:77",)),), "a channel that is not here"),
    ]:
        with pytest.raises(plans.UnusablePlan, match=says):
            make(northwind.ada, *wrong)
    assert not Plan.objects.filter(name="Night").exists()


def test_nobody_but_an_admin_changes_plans_and_strangers_do_not_see_them(
    northwind: Company, harbour: Company, client: Client
) -> None:
    with pytest.raises(plans.NotYourPlans):
        make(northwind.olu, step("backup"))
    page = reverse("plan", args=["northwind", Plan.objects.filter(workspace=northwind.workspace).first().pk])
    for who, answers in ((northwind.olu, (200, 200, 403, 403)), (harbour.dana, (404, 404, 404, 404))):
        client.force_login(who.user)
        met = (
            client.get(reverse("plans", args=[northwind.workspace.slug])), client.get(page),
            client.post(page, TYPED), client.get(reverse("new-plan", args=["northwind"])),
        )  # fmt: skip
        assert tuple(answer.status_code for answer in met) == answers
