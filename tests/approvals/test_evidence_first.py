"""Where much is at stake, what supports a proposal stands before everything that speaks for it."""

import pytest

from tests.approvals.queueing import waiting
from tests.approvals.reviewing import signed_in, url

PROOF, WHAT = '<div class="proof">', "What will happen</h2>"
ADVICE = ("<h2>Checks</h2>", "How often this was right", "In the agent’s words")


@pytest.mark.parametrize(("risk", "first"), [("high", PROOF), ("medium", WHAT), ("low", WHAT)])
def test_evidence_comes_before_advice_and_for_high_risk_before_all_else(northwind, risk, first):
    item = waiting(northwind, risk=risk)
    page = signed_in(northwind.maria).get(url("proposal", item)).text
    places = {words: page.index(words) for words in (PROOF, WHAT, *ADVICE)}
    assert min(places, key=places.__getitem__) == first
    assert all(places[PROOF] < places[words] for words in ADVICE)
