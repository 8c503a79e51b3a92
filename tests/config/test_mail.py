"""The mail server: how its address is read, who may know it, and who writes to people."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import cron, processes
from config.environment import Environment


def post(url: str) -> dict:
    return Environment({"EMAIL_URL": url}).post("EMAIL_URL")


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtp+ssl://mail.example.org:4650", 4650, False, True),
    ],
)
def test_the_address_says_how_the_way_is_guarded(url, port, tls, ssl):
    found = post(url)
    assert (found["host"], found["port"], found["use_tls"], found["use_ssl"]) == (
        "mail.example.org", port, tls, ssl,
    )  # fmt: skip


def test_name_and_key_may_hold_anything():
    found = post("smtp+tls://sign%40example.org:p%2Fa%3As%23s@mail.example.org")
    assert (found["username"], found["password"]) == ("sign@example.org", "p/a:s#s")


@pytest.mark.parametrize(
    "url", ["mail.example.org:25", "https://mail.example.org", "smtp://", "smtp://host:mail"]
)
def test_a_wrong_address_is_named_and_its_key_is_not_repeated(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must") as refusal:
        post(url.replace("://", "://me:hunter2@"))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["Countersign", "a@b.example\nBcc: c@d.example"])
def test_a_sender_must_have_an_address(sender):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FROM is"):
        Environment({"EMAIL_FROM": sender}).mailbox("EMAIL_FROM", "")


def test_letters_and_calls_have_a_worker_of_their_own(settings, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org")
    settings.LETTERS_ENABLED = True
    by_name = {child.name: child for child in processes.children()}
    assert by_name["post"].command[-2:] == ["worker", "post"]
    assert by_name["post"].environment["EMAIL_URL"] == "smtp://mail.example.org"
    for name in ("web", "clock"):
        assert "EMAIL_URL" not in by_name[name].environment
        assert by_name[name].environment["LETTERS"] == "true"


def test_the_clock_calls_for_letters_only_where_there_are_letters(settings):
    without = {job.func_name: job.queue_name for job in cron.the_clock().get_jobs()}
    assert "runs.jobs.post" not in without and without["runs.jobs.call"] == "post"
    settings.LETTERS_ENABLED = True
    jobs = {job.func_name: job.queue_name for job in cron.the_clock().get_jobs()}
    assert jobs["runs.jobs.post"] == "post" and jobs["runs.jobs.tick"] == "default"
