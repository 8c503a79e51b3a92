"""Amounts no column holds: a fault of the arguments with a field, and never a failure of ours."""

import pytest

from tests import builders
from tests.approvals.reviewing import again, signed_in, url

BEYOND = ["1e999999", "-1e999999", "9" * 30, "100000000000000", "1e-999999"]


@pytest.mark.parametrize("amount", BEYOND)
def test_an_agent_that_proposes_one_is_blocked_at_the_field(northwind, amount):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": amount})
    ruling = next(ruling for ruling in proposal.rulings if ruling["gate"] == "schema")
    assert (proposal.state, ruling["ruling"]) == ("blocked", "block")
    assert "amount" in str(ruling) and proposal.amount is None


@pytest.mark.parametrize("amount", BEYOND)
def test_a_reviewer_who_types_one_is_told_and_signs_nothing(northwind, amount):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    typed = {
        "argument-title": "Chairs",
        "argument-amount": amount,
        "seen_digest": proposal.digest,
        "sign": "1",
    }
    page = signed_in(northwind.maria).post(url("edit", proposal), typed)
    assert page.status_code == 422 and "beyond all measure" in page.text and amount in page.text
    assert again(proposal).state == "pending" and again(proposal).arguments["amount"] == "10.00"


def test_the_largest_that_fits_is_let_in(northwind):
    proposal = builders.a_proposal(
        northwind.bot, arguments={"title": "Chairs", "amount": "99999999999999.99"}
    )
    assert str(again(proposal).amount) == "99999999999999.99"
