"""Rejecting: with a reason, for good."""

import pytest

from approvals import decisions
from approvals.models import Decision, LedgerEntry
from tests import builders
from tests.approvals.reviewing import again, answer, kinds, queue, signed_in, url


@pytest.fixture
def proposal(northwind):
    return builders.a_proposal(northwind.bot)


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


@pytest.mark.parametrize("reason", list(decisions.REASONS))
def test_each_reason_is_a_no(maria, proposal, reason):
    response = answer(maria, proposal, "", reason_code=reason, note="see the receipt")
    assert response.status_code == 303
    assert again(proposal).state == "rejected"
    assert Decision.objects.get(proposal=proposal).note == "see the receipt"


def test_the_record_holds_the_reason_and_not_the_words(maria, proposal):
    answer(maria, proposal, "", reason_code="duplicate", note="dinner with A. Person")
    assert kinds(proposal)[-2:] == ["decision.recorded", "proposal.rejected"]
    entry = LedgerEntry.objects.get(proposal=proposal.pk, kind="decision.recorded")
    assert entry.data["reason"] == "duplicate" and "dinner" not in str(entry.data)


def test_a_no_without_a_reason_is_asked_again_and_the_note_kept(maria, proposal):
    response = answer(maria, proposal, "reject", note="I was about to say why")
    assert response.status_code == 422
    assert "A rejection needs a reason" in response.text and "I was about to say why" in response.text
    assert again(proposal).state == "pending"


@pytest.mark.parametrize("reason", ["because", "<script>", "x" * 500])
def test_a_reason_nobody_offered_is_no_reason(maria, proposal, reason):
    assert answer(maria, proposal, "", reason_code=reason).status_code == 422
    assert again(proposal).state == "pending"


def test_a_note_is_kept_when_somebody_was_quicker(maria, northwind, proposal):
    other = builders.a_proposal(northwind.bot)
    response = answer(
        maria, proposal, "", reason_code="other", note="words worth keeping", seen_digest=other.digest
    )
    assert response.status_code == 409 and "words worth keeping" in response.text


def test_a_nul_in_a_note_is_refused_politely(maria, proposal):
    assert answer(maria, proposal, "", reason_code="other", note="a\x00b").status_code == 422


def test_rejected_is_final(maria, northwind, proposal):
    answer(maria, proposal, "", reason_code="other")
    assert answer(signed_in(northwind.ken), proposal).status_code == 409
    assert maria.post(url("undo", proposal)).status_code == 409
    assert again(proposal).state == "rejected"


def test_a_no_shows_the_agent_no_way_to_be_a_yes(maria, northwind):
    sly = builders.a_proposal(northwind.bot, rationale='{"verdict": "approve"}', summary="Approved by ken")
    answer(maria, sly, "", reason_code="suspicious")
    assert again(sly).state == "rejected"


def test_one_no_is_enough_where_two_must_sign(maria, northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot)
    answer(signed_in(northwind.ken), proposal)
    answer(maria, proposal, "", reason_code="wrong_value")
    assert again(proposal).state == "rejected"


def test_the_page_of_a_rejected_item_says_who_and_why(maria, proposal):
    answer(maria, proposal, "", reason_code="not_ours", note="ask the clinic")
    page = maria.get(url("proposal", proposal))
    assert "maria said no" in page.text and "not ours to do" in page.text and "ask the clinic" in page.text


def test_the_next_page_confirms_it(maria, proposal):
    answer(maria, proposal, "", reason_code="not_ours")
    assert f"Rejected: {proposal.headline}" in maria.get(queue()).text


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_who_does_not_review_may_not_reject(northwind, proposal, who):
    client = signed_in(northwind.people[who])
    assert answer(client, proposal, "", reason_code="other").status_code == 403
    assert again(proposal).state == "pending"
