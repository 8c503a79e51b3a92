"""A wrong value is answered with a sentence, and production with all of them at once."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment
from config.production import refuse_unsafe
from tests.config.scripts import manage

SAFE = {
    "COUNTERSIGN_ENV": "production",
    "DEBUG": "",
    "SECRET_KEY": "k3y-" + "a1b2c3d4e5f6" * 5,
    "SITE_URL": "https://sign.example.org",
    "DATABASE_URL": "postgresql://sign:key@database/sign",
    "REDIS_URL": "redis://bell:6379/0",
}


@pytest.mark.parametrize(
    ("ask", "value", "sentence"),
    [
        (lambda e: e.number("PORT", 8000, most=65535), "http", "PORT is 'http', and must be a whole number"),
        (lambda e: e.number("PORT", 8000, least=1, most=65535), "70000", "a whole number from 1 to 65535"),
        (lambda e: e.flag("DEBUG", False), "maybe", "DEBUG is 'maybe', and must be true or false."),
        (
            lambda e: e.choice("LOG_FORMAT", "json", ("json", "pretty")),
            "xml",
            "must be one of: json, pretty.",
        ),
        (
            lambda e: e.address("REDIS_URL", ("redis",)),
            "localhost:6379",
            "REDIS_URL must begin with one of: redis://.",
        ),
        (
            lambda e: e.database("DATABASE_URL", ""),
            "mysql://x/y",
            "DATABASE_URL must begin with one of: postgres://",
        ),
    ],
)
def test_a_wrong_value_is_named(ask, value, sentence):
    name = sentence.split()[0] if sentence.split()[0].isupper() else None
    values = dict.fromkeys((name,) if name else ("PORT", "LOG_FORMAT"), value)
    with pytest.raises(ImproperlyConfigured, match=sentence.replace(".", r"\.")):
        ask(Environment(values))


def test_a_secret_is_not_repeated_when_it_is_wrong():
    with pytest.raises(ImproperlyConfigured) as refusal:
        Environment({"DATABASE_URL": "mysql://me:hunter2@host/db"}).database("DATABASE_URL", "")
    assert "hunter2" not in str(refusal.value)


def test_an_empty_value_counts_as_unset():
    assert Environment({"PORT": " "}).number("PORT", 8000) == 8000


def test_what_is_not_described_cannot_be_read():
    with pytest.raises(ImproperlyConfigured, match="not described"):
        Environment({}).text("SECRET_SAUCE")


def test_production_names_every_problem_at_once():
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe(
            debug=True, secret_key="same", development_key="same", allowed_hosts=["*"], present=set()
        )
    for word in ("DEBUG", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SITE_URL", "every host"):
        assert word in str(refusal.value)


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_production_refuses_a_key_that_can_be_guessed(key):
    with pytest.raises(ImproperlyConfigured, match="too easy to guess"):
        refuse_unsafe(
            debug=False,
            secret_key=key,
            development_key="other",
            allowed_hosts=["sign.example.org"],
            present={"DATABASE_URL", "REDIS_URL", "SITE_URL"},
        )


def test_production_starts_nothing_and_ends_with_a_clear_sentence():
    said = manage("migrate", environment={**SAFE, "DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": ""})
    assert said.returncode == 1
    assert "the embedded PostgreSQL is for development" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_safe_production_passes_the_deployment_check():
    said = manage("check", "--deploy", "--fail-level", "WARNING", environment=SAFE)
    assert said.returncode == 0, said.stderr
