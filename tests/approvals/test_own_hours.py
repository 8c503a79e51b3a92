"""One's own hours, letters and absences on one page; and what is counted in the workspace's hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from approvals import deadlines, decisions, hours
from approvals.models import Cover, LedgerEntry, Membership, Policy
from tests.approvals.administering import at as settings_at
from tests.approvals.reviewing import signed_in, url
from tests.approvals.routing import HOUR, away, facts, only, yours
from tests.builders import a_proposal, actor_of, approve, now

FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
HOURS = {"zone": "Asia/Kolkata", "days": ["1", "2"], "start": "10:00", "end": "16:00"}


def row(member: Membership) -> Membership:
    return Membership.objects.get(pk=member.pk)


def day(days: int) -> str:
    return f"{now() + timedelta(days=days):%Y-%m-%d}"


def test_the_page_tells_everybody_how_things_stand(northwind):
    away(northwind.ken, northwind.maria)
    page = signed_in(northwind.maria).get(yours()).text
    assert "You stand in for ken" in page and "Mon to Fri, 09:00 to 17:30, UTC" in page
    assert "maria stands in for you" in signed_in(northwind.ken).get(yours()).text
    assert "maria stands in for ken" in signed_in(northwind.ada).get(yours()).text
    assert signed_in(northwind.olu).get(yours()).status_code == 200
    read_only = signed_in(northwind.tess).get(yours()).text
    assert yours("own-hours-set") not in read_only and yours("own-cover") not in read_only


def test_own_hours_are_kept_and_given_up(northwind):
    maria = signed_in(northwind.maria)
    assert maria.post(yours("own-hours-set"), HOURS).status_code == 303
    kept = row(northwind.maria)
    assert hours.of_member(kept) == hours.Hours("Asia/Kolkata", frozenset({1, 2}), time(10), time(16))
    assert "Mon, Tue, 10:00 to 16:00, Asia/Kolkata" in maria.get(yours()).text
    maria.post(yours("own-hours-set"), HOURS)
    maria.post(yours("own-hours-set"), {"usual": "1"})
    assert hours.of_member(row(northwind.maria)) == hours.of_workspace(northwind.workspace)


WRONG = [
    ({"start": "22:00", "end": "06:00"}, "across midnight"),
    ({"days": []}, "at least one day"),
    ({"days": ["8"]}, "not one of the available choices"),
    ({"zone": "Mars/Olympus"}, "not one of the available choices"),
    ({"start": "noon"}, "A time such as 09:00"),
]


@pytest.mark.parametrize(("odd", "words"), WRONG)
def test_odd_hours_are_refused_in_words(northwind, odd, words):
    refused = signed_in(northwind.ada).post(yours("own-hours-set"), HOURS | odd)
    assert refused.status_code == 422 and words in refused.text
    assert hours.of_member(row(northwind.ada)) == hours.of_workspace(northwind.workspace)


def test_letters_are_ones_own_choice(northwind):
    maria = signed_in(northwind.maria)
    assert maria.post(yours("own-letters"), {"letters": "off"}).status_code == 303
    assert row(northwind.maria).letters == "off"
    assert maria.post(yours("own-letters"), {"letters": "hourly"}).status_code == 422
    assert row(northwind.ken).letters == "daily"


def test_cover_is_arranged_by_dates_until_work_begins_again(northwind):
    maria = signed_in(northwind.maria)
    form = {"stand_in": northwind.ken.user_id, "first": day(0), "last": day(3)}
    assert maria.post(yours("own-cover"), form).status_code == 303
    cover = Cover.objects.get()
    assert (cover.away_id, cover.stand_in_id) == (northwind.maria.user_id, northwind.ken.user_id)
    assert cover.ends_at.time() == time(9) and cover.ends_at > now() + timedelta(days=3)
    assert len(facts("cover.arranged")) == 1
    again = maria.post(yours("own-cover"), form)
    assert again.status_code == 422 and "ken stands in already" in again.text
    assert maria.post(yours("own-cover-end"), {"cover": cover.pk}).status_code == 303
    assert (
        "That has ended already" in maria.post(yours("own-cover-end"), {"cover": cover.pk}, follow=True).text
    )
    assert len(facts("cover.ended")) == 1


ODD = [
    ({"first": "2020-01-01", "last": "2020-01-02"}, "has passed"),
    ({"last": "2020-01-02"}, "not before the first"),
    ({"first": "soon"}, "A date such as"),
    ({"stand_in": ""}, "Choose who stands in"),
    ({"stand_in": "0"}, "not one of the available choices"),
    ({"last": "2999-12-30"}, "longer than a year"),
    ({"last": "9999-12-30"}, "A date such as"),
]


@pytest.mark.parametrize(("odd", "words"), ODD)
def test_odd_absences_are_refused_in_words(northwind, odd, words):
    form = {"stand_in": northwind.ken.user_id, "first": day(0), "last": day(1)}
    refused = signed_in(northwind.maria).post(yours("own-cover"), form | odd)
    assert refused.status_code == 422 and words in refused.text
    assert not Cover.objects.exists()


def test_a_stand_in_who_is_away_too_is_warned_of(northwind):
    away(northwind.ken, northwind.ada, length=timedelta(days=2))
    form = {"stand_in": northwind.ken.user_id, "first": day(0), "last": day(1)}
    page = signed_in(northwind.maria).post(yours("own-cover"), form, follow=True).text
    assert "ken is away too in that time" in page and "ken stands in for you" in page


def test_an_admin_arranges_and_ends_it_for_somebody_who_could_not(northwind):
    form = {
        "away": northwind.ken.user_id,
        "stand_in": northwind.maria.user_id,
        "first": day(0),
        "last": day(1),
    }
    signed_in(northwind.maria).post(yours("own-cover"), form | {"stand_in": northwind.ada.user_id})
    assert Cover.objects.get().away_id == northwind.maria.user_id  # nobody but an admin says it of others
    ada = signed_in(northwind.ada)
    assert ada.post(yours("own-cover"), form).status_code == 303
    entry = LedgerEntry.objects.filter(kind="cover.arranged").latest("id")
    assert (
        entry.actor == f"user:{northwind.ada.user_id}"
        and entry.data["away"] == f"user:{northwind.ken.user_id}"
    )
    found = Cover.objects.get(away=northwind.ken.user)
    assert ada.post(yours("own-cover-end"), {"cover": found.pk}).status_code == 303
    assert Cover.objects.filter(ends_at__gt=now()).count() == 1


def test_only_who_is_concerned_ends_a_cover(northwind, harbour):
    cover = away(northwind.ken, northwind.ada)
    form = {"cover": cover.pk}
    assert signed_in(northwind.maria).post(yours("own-cover-end"), form).status_code == 404
    assert signed_in(northwind.tess).post(yours("own-cover-end"), form).status_code == 403
    assert signed_in(harbour.dana).post(yours("own-cover-end"), form).status_code == 404
    signed_in(harbour.dana).post(yours("own-cover-end", "harbour"), form)
    assert Cover.objects.get().ends_at > now()
    signed_in(northwind.ada).post(yours("own-cover-end"), form)
    assert Cover.objects.get().ends_at <= now()


CHANGES = ["own-hours-set", "own-letters", "own-cover", "own-cover-end"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_get_changes_nothing_and_strangers_and_auditors_neither(northwind, harbour, name):
    before = LedgerEntry.objects.count()
    assert signed_in(northwind.ada).get(yours(name)).status_code == 405
    assert signed_in(harbour.dana).post(yours(name), HOURS).status_code == 404
    assert signed_in(northwind.tess).post(yours(name), HOURS).status_code == 403
    assert LedgerEntry.objects.count() == before


@timezone.override(UTC)
def test_patience_in_working_hours_sleeps_over_the_weekend(northwind):
    only(northwind.workspace, patience=3 * HOUR, working_hours=True)
    proposal = a_proposal(northwind.bot, at=FRIDAY)
    assert proposal.expires_at == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert deadlines.words(proposal, FRIDAY) == "Due Monday 11:00, 3 working hours left"
    late = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
    assert deadlines.words(proposal, late) == "Due 11:00, 40 working minutes left"
    asked = a_proposal(northwind.bot, at=FRIDAY, expires_at=FRIDAY + HOUR)
    assert asked.expires_at == FRIDAY + HOUR


def test_patience_by_the_clock_runs_on(northwind):
    proposal = a_proposal(northwind.bot, at=FRIDAY)
    assert proposal.expires_at == FRIDAY + timedelta(days=3)
    assert deadlines.words(proposal, FRIDAY) == "3 days left"


def test_a_new_round_is_given_working_hours_too(northwind):
    only(northwind.workspace, patience=3 * HOUR, working_hours=True)
    proposal = a_proposal(northwind.bot, at=FRIDAY - 2 * HOUR)
    approve(proposal, northwind.maria, at=FRIDAY)
    again = decisions.undo(
        proposal_id=proposal.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=FRIDAY
    )
    again.refresh_from_db()
    assert again.expires_at == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_an_admin_says_that_a_policy_counts_working_hours(northwind):
    only(northwind.workspace, patience=3 * HOUR)
    ada = signed_in(northwind.ada)
    form = {"confidence_floor": "0.9", "quorum": "1", "patience": "3", "undo_seconds": "10", "future_days": "1",
            "seen": "1", "working_hours": "on"}  # fmt: skip
    answer = ada.post(settings_at("settings-policy-set", "memo.write"), form)
    assert answer.status_code == 303
    assert Policy.objects.latest("version").working_hours
    page = ada.get(settings_at("settings-policy", "memo.write")).text
    assert "expires after 3 working hours" in page and "expires after 3 h" in page
    proposal = a_proposal(northwind.bot)
    assert "working" in signed_in(northwind.maria).get(url("proposal", proposal)).text


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "0001-01-02"), ("2026-11-30", "9999-12-31")])
def test_no_absence_reaches_the_ends_of_the_calendar(northwind, first, last):
    told = {"stand_in": northwind.ken.user_id, "first": first, "last": last}
    assert signed_in(northwind.maria).post(yours("own-cover"), told).status_code == 422
    assert not Cover.objects.exists()
