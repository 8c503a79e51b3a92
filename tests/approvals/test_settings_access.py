"""Who may look at settings, and who may change them."""

import pytest
from django.test import Client

from approvals.models import LedgerEntry
from tests.approvals.administering import actions, at, pages, signed_in


@pytest.mark.parametrize("who", ["ada", "tess"])
def test_admins_and_auditors_read_every_page_of_settings(northwind, who):
    actions(northwind)
    for page in pages(northwind):
        assert signed_in(northwind.people[who]).get(page).status_code == 200, page


@pytest.mark.parametrize("who", ["maria", "olu"])
def test_reviewers_and_ops_owners_may_not_read_settings(northwind, who):
    assert {signed_in(northwind.people[who]).get(page).status_code for page in pages(northwind)} == {403}


def test_settings_do_not_exist_for_strangers(northwind, harbour):
    assert {signed_in(harbour.dana).get(page).status_code for page in pages(northwind)} == {404}


def test_whoever_is_not_signed_in_is_sent_to_sign_in(northwind):
    assert {Client().get(page).status_code for page in pages(northwind)} == {302}


@pytest.mark.parametrize("who", ["maria", "ken", "olu", "tess"])
def test_only_admins_change_settings(northwind, who):
    made = actions(northwind)
    before = LedgerEntry.objects.count()
    browser = signed_in(northwind.people[who])
    assert {browser.post(at(name, *args), form).status_code for name, args, form in made} == {403}
    assert LedgerEntry.objects.count() == before


def test_strangers_change_nothing(northwind, harbour):
    made = actions(northwind)
    before = LedgerEntry.objects.count()
    browser = signed_in(harbour.dana)
    assert {browser.post(at(name, *args), form).status_code for name, args, form in made} == {404}
    assert LedgerEntry.objects.count() == before


def test_an_admin_reaches_nothing_of_another_workspace_under_the_name_of_their_own(northwind, harbour):
    """The address of one's own house with another's ids in it."""
    made = [action for action in actions(northwind) if action[1] and action[0] != "settings-policy-set"]
    before = LedgerEntry.objects.count()
    browser = signed_in(harbour.dana)
    answers = {browser.post(at(name, *args, slug="harbour"), form).status_code for name, args, form in made}
    assert answers == {404}
    assert LedgerEntry.objects.count() == before


def test_what_changes_something_refuses_to_be_read(northwind):
    made = actions(northwind)
    before = LedgerEntry.objects.count()
    browser = signed_in(northwind.ada)
    for name, args, _ in made:
        assert browser.get(at(name, *args)).status_code == 405, name
        assert browser.head(at(name, *args)).status_code == 405, name
    assert LedgerEntry.objects.count() == before


def test_what_changes_something_refuses_a_form_of_another_site(northwind):
    made = actions(northwind)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(northwind.ada.user)
    assert {browser.post(at(name, *args), form).status_code for name, args, form in made} == {403}


def test_every_action_works_for_an_admin_and_leaves_one_entry(northwind, harbour):
    browser = signed_in(northwind.ada)
    for name, args, form in actions(northwind):
        before = LedgerEntry.objects.count()
        assert browser.post(at(name, *args), form).status_code in {200, 303}, name
        assert LedgerEntry.objects.count() == before + 1, name


def test_auditors_are_shown_no_form(northwind):
    actions(northwind)
    browser = signed_in(northwind.tess)
    for page in pages(northwind):
        assert "/settings/" not in "".join(
            part.split(">")[0] for part in browser.get(page).text.split("<form")[1:]
        ), page


def test_the_rail_leads_to_settings_those_who_may_read_them(northwind):
    inside = {
        who: at("settings") in signed_in(northwind.people[who]).get(at("review")).text
        for who in ("ada", "tess", "maria", "olu")
    }
    assert inside == {"ada": True, "tess": True, "maria": False, "olu": False}
