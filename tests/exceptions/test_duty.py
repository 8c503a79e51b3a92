"""Who is on duty: turns, overrides, stand-ins, clocks that change, and people who left."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from approvals.models import Cover
from exceptions import duty, turns
from exceptions.models import Override, Team
from tests.people import Company, person

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 10, 19, 7, 0, tzinfo=UTC)  # nine o'clock in Berlin; clocks there go back on the 25th
WEEK = timedelta(days=7)


@pytest.fixture
def team(northwind: Company) -> Team:
    """Olu, Ada and Ken take turns of a week, from Monday at nine in Berlin."""
    team = Team.objects.get(workspace=northwind.workspace, name="Platform")
    people = [northwind.olu.user, northwind.ada.user, northwind.ken.user]
    team.members.set(people)
    for position, user in enumerate(people):
        team.turns.create(position=position, user=user)
    team.timezone, team.turns_begin_at = BERLIN, MONDAY
    team.save()
    return team


def name(team: Team, at: datetime) -> str:
    found = duty.on_duty(team, at)
    return found.get_username() if found else "nobody"


def override(team: Team, user: Any, since: datetime, until: datetime, made: datetime = MONDAY) -> Override:
    return team.overrides.create(user=user, starts_at=since, ends_at=until, made_by=user, created_at=made)


def away(company: Company, who: str, stand_in: str) -> None:
    Cover.objects.create(
        workspace=company.workspace, away=company.people[who].user, stand_in=company.people[stand_in].user,
        starts_at=MONDAY - WEEK, ends_at=MONDAY + 52 * WEEK, created_at=MONDAY - WEEK,
    )  # fmt: skip


def test_turns_go_round_at_the_same_hour_also_when_clocks_change(team: Team) -> None:
    nine_in_winter = MONDAY + WEEK + timedelta(hours=1)

    assert name(team, nine_in_winter - timedelta(seconds=1)) == "olu"
    assert name(team, nine_in_winter) == "ada"
    assert [name(team, nine_in_winter + weeks * WEEK) for weeks in (1, 2, 3)] == ["ken", "olu", "ada"]


def test_a_turn_that_begins_in_the_hour_that_comes_twice_begins_once(team: Team) -> None:
    team.turns_begin_at = datetime(2026, 10, 18, 0, 30, tzinfo=UTC)  # half past two in the night of Sunday
    first, second = (
        datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)
    )  # both read half past two

    assert turns.begins(team, 1) == first
    moments = (first - timedelta(minutes=1), first, second - timedelta(minutes=10), second)
    assert [name(team, at) for at in moments] == ["olu", "ada", "ada", "ada"]


def test_a_turn_that_begins_in_the_hour_that_is_left_out_begins_at_the_jump(team: Team) -> None:
    team.turns_begin_at = datetime(
        2027, 3, 21, 1, 30, tzinfo=UTC
    )  # half past two; a week later two is followed by three
    jump = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

    assert turns.begins(team, 1) == jump
    assert name(team, jump - timedelta(seconds=1)) == "olu" and name(team, jump) == "ada"


def test_of_two_overrides_that_overlap_the_one_made_last_counts(team: Team, northwind: Company) -> None:
    override(team, northwind.ada.user, MONDAY, MONDAY + WEEK, made=MONDAY)
    inner = MONDAY + timedelta(days=1)
    override(team, northwind.ken.user, inner, inner + timedelta(days=1), made=MONDAY + timedelta(hours=1))

    days = [MONDAY + timedelta(days=day) for day in (0, 1, 2, 7)]
    assert [name(team, at) for at in days] == ["ada", "ken", "ada", "olu"]  # ends are not included


def test_who_is_away_is_stood_in_for_and_if_that_one_is_away_too_the_next_comes(
    team: Team, northwind: Company
) -> None:
    away(northwind, "olu", "maria")
    assert name(team, MONDAY) == "maria"

    away(northwind, "maria", "tess")
    assert name(team, MONDAY) == "ada"


def test_who_left_the_team_the_workspace_or_the_house_is_passed_over(team: Team, northwind: Company) -> None:
    northwind.olu.user.is_active = False
    northwind.olu.user.save()
    assert name(team, MONDAY) == "ada"

    northwind.ada.delete()
    assert name(team, MONDAY) == "ken"
    override(team, northwind.olu.user, MONDAY, MONDAY + WEEK)
    assert name(team, MONDAY) == "ken"  # whom an override names may have left, too

    team.members.remove(northwind.ken.user)
    assert name(team, MONDAY) == "nobody"
    assert duty.reached(team, "duty", MONDAY) == duty.reached(team, "everyone", MONDAY) == []


def test_without_turns_everybody_is_on_duty_and_nobody_is_named_twice(team: Team, northwind: Company) -> None:
    team.turns_begin_at = None
    away(northwind, "olu", "ken")

    assert name(team, MONDAY) == "nobody"
    assert [user.get_username() for user in duty.reached(team, "duty", MONDAY)] == ["ada", "ken"]
    override(team, northwind.ada.user, MONDAY, MONDAY + WEEK)
    assert [user.get_username() for user in duty.reached(team, "duty", MONDAY)] == ["ada"]


def test_before_the_first_turn_everybody_is_called_and_a_team_of_nobody_reaches_nobody(
    team: Team, northwind: Company
) -> None:
    assert len(duty.reached(team, "duty", MONDAY - timedelta(seconds=1))) == 3

    assert (
        duty.reached(Team.objects.create(workspace=northwind.workspace, name="Empty"), "duty", MONDAY) == []
    )


def test_a_stranger_on_a_team_is_never_called(team: Team, harbour: Company) -> None:
    team.members.set([harbour.dana.user])
    override(team, harbour.dana.user, MONDAY, MONDAY + WEEK)

    assert duty.on_duty(team, MONDAY) is None and duty.reached(team, "everyone", MONDAY) == []


def test_hours_are_the_teams_own_or_the_workspaces_and_odd_ones_stop_nothing(team: Team) -> None:
    assert duty.hours_of(team).zone == BERLIN and len(duty.hours_of(team).days) == 5
    team.timezone = "Mars/Olympus"
    assert duty.hours_of(team).zone == "UTC"
    assert name(team, MONDAY) == "olu"


def test_asking_costs_the_same_for_thirty_people(
    team: Team, northwind: Company, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        team.members.add(person(northwind.workspace, f"helper{number}", ["ops_owner"], MONDAY).user)

    with django_assert_num_queries(5):
        assert len(duty.reached(team, "everyone", MONDAY)) == 33
