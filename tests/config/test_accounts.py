"""Who is signed in is found out anew for every page, by questions whose plans are kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tests.people import PASSWORD


@pytest.fixture
def page(client, northwind):
    """Maria's page of the queue, asked for by who has signed in with her password."""
    client.post(reverse("sign-in"), {"username": "maria", "password": PASSWORD})
    address = reverse("review", args=["northwind"])
    assert client.get(address).status_code == 200
    return lambda: client.get(address)


def is_led_to_sign_in(answer):
    return answer.status_code == 302 and answer.url.startswith(reverse("sign-in"))


def test_who_signed_in_with_a_password_is_known_by_our_own_backend(page, client):
    assert client.session["_auth_user_backend"] == "config.accounts.People"


def test_who_is_deactivated_is_out_with_the_next_page(page, northwind):
    northwind.maria.user.is_active = False
    northwind.maria.user.save(update_fields=["is_active"])
    assert is_led_to_sign_in(page())


def test_who_has_another_password_now_is_out_with_the_next_page(page, northwind):
    northwind.maria.user.set_password("a battery of other horses")
    northwind.maria.user.save(update_fields=["password"])
    assert is_led_to_sign_in(page())


def test_a_session_that_has_run_out_is_nobodys(page):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert is_led_to_sign_in(page())


def test_a_session_that_was_ended_elsewhere_is_nobodys(page):
    Session.objects.all().delete()
    assert is_led_to_sign_in(page())
