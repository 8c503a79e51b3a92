"""Cover: arranged without an administrator, lends a seat and nothing else, and no way around four eyes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from approvals import decisions
from approvals.models import Cover, Decision, Notice
from approvals.routing import covers
from tests.approvals.reviewing import signed_in, url
from tests.approvals.routing import HOUR, away, facts, is_offered, only
from tests.builders import a_proposal, actor_of, approve, now


def test_a_stand_in_is_offered_what_only_they_could_answer_and_signs_for_them(northwind):
    only(northwind.workspace, northwind.ken)
    proposal = a_proposal(northwind.bot)
    assert not is_offered(proposal, northwind.maria)
    away(northwind.ken, northwind.maria)
    assert is_offered(proposal, northwind.maria)
    assert (
        "You stand in for ken, who is away until"
        in signed_in(northwind.maria).get(url("proposal", proposal)).text
    )
    approve(proposal, northwind.maria)
    signed = Decision.objects.get()
    assert (signed.reviewer_id, signed.covering_id) == (northwind.maria.user_id, northwind.ken.user_id)
    assert facts("decision.recorded")[0]["covering"] == f"user:{northwind.ken.user_id}"
    page = signed_in(northwind.tess).get(url("proposal", proposal)).text
    assert "maria, for ken" in page and "maria, for ken, signed" in page


def test_who_is_away_may_still_work(northwind):
    only(northwind.workspace, northwind.ken)
    away(northwind.ken, northwind.maria)
    proposal = a_proposal(northwind.bot)
    assert is_offered(proposal, northwind.ken)
    assert approve(proposal, northwind.ken).state == "approved"
    assert Decision.objects.get().covering_id is None


def test_before_and_after_nobody_stands_in(northwind):
    only(northwind.workspace, northwind.ken)
    proposal, at = a_proposal(northwind.bot), now()
    cover = away(northwind.ken, northwind.maria, at + HOUR)
    assert not is_offered(proposal, northwind.maria, at)
    assert is_offered(proposal, northwind.maria, cover.starts_at)
    assert not is_offered(proposal, northwind.maria, cover.ends_at)


def test_arranging_is_on_record_and_says_who_did_it(northwind):
    at = now()
    cover = covers.arrange(
        member=northwind.ken, stand_in=northwind.maria, starts_at=at, ends_at=at + HOUR,
        actor=actor_of(northwind.ada), now=at,
    )  # fmt: skip
    ken, maria = f"user:{northwind.ken.user_id}", f"user:{northwind.maria.user_id}"
    told = {"cover": cover.pk, "away": ken, "stand_in": maria}
    assert facts("cover.arranged") == [told | {"from": at.isoformat(), "until": (at + HOUR).isoformat()}]
    covers.end_early(cover=cover, actor=actor_of(northwind.ken), now=at + HOUR / 2)
    assert facts("cover.ended") == [told]
    with pytest.raises(covers.CoverOver):
        covers.end_early(cover=cover, actor=actor_of(northwind.ken), now=at + HOUR / 2)
    assert Cover.objects.get().ends_at == at + HOUR / 2


def test_what_has_not_begun_is_called_off(northwind):
    cover = away(northwind.ken, northwind.maria, now() + HOUR)
    covers.end_early(cover=cover, actor=actor_of(northwind.ken), now=now())
    assert not Cover.objects.exists() and len(facts("cover.ended")) == 1


def test_odd_arrangements_are_refused(northwind, harbour):
    at = now()
    for stand_in in (northwind.ken, northwind.olu, northwind.tess, harbour.dana):
        with pytest.raises(covers.NoStandIn):
            away(northwind.ken, stand_in)
    for starts, length in ((at, timedelta()), (at - 9 * HOUR, 8 * HOUR), (at, timedelta(days=400))):
        with pytest.raises(covers.OddSpell):
            covers.arrange(
                member=northwind.ken, stand_in=northwind.maria, starts_at=starts, ends_at=starts + length,
                actor=actor_of(northwind.ken), now=at,
            )  # fmt: skip
    away(northwind.ken, northwind.maria, at + HOUR, HOUR)
    for starts in (at, at + HOUR, at + 1.5 * HOUR):
        with pytest.raises(covers.CoveredAlready):
            away(northwind.ken, northwind.ada, starts, 1.2 * HOUR)
    away(northwind.ken, northwind.ada, at + 2 * HOUR, HOUR)
    assert Cover.objects.count() == 2


def test_a_stand_in_who_is_away_too_is_told_of(northwind):
    away(northwind.maria, northwind.ada)
    both = away(northwind.ken, northwind.maria)
    assert covers.away_too(both).stand_in_id == northwind.ada.user_id
    only(northwind.workspace, northwind.ken)
    proposal = a_proposal(northwind.bot)
    assert is_offered(proposal, northwind.maria) and not is_offered(proposal, northwind.ada)


def test_a_proposer_lends_no_seat_for_their_own_proposal(northwind):
    """Otherwise arranging cover would be choosing who approves."""
    only(northwind.workspace, northwind.ken)
    own = a_proposal(northwind.bot, proposed_by=northwind.ken.user_id)
    away(northwind.ken, northwind.maria)
    assert not decisions.may_decide(own, northwind.maria, now())
    with pytest.raises(decisions.NotYourDecision):
        approve(own, northwind.maria)


def test_a_proposer_standing_in_does_not_answer_their_own(northwind):
    only(northwind.workspace, northwind.ken)
    own = a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    away(northwind.ken, northwind.maria)
    assert not is_offered(own, northwind.maria)
    with pytest.raises(decisions.NotYourDecision):
        approve(own, northwind.maria)


def test_who_may_sign_anyway_signs_as_themselves(northwind):
    away(northwind.ken, northwind.maria)
    approve(a_proposal(northwind.bot), northwind.maria)
    assert Decision.objects.get().covering_id is None


def test_a_stand_in_gives_one_signature_a_round(northwind):
    only(northwind.workspace, northwind.ken, northwind.ada, quorum=2)
    for member in (northwind.ken, northwind.ada):
        away(member, northwind.maria)
    proposal = a_proposal(northwind.bot)
    assert approve(proposal, northwind.maria).state == "pending"
    with pytest.raises(decisions.AlreadyAnswered):
        approve(proposal, northwind.maria, verdict="reject", reason_code="other")
    assert Decision.objects.count() == 1


def test_a_seat_answers_once_whoever_sits_in_it(northwind):
    """Named for two signatures, somebody away does not become both of them."""
    only(northwind.workspace, northwind.ken, northwind.ada, quorum=2)
    away(northwind.ken, northwind.maria)
    proposal = a_proposal(northwind.bot)
    approve(proposal, northwind.maria)
    assert not is_offered(proposal, northwind.ken)
    with pytest.raises(decisions.AlreadyAnswered):
        approve(proposal, northwind.ken)
    assert "maria answered for you at" in signed_in(northwind.ken).get(url("proposal", proposal)).text
    assert approve(proposal, northwind.ada).state == "approved"


def test_the_database_knows_who_stands_in(northwind):
    proposal = a_proposal(northwind.bot)
    with pytest.raises(IntegrityError, match="nobody to stand in for"), transaction.atomic():
        Decision.objects.create(
            proposal=proposal, round=1, reviewer=northwind.maria.user, covering=northwind.ken.user,
            verdict="approve", seen_digest=proposal.digest, digest=proposal.digest,
            arguments=proposal.arguments, decided_at=now(),
        )  # fmt: skip


def test_stand_ins_are_told_once_when_it_begins(northwind):
    at = now()
    cover = away(northwind.ken, northwind.maria, at + HOUR)
    assert covers.tell_begun(now=at) == 0
    assert [covers.tell_begun(now=cover.starts_at) for _ in range(2)] == [1, 0]
    told = Notice.objects.get(kind="cover_began")
    assert (told.user_id, told.by_id) == (northwind.maria.user_id, northwind.ken.user_id)
