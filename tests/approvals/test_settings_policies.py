"""Admins set the next version of a policy; all else stays as it was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from approvals import actors, policies, switches
from approvals.models import Policy
from tests.approvals.administering import TERMS, at, facts, signed_in

WORKER = actors.worker("test")


def setting(browser, **terms: Any):
    return browser.post(at("settings-policy-set", "memo.write"), TERMS | terms)


def newest() -> Policy:
    return Policy.objects.filter(tool="memo.write").latest("version")


def test_looking_at_policies_creates_none(northwind):
    browser = signed_in(northwind.ada)
    assert "defaults" in browser.get(at("settings-policies")).text
    assert "defaults, until a version is set" in browser.get(at("settings-policy", "memo.write")).text
    assert not Policy.objects.exists()


def test_an_admin_sets_every_term(northwind):
    answer = setting(
        signed_in(northwind.ada), confidence_floor="0.875", quorum="2", patience="36.5", undo_seconds="45",
        reviewers=[northwind.maria.user_id, northwind.ken.user_id], currency="eur", ask_above="100",
        second_above="500.50", block_above="10000", rate_per_hour="60", spend_per_day="20000", oldest_days="90",
        future_days="0", protected=" Acme GmbH \r\n\r\nDr. Who\r\nAcme GmbH",
    )  # fmt: skip
    assert answer.status_code == 303
    made = newest()
    assert (made.version, made.created_by) == (1, northwind.ada.user)
    assert (made.confidence_floor, made.quorum) == (Decimal("0.875"), 2)
    assert (made.patience, made.undo_seconds) == (timedelta(hours=36, minutes=30), 45)
    assert made.reviewers == sorted([northwind.maria.user_id, northwind.ken.user_id])
    assert (made.currency, made.ask_above, made.second_above) == ("EUR", Decimal(100), Decimal("500.50"))
    assert (made.block_above, made.spend_per_day) == (Decimal(10000), Decimal(20000))
    assert (made.rate_per_hour, made.oldest_days, made.future_days) == (60, 90, 0)
    assert made.protected == ["Acme GmbH", "Dr. Who"]
    [(_, actor, data)] = facts("policy.set")
    assert actor == f"user:{northwind.ada.user_id}"
    assert data == {"tool": "memo.write", "version": 1, "policy": made.pk}


def test_terms_that_are_not_touched_stay_as_they_were(northwind):
    held = {
        "patience": timedelta(minutes=100), "currency": "EUR", "ask_above": Decimal("12.34"), "protected": ["A", "B"],
        "reviewers": [northwind.maria.user_id], "rate_per_hour": 7, "oldest_days": 30, "spend_per_day": Decimal(9),
        "confidence_floor": Decimal("0.75"), "undo_seconds": 33,
    }  # fmt: skip
    before = policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=WORKER, now=timezone.now(), **held
    )
    browser = signed_in(northwind.ada)
    form = browser.get(at("settings-policy", "memo.write")).context["form"]
    shown = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert (
        browser.post(at("settings-policy-set", "memo.write"), shown | {"future_days": "4"}).status_code == 303
    )
    after = newest()
    assert (after.version, after.future_days) == (before.version + 1, 4)
    assert {name: getattr(after, name) for name in held} == held


WRONG: list[tuple[dict[str, object], str]] = [
    ({"confidence_floor": "1.1"}, "less than or equal to 1"),
    ({"confidence_floor": "much"}, "Enter a number"),
    ({"quorum": "0"}, "greater than or equal to 1"),
    ({"quorum": "10"}, "less than or equal to 9"),
    ({"patience": "0"}, "greater than or equal to"),
    ({"undo_seconds": "-1"}, "greater than or equal to 0"),
    ({"undo_seconds": "1" * 30}, "less than or equal to"),
    ({"ask_above": "-3"}, "greater than or equal to 0"),
    ({"ask_above": "1.005"}, "no more than 2 decimal places"),
    ({"ask_above": "NaN"}, "Enter a number"),
    ({"ask_above": "9" * 20}, "no more than"),
    ({"ask_above": "500", "block_above": "100"}, "limits rise"),
    ({"currency": "EURO"}, "Three letters"),
    ({"rate_per_hour": "0"}, "greater than or equal to 1"),
    ({"protected": "x" * 121}, "longer than 120 characters"),
    ({"protected": "a\x00b"}, "Null characters"),
    ({"reviewers": ["999999"]}, "not one of the available choices"),
    ({"seen": ""}, "This field is required"),
]


@pytest.mark.parametrize(
    ("terms", "words"), WRONG, ids=[str(next(iter(terms.items())))[:30] for terms, _ in WRONG]
)
def test_what_makes_no_policy_is_explained_and_kept(northwind, terms, words):
    answer = setting(signed_in(northwind.ada), **{"undo_seconds": "77"} | terms)
    assert answer.status_code == 422
    errors = " ".join(error for field in answer.context["form"].errors.values() for error in field)
    assert words in errors
    assert "undo_seconds" in terms or 'value="77"' in answer.text
    assert not Policy.objects.exists()
    assert facts("policy.set") == []


def test_more_signatures_than_chosen_reviewers_are_refused(northwind):
    answer = setting(signed_in(northwind.ada), quorum="2", reviewers=[northwind.maria.user_id])
    assert answer.status_code == 422
    assert "One reviewer cannot give two signatures." in answer.text


def test_the_same_form_sent_twice_sets_one_version(northwind):
    browser = signed_in(northwind.ada)
    setting(browser, quorum="2")
    answer = setting(browser, quorum="2")
    assert answer.status_code == 422
    assert newest().version == 1
    assert len(facts("policy.set")) == 1


def test_a_form_written_against_an_older_version_is_refused(northwind):
    browser = signed_in(northwind.ada)
    setting(browser, quorum="2")
    answer = setting(browser, quorum="3", undo_seconds="99")
    assert answer.status_code == 422
    assert "Somebody set another version meanwhile" in answer.text
    assert newest().quorum == 2


def test_a_form_that_changes_nothing_sets_nothing(northwind):
    browser = signed_in(northwind.ada)
    setting(browser, protected="A\r\nB")
    answer = setting(browser, protected="A\r\nB", seen="1")
    assert "Nothing was changed" in answer.text
    assert newest().version == 1


def test_a_stopped_tool_says_so_beside_its_policy_and_no_version_releases_it(northwind):
    browser = signed_in(northwind.ada)
    switches.pull(of=switches.OfTool(northwind.workspace, "memo.write"), actor=WORKER, now=timezone.now())
    setting(browser)
    assert "This tool is stopped" in browser.get(at("settings-policy", "memo.write")).text
    assert "stopped" in browser.get(at("settings-policies")).text


def test_the_versions_tell_who_set_them_and_what_changed(northwind):
    browser = signed_in(northwind.ada)
    setting(browser)
    setting(browser, seen="1", quorum="2", ask_above="50", currency="EUR")
    page = signed_in(northwind.tess).get(at("settings-policy", "memo.write"))
    newest_line, first = page.context["versions"]
    assert (newest_line.policy.version, newest_line.policy.created_by.username) == (2, "ada")
    assert newest_line.changes == [
        {"label": "Signatures", "before": "one signature", "after": "two signatures"},
        {"label": "Asks above", "before": "no limit", "after": "EUR\N{NO-BREAK SPACE}50.00"},
    ]
    assert first.changes == []


def test_a_tool_that_nobody_registered_has_no_page(northwind):
    browser = signed_in(northwind.ada)
    assert browser.get(at("settings-policy", "rocket.launch")).status_code == 404
    assert browser.post(at("settings-policy-set", "rocket.launch"), TERMS).status_code == 404
