"""An edit over somebody's signature: said before it is signed, and told after."""

import pytest

from tests import builders
from tests.approvals.reviewing import answer, signed_in, url


@pytest.fixture
def signed_by_ken(northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    answer(signed_in(northwind.ken), proposal)
    return proposal


def typed(proposal, amount, **more):
    fields = {"argument-title": "Chairs", "argument-amount": amount, "seen_digest": proposal.digest}
    return fields | more


FALLS = "ken’s signature falls away"


def test_the_form_says_so_before_anything_is_typed(northwind, signed_by_ken):
    page = signed_in(northwind.maria).get(url("edit", signed_by_ken)).text
    assert "This is signed already" in page and FALLS in page


def test_the_rehearsal_says_so_only_when_values_differ(northwind, signed_by_ken):
    maria = signed_in(northwind.maria)
    hx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "rehearsal"}
    other = maria.post(url("edit", signed_by_ken), typed(signed_by_ken, "12.00", preview=1), **hx).text
    same = maria.post(url("edit", signed_by_ken), typed(signed_by_ken, "10.00", preview=1), **hx).text
    assert FALLS in other and FALLS not in same


def test_without_a_signature_nothing_is_said(northwind, two_must_sign):
    proposal = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    maria = signed_in(northwind.maria)
    page = maria.post(url("edit", proposal), typed(proposal, "12.00", preview=1)).text
    assert "falls away" not in page and "signed already" not in page


def test_the_story_tells_it_after(northwind, signed_by_ken):
    maria = signed_in(northwind.maria)
    assert maria.post(url("edit", signed_by_ken), typed(signed_by_ken, "12.00", sign=1)).status_code == 303
    page = maria.get(url("proposal", signed_by_ken)).text
    assert "The signature of ken fell away: other values." in page
    assert "1 of 2 signatures: maria" in page
