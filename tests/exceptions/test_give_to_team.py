"""Giving an item to a team: to those of its members who may answer it, for a while."""

import pytest
from django.urls import reverse

from approvals.models import Assignment, LedgerEntry
from exceptions.models import Team
from tests.approvals.reviewing import signed_in, url
from tests.approvals.routing import is_offered
from tests.builders import a_proposal


@pytest.fixture
def finance(northwind) -> Team:
    team = Team.objects.create(workspace=northwind.workspace, name="Finance <desk>")
    team.members.add(northwind.ken.user, northwind.olu.user, northwind.ada.user)
    return team


def give(member, proposal, team, **form):
    address = reverse("give-to-team", args=[proposal.workspace.slug, proposal.public_id, team.pk])
    return signed_in(member).post(address, form)


def test_its_reviewers_are_offered_it_alone(northwind, finance):
    proposal, other = (
        a_proposal(northwind.bot, excluded_reviewers=(northwind.ada.user_id,)),
        a_proposal(northwind.bot),
    )
    sent = give(northwind.maria, proposal, finance, note="month end")
    assert sent.status_code == 303 and other.public_id in sent.url
    made = Assignment.objects.get()
    assert (made.to, made.label, made.note) == ([northwind.ken.user_id], "Finance <desk>", "month end")
    assert is_offered(proposal, northwind.ken) and not is_offered(proposal, northwind.maria)
    page = signed_in(northwind.tess).get(url("proposal", proposal)).text
    assert "Given to Finance &lt;desk&gt; until" in page


def test_the_panel_lists_teams_with_somebody_to_answer(northwind, finance, harbour):
    Team.objects.create(workspace=harbour.workspace, name="Elsewhere").members.add(harbour.dana.user)
    Team.objects.create(workspace=northwind.workspace, name="Nobody").members.add(northwind.olu.user)
    proposal = a_proposal(northwind.bot)
    panel = signed_in(northwind.maria).get(url("give", proposal)).text
    assert "Finance &lt;desk&gt;" in panel and "ada and ken" in panel
    assert "Elsewhere" not in panel and ">Nobody<" not in panel


def test_a_team_of_which_nobody_may_answer_is_refused_in_words(northwind):
    team = Team.objects.create(workspace=northwind.workspace, name="Owners only")
    team.members.add(northwind.olu.user, northwind.maria.user)
    refused = give(northwind.maria, a_proposal(northwind.bot), team)
    assert refused.status_code == 409 and "Nobody there may answer it" in refused.text
    assert not Assignment.objects.exists()


def test_a_get_strangers_and_other_workspaces_change_nothing(northwind, harbour, finance):
    proposal, before = a_proposal(northwind.bot), LedgerEntry.objects.count()
    address = reverse("give-to-team", args=["northwind", proposal.public_id, finance.pk])
    assert signed_in(northwind.maria).get(address).status_code == 405
    assert give(harbour.dana, proposal, finance).status_code == 404
    elsewhere = Team.objects.create(workspace=harbour.workspace, name="Elsewhere")
    assert give(northwind.maria, proposal, elsewhere).status_code == 404
    for member in (northwind.tess, northwind.olu):
        assert give(member, proposal, finance).status_code == 403
    assert LedgerEntry.objects.count() == before
