"""Giving a case to another team."""

import pytest
from django.utils import timezone

from exceptions import cases
from exceptions.cases import AlreadyResolved, NotYourCase, OtherWorkspace, SameTeam
from exceptions.models import Case
from tests.builders import actor_of
from tests.exceptions.conftest import kinds, open_case
from tests.people import Company


def give(case: Case, member: object, team: object, note: str = "") -> Case:
    return cases.hand_over(
        case=case, to=team, member=member, actor=actor_of(member), now=timezone.now(), note=note
    )  # fmt: skip


def test_another_team_owns_it_from_now_on(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    team = northwind.workspace.teams.get(name="Platform")

    case = give(case, northwind.olu, team, "It is the network")

    assert (case.owner, case.assignee, case.state) == (team, None, "open")
    assert case.notes.get().text == "It is the network"
    assert kinds(case)[-1] == "case.handed_over"


def test_the_same_team_again_changes_nothing(northwind: Company) -> None:
    case = open_case(northwind.workspace)

    with pytest.raises(SameTeam):
        give(case, northwind.olu, case.owner)


def test_a_team_of_another_workspace_is_refused(northwind: Company, harbour: Company) -> None:
    with pytest.raises(OtherWorkspace):
        give(open_case(northwind.workspace), northwind.olu, harbour.workspace.teams.first())


def test_an_auditor_hands_nothing_over(northwind: Company) -> None:
    with pytest.raises(NotYourCase):
        give(open_case(northwind.workspace), northwind.tess, northwind.workspace.teams.first())


def test_what_is_resolved_stays_where_it_is(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    case.occurrences.update(disposition="dismissed")
    Case.objects.update(state="resolved", resolved_at=timezone.now(), open_count=0)

    with pytest.raises(AlreadyResolved):
        give(case, northwind.olu, northwind.workspace.teams.get(name="Platform"))
