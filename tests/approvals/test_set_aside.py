"""Not now: out of one's own queue until later, never an answer, and never so long that it runs out unseen."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from approvals import decisions, hours
from approvals.models import Aside, Decision, LedgerEntry
from approvals.proposals import AlreadySettled
from approvals.routing import asides
from tests.approvals.reviewing import again, kinds, signed_in, url
from tests.approvals.routing import HOUR, facts, is_offered, post
from tests.builders import a_proposal, actor_of, approve, now

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("UTC"))


def put_off(proposal, member, until, at=None):
    at = at or now()
    return asides.set_aside(proposal=proposal, member=member, until=until, actor=actor_of(member), now=at)


def test_what_is_set_aside_leaves_ones_own_queue_only_and_comes_back(northwind):
    proposal = a_proposal(northwind.bot)
    kept = put_off(proposal, northwind.maria, now() + HOUR)
    assert not is_offered(proposal, northwind.maria)
    assert is_offered(proposal, northwind.ken)
    assert is_offered(proposal, northwind.maria, kept.until)
    assert again(proposal).state == "pending" and not Decision.objects.exists()
    assert kinds(proposal)[-1] == "proposal.set_aside"
    assert facts("proposal.set_aside") == [{"until": kept.until.isoformat(), "times": 1}]


def test_it_comes_back_with_a_quarter_of_its_time_left(northwind):
    at = now()
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + 4 * HOUR)
    kept = put_off(proposal, northwind.maria, at + 100 * HOUR, at)
    assert kept.until == at + 3 * HOUR


def test_setting_aside_again_counts_and_choosing_another_moment_does_not(northwind):
    at = now()
    proposal = a_proposal(northwind.bot, at=at)
    assert put_off(proposal, northwind.maria, at + HOUR, at).times == 1
    assert put_off(proposal, northwind.maria, at + 2 * HOUR, at).times == 1
    assert put_off(proposal, northwind.maria, at + 5 * HOUR, at + 3 * HOUR).times == 2
    assert Aside.objects.count() == 1 and len(facts("proposal.set_aside")) == 3


def test_set_aside_three_times_it_is_perhaps_somebody_elses(northwind):
    at, proposal = now() - 9 * HOUR, a_proposal(northwind.bot, at=now() - 9 * HOUR)
    for number in range(3):
        put_off(proposal, northwind.maria, at + (2 * number + 1) * HOUR, at + 2 * number * HOUR)
    page = signed_in(northwind.maria).get(url("proposal", proposal)).text
    assert "set this aside three times: perhaps hand it to somebody" in page


def test_only_who_may_answer_it_sets_it_aside_while_it_waits(northwind, harbour):
    own = a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    for member in (northwind.maria, northwind.olu):
        with pytest.raises(decisions.NotYourDecision):
            put_off(own, member, now() + HOUR)
    done = approve(a_proposal(northwind.bot), northwind.ken)
    with pytest.raises(AlreadySettled):
        put_off(done, northwind.maria, now() + HOUR)
    waiting = a_proposal(northwind.bot)
    with pytest.raises(asides.NotLater):
        put_off(waiting, northwind.maria, now() - HOUR)
    with pytest.raises(decisions.TooLate):
        put_off(waiting, northwind.maria, now() + 999 * HOUR, now() + 998 * HOUR)
    with pytest.raises(type(waiting).DoesNotExist):
        put_off(waiting, harbour.dana, now() + HOUR)
    assert not Aside.objects.exists() and facts("proposal.set_aside") == []


def codes(proposal, member, at):
    return {choice.code: choice.at for choice in asides.choices(proposal, member, at)}


def test_moments_on_offer_are_the_persons_own(northwind):
    maria, at = northwind.maria, MONDAY
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(days=20))
    maria.timezone = "Asia/Kolkata"  # 15:30 there
    found = codes(proposal, maria, at)
    clock = hours.of_member(maria)
    assert found["hour"] == at + HOUR
    assert "afternoon" not in found  # it is
    assert clock.local(found["morning"]) == datetime(2026, 11, 24, 9, tzinfo=clock.tzinfo)
    assert clock.local(found["monday"]) == datetime(2026, 11, 30, 9, tzinfo=clock.tzinfo)
    sooner = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(days=3))
    due = codes(sooner, maria, at)
    assert clock.between(due["deadline"], sooner.expires_at) == clock.day and "monday" not in due
    maria.timezone = ""
    assert codes(proposal, maria, at)["afternoon"] == MONDAY.replace(hour=13)


def test_nothing_is_offered_by_which_it_would_be_too_late(northwind):
    at = MONDAY
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + 2 * HOUR)
    assert codes(proposal, northwind.maria, at) == {"hour": at + HOUR, "latest": at + 1.5 * HOUR}
    hurried = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(minutes=4))
    assert codes(hurried, northwind.maria, at) == {}


def test_a_choice_sets_aside_and_leads_on_to_the_next(northwind):
    first, second = a_proposal(northwind.bot), a_proposal(northwind.bot)
    maria = signed_in(northwind.maria)
    answer = post(maria, "set-aside", first, choice="hour")
    assert answer.status_code == 303 and second.public_id in answer.url
    assert "Set aside until" in maria.get(answer.url).text
    assert abs(Aside.objects.get().until - (now() + HOUR)) < timedelta(minutes=1)
    with_htmx = maria.post(url("set-aside", second), {"choice": "hour"}, HTTP_HX_REQUEST="true")
    assert with_htmx.status_code == 200 and "<html" not in with_htmx.text
    assert "Set aside until" in with_htmx.headers["HX-Trigger"]


def test_ones_own_moment_is_read_on_ones_own_clock(northwind):
    at = now()
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(days=9))
    northwind.maria.timezone = "Asia/Kolkata"
    northwind.maria.save()
    there = (at + timedelta(days=2)).astimezone(ZoneInfo("Asia/Kolkata")).replace(second=0, microsecond=0)
    post(signed_in(northwind.maria), "set-aside", proposal, at=there.strftime("%Y-%m-%dT%H:%M"))
    assert Aside.objects.get().until == there


WRONG = [
    ({}, "Choose a moment"),
    ({"at": "tomorrow"}, "Choose a moment"),
    ({"at": "2020-01-01T09:00"}, "has passed"),
    ({"choice": "never"}, "not on offer any more"),
    ({"choice": "x" * 99}, "at most 20"),
]


@pytest.mark.parametrize(("form", "words"), WRONG)
def test_an_odd_moment_is_refused_in_words(northwind, form, words):
    proposal = a_proposal(northwind.bot)
    answer = post(signed_in(northwind.maria), "set-aside", proposal, **form)
    assert answer.status_code == 422 and words in answer.text and "Nothing was changed" in answer.text
    assert not Aside.objects.exists()


def test_it_says_when_it_comes_back_sooner_than_asked(northwind):
    at = now()
    proposal = a_proposal(northwind.bot, at=at, expires_at=at + timedelta(days=2))
    maria = signed_in(northwind.maria)
    answer = post(maria, "set-aside", proposal, at=(at + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"))
    assert "while there is still time to answer it" in maria.get(answer.url).text
    assert Aside.objects.get().until < proposal.expires_at


def test_it_is_brought_back_by_hand(northwind):
    proposal, maria = a_proposal(northwind.bot), signed_in(northwind.maria)
    post(maria, "set-aside", proposal, choice="hour")
    page = maria.get(url("proposal", proposal)).text
    assert "You set this aside until" in page and "Bring it back" in page
    assert "You set this aside" not in signed_in(northwind.ken).get(url("proposal", proposal)).text
    post(maria, "bring-back", proposal)
    assert is_offered(proposal, northwind.maria)
    post(maria, "bring-back", proposal)
    assert kinds(proposal).count("proposal.brought_back") == 1
    assert Aside.objects.get().times == 1


@pytest.mark.parametrize("name", ["set-aside", "bring-back", "give-back"])
def test_a_get_changes_nothing_and_strangers_find_nothing(northwind, harbour, name):
    proposal, before = a_proposal(northwind.bot), LedgerEntry.objects.count()
    assert signed_in(northwind.maria).get(url(name, proposal)).status_code == 405
    assert post(signed_in(harbour.dana), name, proposal, choice="hour").status_code == 404
    for member in (northwind.tess, northwind.olu):
        assert post(signed_in(member), name, proposal, choice="hour").status_code == 403
    assert LedgerEntry.objects.count() == before


def test_what_ran_out_is_forgotten_once_its_item_is_settled(northwind):
    at = now()
    waiting, settled = a_proposal(northwind.bot), a_proposal(northwind.bot)
    for proposal in (waiting, settled):
        put_off(proposal, northwind.maria, at + HOUR, at)
    approve(settled, northwind.ken)
    assert asides.forget(now=at) == 0
    assert asides.forget(now=at + 2 * HOUR) == 1
    assert Aside.objects.get().proposal_id == waiting.pk


def test_the_same_wish_sent_twice_is_one_fact(northwind):
    """The answer was lost on its way, or somebody pressed twice: "in an hour" then means two moments, and one wish."""
    at, proposal = now(), a_proposal(northwind.bot)
    first = put_off(proposal, northwind.maria, at + HOUR, at)
    later = at + timedelta(seconds=20)
    assert put_off(proposal, northwind.maria, later + HOUR, later) == first
    assert again(proposal).asides.get().times == 1 and len(facts("proposal.set_aside")) == 1
    maria = signed_in(northwind.maria)
    for _ in range(2):
        assert post(maria, "set-aside", proposal, choice="hour").status_code == 303
    assert len(facts("proposal.set_aside")) == 1


def test_brought_back_and_set_aside_again_is_two(northwind):
    at, proposal = now(), a_proposal(northwind.bot)
    put_off(proposal, northwind.maria, at + HOUR, at)
    asides.bring_back(
        proposal=proposal, member=northwind.maria, actor=actor_of(northwind.maria), now=at + HOUR / 60
    )
    put_off(proposal, northwind.maria, at + HOUR, at + HOUR / 30)
    assert len(facts("proposal.set_aside")) == 2
