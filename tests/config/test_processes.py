"""Which processes a site is made of, and what each of them may know."""

import os
import socket

import pytest
from django.core.management import CommandError

from config.environment import WORKERS_ONLY
from config.processes import children, refuse_taken_port

A_TOOLS = "SECRET_NORTHWIND__HELPDESK"


@pytest.fixture
def _a_full_environment(monkeypatch):
    for name in WORKERS_ONLY:
        monkeypatch.setenv(name, "postgresql://secret")


@pytest.mark.usefixtures("_a_full_environment")
def test_only_workers_are_given_what_reaches_outside_and_each_only_what_it_needs(settings, monkeypatch):
    settings.WORKERS = 2
    monkeypatch.setenv(A_TOOLS, "a token of the helpdesk")
    kept = {A_TOOLS, *WORKERS_ONLY}
    known = {child.name: kept & set(child.environment) for child in children()}
    assert known == {
        "web": set(), "clock": set(), "worker1": kept, "worker2": kept,
        "slow": {"OPENAI_API_KEY", "OTEL_EXPORTER_OTLP_HEADERS", "BOOKS_DATABASE_URL"},  # it calls no tools
        "post": {"EMAIL_URL", "SECRETS_DIR", A_TOOLS},  # it signs what it sends to channels
    }  # fmt: skip


@pytest.mark.usefixtures("_a_full_environment")
def test_every_process_is_given_the_database_and_the_bell():
    for child in children():
        assert {"DATABASE_URL", "REDIS_URL", "PATH"} <= set(child.environment)


def test_no_process_is_given_the_password_of_the_sample_people(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "long enough for a demo")
    assert not any("DEMO_PASSWORD" in child.environment for child in children())


def test_a_port_in_use_is_refused_with_a_sentence(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {settings.PORT} on 127.0.0.1 cannot be used"):
            refuse_taken_port()


def test_the_tests_themselves_have_an_environment_of_their_own():
    assert os.environ["REDIS_URL"].rstrip("/")[-1] != "0" or "PYTEST_XDIST_WORKER" in os.environ
