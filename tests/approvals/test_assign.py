"""Giving an item to a colleague: offered to them alone for a while, only to who may answer it, and given back."""

from datetime import timedelta

import pytest

from approvals import decisions, hours
from approvals.models import Assignment, LedgerEntry, Notice
from approvals.proposals import AlreadySettled
from approvals.routing import assignments, given
from tests.approvals.reviewing import answer, kinds, signed_in, url
from tests.approvals.routing import HOUR, away, facts, is_offered, only, post
from tests.builders import a_proposal, actor_of, approve, now


def hand(proposal, giver, *to, note="", at=None, until=None):
    return assignments.assign(
        proposal=proposal, member=giver, to=to, label=to[0].user.username, note=note, until=until,
        actor=actor_of(giver), now=at or now(),
    )  # fmt: skip


def test_what_is_given_is_offered_to_them_alone_and_then_to_everybody(northwind):
    proposal = a_proposal(northwind.bot)
    made = hand(proposal, northwind.maria, northwind.ken)
    assert is_offered(proposal, northwind.ken)
    assert not is_offered(proposal, northwind.maria) and not is_offered(proposal, northwind.ada)
    assert is_offered(proposal, northwind.ada, made.until)
    ken = f"user:{northwind.ken.user_id}"
    assert facts("proposal.assigned") == [{"to": [ken], "until": made.until.isoformat()}]
    told = Notice.objects.get(kind="assigned")
    assert (told.user_id, told.by_id) == (northwind.ken.user_id, northwind.maria.user_id)


def test_it_is_given_for_half_of_the_working_time_that_is_left(northwind):
    at = now()
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(days=30))
    made = hand(proposal, northwind.maria, northwind.ken, at=at)
    clock = hours.of_workspace(northwind.workspace)
    rest = clock.between(made.until, proposal.expires_at)
    assert abs(clock.between(at, made.until) - rest) < timedelta(seconds=1)
    far = hand(proposal, northwind.maria, northwind.ken, at=at, until=at + timedelta(days=99))
    assert far.until == proposal.expires_at


def test_it_grants_no_right_and_takes_none_away(northwind):
    proposal = a_proposal(northwind.bot)
    hand(proposal, northwind.maria, northwind.ken)
    assert approve(proposal, northwind.ada).state == "approved"


def test_only_those_who_may_answer_it_are_chosen(northwind, harbour):
    proposal = a_proposal(northwind.bot, excluded_reviewers=(northwind.ken.user_id,))
    able = {one.member for one in assignments.colleagues(proposal, northwind.maria, now())}
    assert able == {northwind.ada}
    for other in (northwind.ken, northwind.olu, northwind.tess, harbour.dana, northwind.maria):
        with pytest.raises(assignments.NobodyToGiveTo):
            hand(proposal, northwind.maria, other)
    made = hand(proposal, northwind.maria, northwind.ken, northwind.ada)
    assert made.to == [northwind.ada.user_id]


def test_a_proposer_does_not_choose_who_answers(northwind):
    own = a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    with pytest.raises(decisions.NotYourDecision):
        hand(own, northwind.maria, northwind.ken)
    able = {one.member for one in assignments.colleagues(own, northwind.ken, now())}
    assert able == {northwind.ada}


def test_named_reviewers_and_their_stand_ins_are_able(northwind):
    only(northwind.workspace, northwind.maria, northwind.ken)
    proposal = a_proposal(northwind.bot)
    assert {one.member for one in assignments.colleagues(proposal, northwind.maria, now())} == {northwind.ken}
    away(northwind.ken, northwind.ada)
    able = assignments.colleagues(proposal, northwind.maria, now())
    assert {one.member for one in able} == {northwind.ken, northwind.ada}
    assert next(one for one in able if one.member == northwind.ken).cover is not None


def test_while_they_are_away_their_stand_in_is_offered_it_and_told(northwind):
    away(northwind.ken, northwind.ada)
    proposal = a_proposal(northwind.bot)
    hand(proposal, northwind.maria, northwind.ken)
    assert is_offered(proposal, northwind.ada) and is_offered(proposal, northwind.ken)
    told = set(Notice.objects.filter(kind="assigned").values_list("user_id", flat=True))
    assert told == {northwind.ken.user_id, northwind.ada.user_id}
    page = signed_in(northwind.ada).get(url("proposal", proposal)).text
    assert "gave this to ken, for whom you stand in" in page and "Give it back" in page


def test_an_answer_of_one_of_them_offers_the_rest_to_everybody(northwind, two_must_sign):
    proposal = a_proposal(northwind.bot)
    hand(proposal, northwind.maria, northwind.ken)
    approve(proposal, northwind.ken)
    assert not Assignment.objects.exists()
    assert is_offered(proposal, northwind.maria)


def test_what_is_settled_is_given_to_nobody(northwind):
    done = approve(a_proposal(northwind.bot), northwind.ada)
    with pytest.raises(AlreadySettled):
        hand(done, northwind.maria, northwind.ken)


def test_a_colleague_is_chosen_in_the_panel_and_sees_who_gave_it_and_why(northwind):
    proposal, other = a_proposal(northwind.bot), a_proposal(northwind.bot)
    maria = signed_in(northwind.maria)
    panel = maria.get(url("give", proposal), HTTP_HX_REQUEST="true")
    assert "<html" not in panel.text and f'value="{northwind.ken.user_id}"' in panel.text
    assert "<html" in maria.get(url("give", proposal)).text
    sent = post(maria, "give", proposal, to=northwind.ken.user_id, note="please check the <vendor>")
    assert sent.status_code == 303 and other.public_id in sent.url
    assert "Given to ken until" in maria.get(sent.url).text
    seen = signed_in(northwind.ken).get(url("proposal", proposal)).text
    assert "maria gave this to you" in seen and "please check the &lt;vendor&gt;" in seen
    assert "maria gave it to ken until" in seen
    assert "Given to ken until" in signed_in(northwind.ada).get(url("proposal", proposal)).text
    assert "Given to ken until" in signed_in(northwind.tess).get(url("proposal", proposal)).text
    assert "You gave this to ken" in maria.get(url("proposal", proposal)).text


@pytest.mark.parametrize("to", ["", "0", "x", "999999999", "99999999999999999999"])
def test_nobody_is_refused_in_words(northwind, to):
    proposal = a_proposal(northwind.bot)
    refused = post(signed_in(northwind.maria), "give", proposal, to=to)
    assert refused.status_code in (409, 422) and "Nothing was changed" in refused.text
    assert not Assignment.objects.exists()


def test_it_is_given_back_by_either_and_by_nobody_else(northwind):
    proposal = a_proposal(northwind.bot)
    hand(proposal, northwind.maria, northwind.ken)
    with pytest.raises(assignments.NotGiven):
        assignments.give_back(
            proposal=proposal, member=northwind.ada, actor=actor_of(northwind.ada), now=now()
        )
    ken = signed_in(northwind.ken)
    assert post(ken, "give-back", proposal).status_code == 303
    assert is_offered(proposal, northwind.maria) and kinds(proposal)[-1] == "proposal.unassigned"
    assert Notice.objects.get(kind="given_back").user_id == northwind.maria.user_id
    post(ken, "give-back", proposal)
    assert kinds(proposal).count("proposal.unassigned") == 1
    hand(proposal, northwind.maria, northwind.ken)
    post(signed_in(northwind.maria), "give-back", proposal)
    assert kinds(proposal).count("proposal.unassigned") == 2


def test_strangers_and_readers_give_nothing(northwind, harbour):
    proposal, before = a_proposal(northwind.bot), LedgerEntry.objects.count()
    form = {"to": northwind.ken.user_id}
    assert post(signed_in(harbour.dana), "give", proposal, **form).status_code == 404
    for member in (northwind.tess, northwind.olu):
        assert post(signed_in(member), "give", proposal, **form).status_code == 403
        assert signed_in(member).get(url("give", proposal)).status_code == 403
    assert LedgerEntry.objects.count() == before


def test_what_ran_out_is_forgotten_once_its_item_is_settled(northwind):
    proposal = a_proposal(northwind.bot)
    made = hand(proposal, northwind.maria, northwind.ken)
    assert given.forget(now=made.until + HOUR) == 0
    answer(signed_in(northwind.ada), proposal)
    assert given.forget(now=made.until - HOUR) == 0
    assert given.forget(now=made.until + HOUR) == 1
