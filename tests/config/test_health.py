"""/up tells whether the site can do its work."""

import time

import django_rq
import pytest
from django.db import connection

from config.health import TICK_KEY

NOWHERE = "/nowhere"


def ring(seconds_ago: float) -> None:
    with django_rq.get_connection("default") as bell:
        bell.set(TICK_KEY, time.time() - seconds_ago)


@pytest.mark.django_db
def test_a_site_with_its_servers_is_up(client):
    ring(seconds_ago=3)
    answer = client.get("/up")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": "ok",
        "bell": "ok",
        "tick": "ok",
        "tick_age_seconds": pytest.approx(3, abs=1),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds_ago", "tick"), [(None, "no tick yet"), (600, "late")])
def test_a_sweep_that_does_not_come_is_seen(client, seconds_ago, tick):
    if seconds_ago is not None:
        ring(seconds_ago)
    answer = client.get("/up")
    assert answer.status_code == 200
    assert answer.json()["tick"] == tick


@pytest.mark.django_db
def test_without_the_bell_the_site_is_up_and_says_what_is_missing(client, settings):
    gone = {**settings.RQ_QUEUES["default"], "URL": f"unix://{NOWHERE}/redis.sock?db=0"}
    settings.RQ_QUEUES = {"default": gone, "bell": gone}
    answer = client.get("/up")
    assert answer.status_code == 200
    assert answer.json()["bell"].startswith("degraded")


@pytest.mark.django_db(transaction=True)
def test_without_the_database_the_site_is_down_and_tells_no_secrets(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", NOWHERE)
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    answer = client.get("/up")
    connection.close()
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"
    assert NOWHERE not in answer.content.decode()


def test_up_changes_nothing(client):
    assert client.post("/up").status_code == 405
