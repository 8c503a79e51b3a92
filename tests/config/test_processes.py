"""Which processes a site is made of, and what each of them may know."""

import os
import socket

import pytest
from django.core.management import CommandError

from config.environment import WORKERS_ONLY
from config.processes import children, refuse_taken_port


@pytest.fixture
def _a_full_environment(monkeypatch):
    for name in WORKERS_ONLY:
        monkeypatch.setenv(name, "postgresql://secret")


@pytest.mark.usefixtures("_a_full_environment")
def test_only_workers_are_given_what_reaches_outside(settings):
    settings.WORKERS = 2
    knowing = {child.name for child in children() if set(WORKERS_ONLY) & set(child.environment)}
    assert knowing == {"worker1", "worker2", "post", "slow"}


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
