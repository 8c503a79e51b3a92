"""Admins say who belongs to the workspace, and there is always one left who may."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from approvals import actors, people
from approvals.models import Membership
from tests.approvals.administering import at, facts, signed_in
from tests.patience import PATIENCE_SECONDS


def give(browser, member: Membership, *roles: str):
    return browser.post(at("settings-person-roles", member.pk), {"roles": roles})


def roles_of(member: Membership) -> list[str]:
    return Membership.objects.get(pk=member.pk).roles


def test_an_admin_adds_somebody_who_can_sign_in(northwind, harbour):
    form = {"username": "dana", "roles": ["ops_owner", "reviewer"]}
    assert signed_in(northwind.ada).post(at("settings-person-add"), form).status_code == 303
    made = Membership.objects.get(workspace=northwind.workspace, user=harbour.dana.user)
    assert made.roles == ["reviewer", "ops_owner"]
    assert signed_in(made).get(at("review")).status_code == 200
    data = {"user": made.user_id, "roles": ["reviewer", "ops_owner"]}
    assert facts("member.added") == [("member.added", f"user:{northwind.ada.user_id}", data)]


WRONG = [
    ({"username": "nobody", "roles": ["reviewer"]}, "Nobody of that name can sign in here"),
    ({"username": "gone", "roles": ["reviewer"]}, "Nobody of that name can sign in here"),
    ({"username": "maria", "roles": ["reviewer"]}, "in the list already"),
    ({"username": "dana", "roles": []}, "Choose at least one role"),
    ({"username": "dana", "roles": ["king"]}, "not one of the available choices"),
    ({"username": "", "roles": ["reviewer"]}, "This field is required"),
]


@pytest.mark.parametrize(("form", "words"), WRONG)
def test_nobody_is_added_by_a_wrong_form(northwind, harbour, form, words):
    User.objects.create_user("gone", is_active=False)
    before = Membership.objects.count()
    answer = signed_in(northwind.ada).post(at("settings-person-add"), form)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{form["username"]}"' in answer.text or not form["username"]
    assert Membership.objects.count() == before
    assert facts("member.added") == []


def test_an_admin_changes_roles_and_they_hold_at_once(northwind):
    assert give(signed_in(northwind.ada), northwind.maria, "auditor").status_code == 303
    assert roles_of(northwind.maria) == ["auditor"]
    assert signed_in(northwind.maria).get(at("settings")).status_code == 200
    data = {"user": northwind.maria.user_id, "roles": ["auditor"]}
    assert facts("member.changed") == [("member.changed", f"user:{northwind.ada.user_id}", data)]


def test_giving_the_same_roles_twice_is_one_fact(northwind):
    browser = signed_in(northwind.ada)
    give(browser, northwind.maria, "auditor", "reviewer")
    answer = give(browser, northwind.maria, "reviewer", "auditor")
    assert answer.status_code == 422
    assert "these are the roles already" in answer.text
    assert len(facts("member.changed")) == 1


def test_roles_held_in_another_order_are_the_same_roles(northwind):
    answer = give(signed_in(northwind.ada), northwind.ada, *reversed(northwind.ada.roles))
    assert "these are the roles already" in answer.text


def test_the_last_admin_stays_one(northwind):
    answer = give(signed_in(northwind.ada), northwind.ada, "reviewer")
    assert answer.status_code == 422
    assert "make somebody else an admin first" in answer.text
    assert "admin" in roles_of(northwind.ada)
    assert facts("member.changed") == []


def test_an_admin_who_cannot_sign_in_does_not_count(northwind):
    give(signed_in(northwind.ada), northwind.ken, "admin")
    User.objects.filter(username="ken").update(is_active=False)
    assert (
        "make somebody else an admin first" in give(signed_in(northwind.ada), northwind.ada, "reviewer").text
    )


def test_an_admin_may_step_down_where_two_others_are_left_and_is_led_back_to_work(northwind):
    Membership.objects.filter(pk__in=[northwind.ken.pk, northwind.olu.pk]).update(roles=["admin", "reviewer"])
    browser = signed_in(northwind.ada)
    answer = give(browser, northwind.ada, "reviewer")
    assert answer.url == at("review")
    assert browser.get(at("settings")).status_code == 403


def test_nobody_is_left_without_a_role(northwind):
    answer = give(signed_in(northwind.ada), northwind.maria)
    assert answer.status_code == 422
    assert "Choose at least one role" in answer.text
    assert roles_of(northwind.maria) == ["reviewer"]


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_unseat_each_other(northwind):
    signed_in(northwind.ada).post(at("settings-person-roles", northwind.ken.pk), {"roles": ["admin"]})
    gate, refused = threading.Barrier(2), []

    def unseat(member: Membership) -> None:
        gate.wait(PATIENCE_SECONDS)
        try:
            people.change_roles(
                member=member, roles=["reviewer"], actor=actors.worker("test"), now=timezone.now()
            )
        except people.LastAdmin:
            refused.append(member)
        finally:
            connection.close()

    both = [threading.Thread(target=unseat, args=[member]) for member in (northwind.ada, northwind.ken)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(PATIENCE_SECONDS)
    assert len(refused) == 1
    assert Membership.objects.filter(workspace=northwind.workspace, roles__contains=["admin"]).count() == 1
