"""Similar past decisions: of the same tool and party, by people, in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Proposal
from approvals.showing import past
from tests import builders, orders
from tests.approvals.reviewing import as_drill, signed_in, url


@pytest.fixture(autouse=True)
def _orders(northwind):
    orders.install()
    northwind.bot.tools = ["orders.place", "memo.write"]
    northwind.bot.save(update_fields=["tools"])


def an_order(company, customer="Anna Berg", **more) -> Proposal:
    arguments = orders.WHOLE | {"customer": customer, "reference": f"R-{Proposal.objects.count()}"}
    return builders.a_proposal(company.bot, tool="orders.place", arguments=arguments, subject="", **more)


def test_verdicts_are_told_in_words_newest_first(northwind):
    maria = signed_in(northwind.maria)
    signed = builders.approve(an_order(northwind), northwind.maria)
    edited = an_order(northwind)
    builders.approve(edited, northwind.ken, verdict="edit", arguments=edited.arguments | {"tags": ["hall"]})
    refused = builders.approve(
        an_order(northwind), northwind.ken, verdict="reject", reason_code="wrong_value"
    )
    page = maria.get(url("proposal", an_order(northwind))).text
    assert "Signed 2 of the last 3 for this customer." in page
    told = page[page.index('<ul class="past">') :].partition("</ul>")[0]
    words = ["Rejected by ken: a value is wrong", "Approved with edits by ken: tags", "Approved by maria"]
    assert [told.index(word) for word in words] == sorted(told.index(word) for word in words)
    assert all(url("proposal", row) in told for row in (signed, edited, refused))


def test_what_was_sent_back_and_settled_elsewhere_is_told(northwind):
    row = an_order(northwind)
    builders.approve(row, northwind.maria, verdict="hand_over")
    builders.approve(an_order(northwind), northwind.maria)
    Proposal.objects.filter(pk=row.pk).update(state="superseded", settled_at=timezone.now())
    found = past.of(an_order(northwind), timezone.now())
    assert found is not None
    assert [earlier.verdict for earlier in found.rows] == ["sent back to exceptions", "approved"]
    assert found.sentence == "Signed 1 of the last 2 for this customer."


@pytest.mark.parametrize("settle", [{"state": "expired"}, {"state": "withdrawn"}])
def test_what_nobody_answered_is_no_past(northwind, settle):
    row = an_order(northwind)
    Proposal.objects.filter(pk=row.pk).update(**settle, settled_at=timezone.now())
    assert past.of(an_order(northwind), timezone.now()) is None


def test_other_parties_tools_and_workspaces_do_not_count(northwind):
    builders.approve(an_order(northwind, customer="Somebody else"), northwind.maria)
    builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    assert past.of(an_order(northwind), timezone.now()) is None


def test_drills_are_left_out(northwind):
    as_drill(an_order(northwind))
    assert past.of(an_order(northwind), timezone.now()) is None


def test_five_are_shown_and_the_cost_stays(northwind, django_assert_num_queries):
    at = timezone.now() - timedelta(days=1)
    for _ in range(7):
        builders.approve(an_order(northwind, at=at), northwind.maria, at=at)
    row = an_order(northwind)
    with django_assert_num_queries(1):
        found = past.of(row, timezone.now())
    assert found is not None and len(found.rows) == 5
    assert found.sentence == "Signed 5 of the last 5 for this customer."


def test_the_sentence_names_the_last_amount_and_day(northwind):
    at = timezone.now() - timedelta(days=40)
    row = builders.a_proposal(northwind.bot, title="Chairs", at=at)
    builders.approve(row, northwind.maria, at=at)
    Proposal.objects.update(party="Chairs")
    now = builders.a_proposal(northwind.bot, title="Chairs")
    now.party = "Chairs"
    found = past.of(now, timezone.now())
    assert found is not None
    assert found.sentence.startswith(
        "The one before for this recipient was signed; the last signed was EUR 10.00 on "
    )
