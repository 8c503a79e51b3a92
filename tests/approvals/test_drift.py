"""A target that moved: what the page says of each field on its three sides."""

import pytest

from approvals.models import Proposal
from approvals.showing import drift, foreseen
from tests import builders
from tests.approvals.reviewing import signed_in, url
from tests.people import Company

pytestmark = pytest.mark.django_db
VENDOR = {"name": "Wendelkamp", "account": "6300", "currency": "EUR"}


def sent_back(company: Company, was: dict, now: dict, **arguments: str) -> Proposal:
    told = {"title": "Chairs", "amount": "12.00"} | arguments
    proposal = builders.a_proposal(company.bot, arguments=told)
    proposal.observation = {"before": now, "version": "2", "was": was, "was_at": "2026-10-01T08:00:00+00:00"}
    return proposal


def sides(line: drift.Line) -> tuple[str, str, str]:
    return str(line.was), str(line.now), str(line.would)


def test_what_was_not_sent_back_has_no_drift(northwind: Company) -> None:
    assert drift.read(builders.a_proposal(northwind.bot)) is None


def test_a_field_that_the_write_sets_and_somebody_else_changed_comes_first(northwind: Company) -> None:
    found = drift.read(sent_back(northwind, {"a": 1, "amount": "8.00"}, {"a": 2, "amount": "9.50"}))
    assert found and [line.conflict for line in found.moved] == [True, False] and found.conflicts == 1
    assert sides(found.moved[0]) == ("EUR 8.00", "EUR 9.50", "EUR 12.00")
    assert sides(found.moved[1]) == ("1", "2", "")
    assert found.was_at and found.was_at.hour == 8


def test_a_target_that_came_to_agree_is_no_conflict(northwind: Company) -> None:
    found = drift.read(sent_back(northwind, {"amount": "8.00"}, {"amount": "12.00"}))
    assert found and (found.moved[0].conflict, found.moved[0].agrees) == (False, True)


def test_of_a_record_only_the_parts_that_moved_are_told(northwind: Company) -> None:
    found = drift.read(sent_back(northwind, {"vendor": VENDOR}, {"vendor": VENDOR | {"account": "6420"}}))
    assert found and [(str(line.label), *sides(line)) for line in found.moved] == [
        ("Vendor · Account", "6300", "6420", "")
    ]


def test_a_record_that_is_gone_is_told(northwind: Company) -> None:
    found = drift.read(sent_back(northwind, {"vendor": VENDOR}, {"vendor": None}))
    assert found and found.moved[0].now == "nothing" and "Wendelkamp" in found.moved[0].was


def test_a_running_total_is_carried_on_from_where_it_stands(northwind: Company) -> None:
    def total(before: str, after: str) -> dict:
        return {"account_total": {"currency": "EUR", "before": before, "after": after}}

    found = drift.read(sent_back(northwind, total("10.00", "22.00"), total("15.00", "27.00")))
    assert found and sides(found.moved[0]) == ("EUR 10.00", "EUR 15.00", "EUR 27.00")
    assert not found.moved[0].conflict


def test_what_nobody_touched_is_kept_apart(northwind: Company) -> None:
    same = {"title": "Chairs before"}
    found = drift.read(sent_back(northwind, same | {"n": 1}, same | {"n": 2}))
    assert found and [sides(line) for line in found.still] == [("Chairs before", "Chairs before", "Chairs")]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "a\u202eb", "x" * 5_000, "[]", "None"])
def test_what_a_target_says_is_text(northwind: Company, hostile: str) -> None:
    proposal = sent_back(
        northwind, {"title": hostile, hostile[:60]: 1}, {"title": "now", hostile[:60]: {"x": [hostile]}}
    )
    Proposal.objects.filter(pk=proposal.pk).update(observation=proposal.observation)
    page = signed_in(northwind.maria).get(url("proposal", proposal)).text
    assert 'id="drift"' in page and "<script>alert" not in page and "\u202e" not in page


def test_what_a_rehearsal_foresees_is_typed_and_its_rest_told(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    would = {"before": {"amount": "8.00", "kept": "x"}, "after": {"amount": "12.00", "kept": "x", "day": "2026-10-02"},
             "bytes": 812, "answer": {"http": 200}}  # fmt: skip
    found = foreseen.read(proposal, proposal.arguments, would)
    told = {line.name: (str(line.before), str(line.after)) for line in found.changes}
    assert told["amount"] == ("EUR 8.00", "EUR 12.00") and told["day"] == ("", "2 October 2026")
    assert {str(fact["label"]) for fact in found.facts} == {"Bytes", "Answer"}


@pytest.mark.parametrize(
    "would", [{}, {"after": None}, {"after": [1]}, {"before": "x"}, {"after": {"a": {"b": [{}]}}}]
)
def test_odd_shapes_break_no_page(northwind: Company, would: dict) -> None:
    proposal = builders.a_proposal(northwind.bot)
    foreseen.read(proposal, proposal.arguments, would)
