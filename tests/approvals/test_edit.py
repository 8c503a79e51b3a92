"""Changing the arguments before signing: only what may be changed, judged anew, and the agent's own kept beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals import actors, policies
from approvals.models import Decision, LedgerEntry
from tests import builders
from tests.approvals.reviewing import again, answer, kinds, signed_in, url


@pytest.fixture
def proposal(northwind):
    return builders.a_proposal(
        northwind.bot, arguments={"title": "Chairs", "amount": "10.00", "day": "2026-10-01"}
    )


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def send(client, proposal, seen_digest="", note="", preview=False, seen_round="", **arguments):
    typed = {"title": "Chairs", "amount": "10.00", "day": "2026-10-01"} | arguments
    fields = {f"argument-{name}": value for name, value in typed.items()}
    more = {"preview": "1"} if preview else {"sign": "1"}
    digest = seen_digest or proposal.digest
    return client.post(
        url("edit", proposal), fields | more | {"seen_digest": digest, "note": note, "round": seen_round}
    )


def test_the_form_holds_what_is_on_the_table(maria, proposal):
    page = maria.get(url("edit", proposal)).text
    assert 'value="Chairs"' in page and 'value="10.00"' in page and 'value="2026-10-01"' in page
    assert 'type="date"' in page and again(proposal).state == "pending"


def test_what_the_tool_does_not_offer_is_fixed(maria, proposal):
    page = maria.get(url("edit", proposal)).text
    line = page.split('name="argument-currency"')[1].split(">")[0]
    assert "disabled" in line
    response = send(maria, proposal, amount="12.00", currency="CHF")
    assert response.status_code == 303
    assert again(proposal).arguments["currency"] == "EUR"


def test_an_edit_signs_other_arguments_and_keeps_the_agents(maria, proposal):
    assert send(maria, proposal, amount="12.50", note="the receipt says so").status_code == 303
    kept = again(proposal)
    assert kept.state == "approved" and kept.amount == Decimal("12.50")
    assert kept.arguments["amount"] == "12.50" and kept.proposed_arguments["amount"] == "10.00"
    decision = Decision.objects.get(proposal=proposal)
    assert (decision.verdict, decision.changed_fields, decision.note) == (
        "edit",
        ["amount"],
        "the receipt says so",
    )
    assert decision.seen_digest == proposal.digest and decision.digest == kept.digest != proposal.digest


def test_the_record_names_the_fields_and_both_digests(maria, proposal):
    send(maria, proposal, amount="12.50", title="Four chairs")
    assert kinds(proposal)[-2:] == ["decision.recorded", "proposal.approved"]
    data = LedgerEntry.objects.get(proposal=proposal.pk, kind="decision.recorded").data
    assert data["changed"] == ["amount", "title"] and data["seen"] == proposal.digest


def test_nothing_changed_is_a_plain_approval(maria, proposal):
    send(maria, proposal)
    assert Decision.objects.get(proposal=proposal).verdict == "approve"


def test_a_preview_shows_the_difference_and_signs_nothing(maria, proposal):
    page = send(maria, proposal, preview=True, amount="1250.00")
    assert page.status_code == 200
    assert "EUR 10.00" in page.text and "EUR 1,250.00" in page.text
    assert again(proposal).state == "pending" and not Decision.objects.exists()


def test_with_htmx_only_the_rehearsal_comes_back(maria, proposal):
    fields = {"argument-title": "Chairs", "argument-amount": "12.00", "preview": "1"}
    response = maria.post(url("edit", proposal), fields, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="rehearsal")
    assert response.text.lstrip().startswith('<section class="section" id="rehearsal"')
    assert "EUR 12.00" in response.text


def test_a_wrong_value_is_said_at_its_field_and_what_was_typed_stays(maria, proposal):
    response = send(maria, proposal, amount="a lot", title="Chairs, four")
    assert response.status_code == 422
    assert "Write a number" in response.text and 'value="a lot"' in response.text
    assert 'value="Chairs, four"' in response.text and again(proposal).state == "pending"


def test_an_emptied_required_field_is_wanted_back(maria, proposal):
    response = send(maria, proposal, title="")
    assert response.status_code == 422 and again(proposal).state == "pending"


def test_what_the_gates_block_is_said_at_the_field(maria, proposal):
    response = send(maria, proposal, day=(timezone.now() + timedelta(days=40)).date().isoformat())
    assert response.status_code == 422
    assert "day lies in the future" in response.text and again(proposal).state == "pending"


def test_an_edit_above_a_limit_needs_more_signatures(maria, northwind):
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=timezone.now(),
        currency="EUR", second_above=Decimal(100),
    )  # fmt: skip
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    assert "2 people must sign" in send(maria, proposal, preview=True, amount="500.00").text
    send(maria, proposal, amount="500.00", day="")
    kept = again(proposal)
    assert (kept.state, kept.quorum) == ("pending", 2)
    answer(signed_in(northwind.ken), kept)
    assert again(proposal).state == "approved"


def test_the_second_signer_sees_what_the_first_changed(maria, northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    send(maria, proposal, amount="12.00", day="")
    page = signed_in(northwind.ken).get(url("proposal", proposal)).text
    assert "changed by maria" in page and "EUR 10.00" in page and "EUR 12.00" in page
    assert "maria changed amount and signed" in page
    answer(signed_in(northwind.ken), again(proposal))
    assert again(proposal).arguments["amount"] == "12.00" and again(proposal).state == "approved"


def test_a_signature_under_the_old_digest_does_not_count(maria, northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    send(maria, proposal, amount="12.00", day="")
    stale = answer(signed_in(northwind.ken), proposal)
    assert stale.status_code == 409 and "maria changed amount and signed" in stale.text


def test_a_stale_edit_keeps_what_was_typed(maria, proposal):
    response = send(maria, proposal, seen_digest="0" * 64, title="Chairs for the hall")
    assert response.status_code == 409
    assert "This changed while you looked" in response.text and 'value="Chairs for the hall"' in response.text
    assert again(proposal).digest in response.text and again(proposal).state == "pending"


def test_an_edit_whose_acknowledgement_was_lost_is_recorded_once_and_says_so(maria, proposal):
    send(maria, proposal, amount="12.50")
    page = maria.get(send(maria, proposal, amount="12.50").url).text
    assert "Recorded already" in page and Decision.objects.count() == 1


def test_an_edit_that_was_on_its_way_before_an_undo_signs_nothing(maria, northwind, proposal):
    builders.approve(proposal, northwind.maria)
    maria.post(url("undo", proposal))
    late = send(maria, proposal, amount="12.50", seen_round="1")
    assert late.status_code == 409 and "This changed while you looked" in late.text
    assert again(proposal).state == "pending" and 'name="round" value="2"' in late.text


def test_a_settled_item_is_not_edited(maria, northwind, proposal):
    answer(signed_in(northwind.ken), proposal)
    opened, signed = maria.get(url("edit", proposal)), send(maria, proposal, amount="11.00")
    assert opened.status_code == signed.status_code == 409
    assert "It cannot be edited" in opened.text and "Somebody was quicker: ken approved it" in signed.text
    assert again(proposal).arguments["amount"] == "10.00"


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_who_does_not_review_may_not_edit(northwind, proposal, who):
    client = signed_in(northwind.people[who])
    assert client.get(url("edit", proposal)).status_code == 403
    assert send(client, proposal, amount="11.00").status_code == 403
    assert again(proposal).arguments["amount"] == "10.00"


def test_four_eyes_hold_for_edits(northwind):
    own = builders.a_proposal(northwind.bot, excluded_reviewers=(northwind.maria.user_id,))
    assert send(signed_in(northwind.maria), own, amount="11.00").status_code == 403
    assert again(own).state == "pending"


def test_a_stranger_finds_nothing_to_edit(harbour, proposal):
    assert signed_in(harbour.dana).get(url("edit", proposal)).status_code == 404
    assert send(signed_in(harbour.dana), proposal, amount="11.00").status_code == 404
