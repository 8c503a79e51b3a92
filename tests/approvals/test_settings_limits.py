"""Settings, Limits: set, replaced and retired by admins, on record, with what is used of each and who waits."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import actors, limits
from approvals.models import Limit
from runs import drain
from tests.approvals.administering import at, facts, signed_in
from tests.builders import an_approved

HOURLY = {"place": "workspace:", "kind": "writes:hour", "amount": "100", "burst": "", "currency": ""}
DAILY = {"place": "tool:memo.write", "kind": "money:day", "amount": "5000", "burst": "", "currency": "eur"}


def post(member, **changes):
    return signed_in(member).post(at("settings-limit-set"), HOURLY | changes)


def page(member):
    return signed_in(member).get(at("settings-limits")).text


def test_an_admin_sets_a_rate_and_the_ledger_says_which(northwind):
    assert post(northwind.ada).status_code == 303
    limit = Limit.objects.get()
    assert (limit.scope, limit.measure, limit.per, limit.amount, limit.burst) == (
        "workspace", "writes", "hour", 100, 100,
    )  # fmt: skip
    told = {"limit": limit.pk, "scope": "workspace", "measure": "writes", "per": "hour", "amount": "100"}
    assert facts("limit.set") == [("limit.set", f"user:{northwind.ada.user_id}", told)]
    assert "100 writes an hour" in page(northwind.tess)


def test_an_admin_limits_what_a_tool_spends(northwind):
    assert post(northwind.ada, **DAILY).status_code == 303
    limit = Limit.objects.get()
    assert (limit.scope, limit.key, limit.amount, limit.currency, limit.burst) == (
        "tool", "memo.write", Decimal(5000), "EUR", None,
    )  # fmt: skip
    assert "EUR 5,000.00 a day" in page(northwind.ada)


def test_an_agent_is_limited_by_name(northwind):
    post(northwind.ada, place=f"agent:{northwind.bot.id.hex}", burst="10")
    assert Limit.objects.get().key == northwind.bot.id.hex
    assert "ten writes at once" in page(northwind.ada) or "10 writes at once" in page(northwind.ada)


def test_another_on_the_same_thing_replaces_it(northwind):
    post(northwind.ada)
    post(northwind.ada, amount="200")
    old, new = Limit.objects.order_by("id")
    assert (
        old.retired_at is not None and old.retired_by_id == northwind.ada.user_id and new.retired_at is None
    )
    assert facts("limit.set")[1][2]["replaces"] == old.pk


def test_the_same_twice_changes_once(northwind):
    assert [post(northwind.ada).status_code for _ in range(2)] == [303, 422]
    assert len(facts("limit.set")) == 1


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"amount": "0"}, "More than nothing"), ({"amount": "1.5"}, "whole number"), ({"amount": "-3"}, "greater than"),
        ({"currency": "EUR"}, "no currency"), ({"kind": "money:day"}, "in which currency"),
        ({"kind": "money:day", "currency": "EUR", "burst": "3"}, "stays empty"),
        ({"kind": "writes:month"}, "valid choice"),
        ({"place": "agent:nobody"}, "valid choice"), ({"currency": "euro"}, "Three letters"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_sets_nothing_and_says_why(northwind, odd, why):
    answer = post(northwind.ada, **odd)
    assert answer.status_code == 422 and not Limit.objects.exists() and facts("limit.set") == []
    assert why in answer.text or "not one of the available choices" in answer.text


def test_a_limit_is_retired_once(northwind):
    post(northwind.ada)
    limit, browser = Limit.objects.get(), signed_in(northwind.ada)
    for words in ("is retired", "was retired before"):
        assert browser.post(at("settings-limit-retire", limit.pk)).status_code == 303
        assert words in browser.get(at("settings-limits")).text
    told = [kind for kind, *_ in facts("limit.retired")]
    assert told == ["limit.retired"] and limits.in_force(northwind.workspace.pk) == ()


def test_the_page_says_what_is_used_and_who_waits(northwind, board):
    post(northwind.ada, amount="2")
    post(northwind.ada, **DAILY | {"amount": "100"})
    for _ in range(3):
        an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    shown = page(northwind.ada)
    assert "no writes may go now" in shown and "EUR 20.00 used" in shown
    assert '<b class="num">1</b> waits' in shown


def test_retiring_lets_what_waits_go_on(northwind, board):
    post(northwind.ada, amount="1")
    for _ in range(3):
        an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    assert len(board.calls) == 1
    signed_in(northwind.ada).post(at("settings-limit-retire", Limit.objects.get().pk))
    drain.drain(linger=0, longest=0)
    assert len(board.calls) == 3


def test_only_admins_set_and_retire_and_auditors_read(northwind):
    post(northwind.ada)
    limit = Limit.objects.get()
    for member in (northwind.maria, northwind.olu, northwind.tess):
        assert post(member, amount="7").status_code == 403
        assert signed_in(member).post(at("settings-limit-retire", limit.pk)).status_code == 403
    assert signed_in(northwind.maria).get(at("settings-limits")).status_code == 403
    assert "settings/limits/set" not in page(northwind.tess)
    assert Limit.objects.get().retired_at is None


def test_a_stranger_reaches_no_limit_by_either_name(northwind, harbour):
    post(northwind.ada)
    limit, dana = Limit.objects.get(), signed_in(harbour.dana)
    for slug in ("northwind", "harbour"):
        assert dana.post(at("settings-limit-retire", limit.pk, slug=slug)).status_code == 404
    assert dana.post(at("settings-limit-set"), HOURLY).status_code == 404
    strange = HOURLY | {"place": f"agent:{northwind.bot.id.hex}"}
    assert dana.post(at("settings-limit-set", slug="harbour"), strange).status_code == 422
    assert Limit.objects.count() == 1 and Limit.objects.get().retired_at is None


def test_setting_and_retiring_are_posts(northwind):
    post(northwind.ada)
    browser = signed_in(northwind.ada)
    assert browser.get(at("settings-limit-set")).status_code == 405
    assert browser.get(at("settings-limit-retire", Limit.objects.get().pk)).status_code == 405


def test_a_limit_is_never_changed_or_deleted(northwind):
    limits.set_limit(
        workspace=northwind.workspace, terms=limits.Terms("workspace", "writes", "day", Decimal(5), burst=5),
        by=None, actor=actors.worker("test"), now=timezone.now(),
    )  # fmt: skip
    for change in (lambda: Limit.objects.update(amount=9), lambda: Limit.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
