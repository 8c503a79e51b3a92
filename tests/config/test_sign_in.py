"""People sign in; those who guess are stopped."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

PASSWORD = "correct-horse-battery"


@pytest.fixture
def maria(db):
    return get_user_model().objects.create_user("maria", password=PASSWORD)


def sign_in(client, password):
    return client.post(reverse("sign-in"), {"username": "maria", "password": password})


def test_a_person_signs_in_and_out(client, maria):
    assert sign_in(client, PASSWORD).status_code == 302
    assert "_auth_user_id" in client.session
    client.post(reverse("sign-out"))
    assert "_auth_user_id" not in client.session


def test_signing_out_by_a_link_is_not_possible(client, maria):
    client.force_login(maria)
    assert client.get(reverse("sign-out")).status_code == 405
    assert "_auth_user_id" in client.session


def test_guessing_is_stopped_even_when_the_guess_is_right_at_last(client, maria):
    for _ in range(5):
        answer = sign_in(client, "guess")
    assert answer.status_code == 429
    assert sign_in(client, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_page_runs_no_script_but_ours(client, db):
    policy = client.get(reverse("sign-in")).headers["Content-Security-Policy"]
    for rule in (
        "default-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy


def test_who_is_locked_out_is_told_so_and_for_how_long(client, maria):
    for _ in range(5):
        answer = sign_in(client, "guess")
    assert answer.status_code == 429
    assert "Too many wrong passwords" in answer.text and "for 15 minutes" in answer.text


def test_one_who_mistypes_locks_out_nobody_else(client, maria):
    for _ in range(5):
        client.post(reverse("sign-in"), {"username": "ken", "password": "guess"})
    assert sign_in(client, PASSWORD).status_code == 302
