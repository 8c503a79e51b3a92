"""Settings, Teams: admins say who is in a team and when; its people change places on duty by themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from approvals.models import LedgerEntry, Notice
from exceptions import duty, overrides
from exceptions.models import Override, Revision, Team
from tests.approvals.administering import at, facts, signed_in
from tests.builders import actor_of
from tests.people import Company, person

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def team(northwind: Company) -> Team:
    """Olu and Ken take turns of a week; Olu has just begun."""
    team = Team.objects.get(workspace=northwind.workspace, name="Platform")
    post(northwind.ada, team, **filled(northwind, order="olu\nken"))
    team.refresh_from_db()
    return team


def filled(company: Company, **changes: Any) -> dict[str, Any]:
    members = [company.olu.user_id, company.ken.user_id]
    return {
        "name": "Platform", "members": members, "order": "", "first": "2026-11-23", "at": "09:00", "turn_days": "7",
        "zone": "Europe/Berlin", "days": ["1", "2", "3", "4", "5"], "start": "08:00", "end": "16:00", "version": "1",
    } | changes  # fmt: skip


def post(member: Any, team: Team, **form: Any) -> Any:
    return signed_in(member).post(at("team-change", team.pk), form)


def change_duty(member: Any, team: Team, who: Any, first: str, last: str) -> Any:
    form = {"user": who.user_id, "first": first, "begins": "09:00", "last": last, "ends": "09:00"}
    return signed_in(member).post(at("team-override", team.pk), form)


def name(team: Team, at: datetime) -> str:
    return duty.on_duty(team, at).get_username()


def test_an_admin_sets_people_hours_and_turns_as_the_next_version(northwind: Company, team: Team) -> None:
    assert (team.version, duty.hours_of(team).zone, team.turns_begin_at) == (2, "Europe/Berlin", MONDAY)
    assert [name(team, MONDAY + weeks * 7 * DAY) for weeks in range(3)] == ["olu", "ken", "olu"]
    told = Revision.objects.get(kind="team", key=str(team.pk))
    assert told.by == northwind.ada.user and told.content["turns"] == ["olu", "ken"]
    assert facts("team.changed")[0][2] == {"team": team.pk, "version": 2, "members": 2}
    text = signed_in(northwind.tess).get(at("team", team.pk)).text
    assert "On duty now: olu" in text and "Mon 30 Nov, 09:00" in text and "Change the team" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"order": "olu\nnobody"}, "Nobody here is called “nobody”."),
        ({"order": "olu\nolu"}, "everybody has one turn in a round"),
        ({"order": "ada"}, "Only people of the team take turns"),
        ({"order": "olu", "first": ""}, "Say when the first turn began"),
        ({"start": "16:00", "end": "08:00"}, "Hours end later than they begin"),
        ({"name": "Controllers"}, "Another team is called so."),
        ({"version": "7"}, "Somebody changed this team meanwhile"),
        ({"turn_days": "0"}, "greater than or equal to 1"),
        ({"first": "0001-01-01"}, "A date such as 2026-11-30."),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(northwind: Company, changes: Any, said: str) -> None:
    team = Team.objects.get(workspace=northwind.workspace, name="Platform")

    answer = post(northwind.ada, team, **filled(northwind, **changes))

    assert answer.status_code == 422 and said in answer.text
    team.refresh_from_db()
    assert team.version == 1 and not Revision.objects.filter(kind="team").exists()


def test_nobody_of_another_workspace_is_put_into_a_team(
    northwind: Company, harbour: Company, team: Team
) -> None:
    form = filled(northwind, members=[harbour.dana.user_id], version="2")

    assert post(northwind.ada, team, **form).status_code == 422
    assert signed_in(harbour.dana).get(at("team", team.pk)).status_code == 404
    assert signed_in(harbour.dana).post(at("team-change", team.pk, slug="harbour"), form).status_code == 404


def test_an_admin_adds_a_team_and_its_page_warns_that_nobody_is_in_it(northwind: Company) -> None:
    client = signed_in(northwind.ada)
    answer = client.post(at("team-add"), {"name": "Night <b>watch"}, follow=True)

    assert "Nobody is in this team" in answer.text and "Night &lt;b&gt;watch" in answer.text
    assert client.post(at("team-add"), {"name": "Night <b>watch"}).status_code == 422
    assert "Nobody can be called" in client.get(at("teams")).text
    assert signed_in(northwind.olu).post(at("team-add"), {"name": "Mine"}).status_code == 403


def test_one_gives_ones_own_duty_to_a_colleague_without_an_admin(northwind: Company, team: Team) -> None:
    answer = change_duty(northwind.olu, team, northwind.ken, "2026-11-24", "2026-11-25")

    assert answer.status_code == 303
    assert [name(team, MONDAY + days * DAY) for days in (0, 1, 2)] == ["olu", "ken", "olu"]
    notice = Notice.objects.get(kind="duty_given")
    assert (notice.user, notice.by) == (northwind.ken.user, northwind.olu.user)
    assert facts("duty.overridden")[0][2]["user"] == f"user:{northwind.ken.user_id}"

    row = Override.objects.get()
    assert "Take back" in signed_in(northwind.ken).get(at("team", team.pk)).text
    for status in (303, 404):
        taken_back = signed_in(northwind.ken).post(at("team-override-take-back", team.pk, row.pk))
        assert taken_back.status_code == status
    assert name(team, MONDAY + DAY) == "olu" and LedgerEntry.objects.filter(kind="duty.restored").count() == 1


def test_one_takes_duty_on_and_cannot_put_it_on_somebody_else(northwind: Company, team: Team) -> None:
    ann = person(northwind.workspace, "ann", ["ops_owner"], MONDAY)
    team.members.add(ann.user)

    assert change_duty(northwind.ken, team, northwind.ken, "2026-11-24", "2026-11-25").status_code == 303
    refused = change_duty(ann, team, northwind.ken, "2026-11-26", "2026-11-27")
    assert refused.status_code == 422 and "the rest is for admins" in refused.text
    assert change_duty(northwind.ada, team, ann, "2026-11-26", "2026-11-27").status_code == 303
    assert [name(team, MONDAY + days * DAY) for days in (1, 3)] == ["ken", "ann"]
    page = signed_in(northwind.olu).get(at("team", team.pk)).text
    assert "Take back" not in page and page.count("instead of the order") == 2


def test_who_is_not_of_the_team_says_nothing_about_its_duty(northwind: Company, team: Team) -> None:
    assert change_duty(northwind.maria, team, northwind.olu, "2026-11-24", "2026-11-25").status_code == 403
    assert change_duty(northwind.tess, team, northwind.olu, "2026-11-24", "2026-11-25").status_code == 403
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-25", "2026-11-24"), ("2026-11-20", "2026-11-22"), ("2026-11-24", "2027-04-01")],
)
def test_an_odd_spell_is_refused_in_words(northwind: Company, team: Team, first: str, last: str) -> None:
    answer = change_duty(northwind.olu, team, northwind.olu, first, last)

    assert answer.status_code == 422 and "within ninety days" in answer.text


def test_an_override_that_has_begun_ends_and_one_that_is_over_cannot(northwind: Company, team: Team) -> None:
    values = {"member": northwind.olu, "actor": actor_of(northwind.olu)}
    row = overrides.override(
        team=team, user=northwind.ken.user, starts_at=MONDAY, ends_at=MONDAY + DAY, now=MONDAY, **values
    )
    overrides.take_back(row=row, now=MONDAY + DAY / 2, **values)
    assert name(team, MONDAY + DAY / 2) == "olu" and name(team, MONDAY + DAY / 3) == "ken"

    with pytest.raises(overrides.OverrideOver):
        overrides.take_back(row=row, now=MONDAY + DAY, **values)


def test_the_list_asks_no_more_for_more_teams(
    northwind: Company, team: Team, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        Team.objects.create(workspace=northwind.workspace, name=f"Team {number}").members.add(
            northwind.olu.user
        )
    client = signed_in(northwind.ada)

    with django_assert_max_num_queries(20):
        assert client.get(at("teams")).text.count("Everybody") >= 30
