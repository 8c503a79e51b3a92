"""Rules in the browser: added, moved, tried, taken away; and open cases moved to where they belong by now."""

from typing import Any

import pytest
from django.test import Client

from approvals.models import LedgerEntry
from exceptions import cases, ruling
from exceptions.models import Case, Revision, Rule
from tests.builders import actor_of, now
from tests.exceptions.conftest import kinds, open_case
from tests.exceptions.ruling import a_rule, class_of, team
from tests.exceptions.test_pages import BASE, signed_in
from tests.people import Company

RULES = f"{BASE}rules/"
REROUTE = f"{RULES}re-route/"


def form(company: Company, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Payroll", "message": "payroll", "owner": team(company, "Controllers").pk, "place": 1,
        "seen": ruling.version(company.workspace.pk),
    } | changes  # fmt: skip


def names(company: Company) -> list[str]:
    return [rule.name for rule in ruling.in_order(company.workspace.pk)]


def changed() -> int:
    return LedgerEntry.objects.filter(kind="rules.changed").count()


def test_rules_are_added_changed_moved_and_taken_away(northwind: Company) -> None:
    client = signed_in(northwind.ada)
    client.post(f"{RULES}new/", form(northwind))
    client.post(f"{RULES}new/", form(northwind, name="Vendors", message="vendor", place=2))
    client.post(f"{RULES}new/", form(northwind, name="First", code="x.*", place=1))
    assert names(northwind) == ["First", "Payroll", "Vendors"]
    last = Rule.objects.get(name="Vendors")

    client.post(f"{RULES}{last.pk}/move/", {"to": "up", "seen": 3})
    client.post(f"{RULES}{last.pk}/", form(northwind, name="Vendors", message="supplier", place=1))

    assert names(northwind) == ["Vendors", "First", "Payroll"]
    last.refresh_from_db()
    assert (last.message, last.version, last.position) == ("supplier", 2, 1)
    answer = client.post(f"{RULES}{last.pk}/remove/", {"seen": 5}, follow=True).content.decode()
    assert "holds no longer" in answer
    assert names(northwind) == ["First", "Payroll"]
    assert (changed(), Revision.objects.filter(kind="rules", by=northwind.ada.user).count()) == (6, 6)
    assert client.get(f"{RULES}new/").context["form"].initial["place"] == 3


def test_who_comes_second_is_told_and_changes_nothing(northwind: Company) -> None:
    client, stale = signed_in(northwind.ada), form(northwind)
    client.post(f"{RULES}new/", form(northwind, name="Faster"))
    faster = Rule.objects.get()

    assert "meanwhile" in client.post(f"{RULES}new/", stale).content.decode()
    for act in ("move/", "remove/"):
        for seen in ("0", "2", "", "²"):
            answer = client.post(f"{RULES}{faster.pk}/{act}", {"to": "up", "seen": seen}, follow=True)
            assert "Somebody changed the rules meanwhile" in answer.content.decode()
    assert (names(northwind), changed()) == (["Faster"], 1)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"owner": ""}, {"message": ""}, {"code": "a*b"}, {"operation": "**"}, {"currency": "€"},
     {"amount_from": "5"}, {"amount_from": "NaN", "currency": "EUR"}, {"owner": 10**12}, {"message": "\x00"},
     {"message": "", "code": "*"}, {"place": 0}, {"place": "last"}, {"agent": "nobody"}, {"seen": ""}],
)  # fmt: skip
def test_what_makes_no_rule_is_refused(northwind: Company, wrong: dict[str, Any]) -> None:
    answer = signed_in(northwind.ada).post(f"{RULES}new/", form(northwind, **wrong))

    assert answer.status_code == 422
    assert not Rule.objects.exists()


def test_rules_are_the_admins_and_the_workspaces_own(northwind: Company, harbour: Company) -> None:
    rule, theirs = a_rule(northwind, owner="Platform", code="x.y"), team(harbour, "Platform").pk

    for url in (
        f"{RULES}new/",
        f"{RULES}{rule.pk}/",
        f"{RULES}{rule.pk}/move/",
        f"{RULES}{rule.pk}/remove/",
        REROUTE,
    ):
        for person in (northwind.maria, northwind.olu, northwind.tess):
            assert signed_in(person).post(url, form(northwind)).status_code == 403, url
        assert signed_in(harbour.dana).post(url, form(northwind)).status_code == 404, url
        assert Client().post(url).status_code == 302, url
    assert (
        signed_in(harbour.dana).get(f"{RULES}{rule.pk}/".replace("northwind", "harbour")).status_code == 404
    )
    assert signed_in(northwind.ada).post(f"{RULES}new/", form(northwind, owner=theirs)).status_code == 422
    kind = class_of(harbour, "run.failed").pk
    assert (
        signed_in(northwind.ada).post(f"{RULES}new/", form(northwind, failure_class=kind)).status_code == 422
    )
    for url in (f"{RULES}{rule.pk}/move/", f"{RULES}{rule.pk}/remove/", f"{RULES}try/"):
        assert signed_in(northwind.ada).get(url).status_code == 405
    assert (changed(), names(northwind)) == (0, ["rule for Platform"])


def test_a_pasted_failure_shows_its_rule_its_class_and_whose_it_is(northwind: Company) -> None:
    rule = a_rule(northwind, to="posting.period_closed", owner="AI quality", message="period")
    client = signed_in(northwind.olu)

    hit = client.post(f"{RULES}try/", {"message": "the PERIOD is closed <b>", "code": "posting.refused"})
    miss = client.post(f"{RULES}try/", {"message": "no", "amount": "12.50", "currency": "eur"})

    routed = hit.context["routed"]
    assert (routed.rule, routed.failure_class.code, routed.owner.name) == (
        rule,
        "posting.period_closed",
        "AI quality",
    )
    assert "No rule takes it" in miss.content.decode()
    assert miss.context["routed"].failure_class.code == "unclassified"
    assert client.post(f"{RULES}try/", {"currency": "€uro", "message": "x" * 900}).status_code == 422
    assert not Case.objects.exists() and changed() == 0


def test_looking_shows_the_cases_a_rule_would_take_and_keeps_nothing(northwind: Company) -> None:
    taken, _ = open_case(northwind.workspace, message="payroll is late"), open_case(northwind.workspace)

    page = signed_in(northwind.ada).post(f"{RULES}new/", form(northwind, act="look"))

    assert page.status_code == 200
    assert [move.case for move in page.context["moves"]] == [taken]
    assert not Rule.objects.exists()


def test_open_cases_are_moved_when_an_admin_says_so(northwind: Company) -> None:
    """One that a person handed over stays, one that is held stays with its holder, one that moved on stays behind."""
    free, held, given, left = (open_case(northwind.workspace, message=f"payroll {word}") for word in "abcd")
    olu = northwind.olu
    cases.take(case=held, member=olu, actor=actor_of(olu), now=now())
    cases.hand_over(case=given, to=team(northwind, "Platform"), member=olu, actor=actor_of(olu), now=now())
    rule, client = (
        a_rule(northwind, to="run.failed", owner="Controllers", message="payroll"),
        signed_in(northwind.ada),
    )
    shown = client.get(REROUTE).context["moves"]
    assert {move.case for move in shown} == {free, held, left}
    cases.hand_over(case=left, to=team(northwind, "Platform"), member=olu, actor=actor_of(olu), now=now())
    clock = Case.objects.get(pk=held.pk).next_escalation_at

    page = client.post(
        REROUTE, {"case": [*(move.mark for move in shown), "nonsense"]}, follow=True
    ).content.decode()

    assert "Two cases moved. Two cases no longer belong where it was shown." in page
    for case in (free, held, given, left):
        case.refresh_from_db()
    assert [case.owner.name for case in (free, held, given, left)] == [
        *["Controllers"] * 2,
        *["Platform"] * 2,
    ]
    assert {case.owner_source for case in (free, held)} == {f"rule:{rule.pk}@1"}
    assert {case.failure_class.code for case in (free, held)} == {"run.failed"}
    assert free.next_escalation_at <= now()
    assert (held.assignee, held.next_escalation_at) == (olu.user, clock)
    assert kinds(free) == ["case.opened", "case.rerouted"]
    assert client.get(REROUTE).context["moves"] == []
