"""Every error is a problem document, and no credential opens another's door."""

from datetime import timedelta

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from approvals import actors, agents
from approvals.models import Token
from runs.api import answers
from tests.runs.api.conftest import a_body, problem


def test_without_a_token_nothing_is_told(bot, client):
    for path in ["/proposals", "/tools", "/proposals/prop_1", "/proposals/prop_1?wait=60"]:
        answer = client.get(f"/api/v1{path}")
        problem(answer, 401, "unauthorised")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic Ym90OmJvdA==", "Bearer csk_a_b", "Bearer é", "csk_a_b"]
)
def test_a_token_that_is_none_is_refused(bot, client, value):
    problem(client.get("/api/v1/tools", headers={"Authorization": value}), 401, "unauthorised")


def test_an_expired_and_a_revoked_token_are_refused_in_the_same_words(bot):
    assert bot.get("/tools").status_code == 200
    token = Token.objects.get(agent=bot.agent)
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = problem(bot.get("/tools"), 401)
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1))
    agents.revoke(token=token, actor=actors.worker("test"), now=timezone.now())
    assert problem(bot.get("/tools"), 401) == expired


def test_a_session_means_nothing_here(northwind, client):
    client.force_login(northwind.ada.user)
    for path in ["/proposals", "/tools", "/proposals/prop_1"]:
        problem(client.get(f"/api/v1{path}"), 401, "unauthorised")
    problem(client.post("/api/v1/proposals", a_body(), content_type="application/json"), 401)


def test_what_is_not_there_is_a_problem_with_and_without_a_token(bot, client):
    for path in ["/nothing", "/proposals/", "/proposals/x/y/z", "/"]:
        for method in ("GET", "POST", "DELETE"):
            problem(bot.send(method, path), 404, "not-found")
    problem(client.get("/api/v1/nothing"), 404)


@pytest.mark.parametrize(
    "name", ["prop_", "prop_1", "run_" + "0" * 32, "prop_" + "g" * 32, "prop_" + "0" * 32, "%00", "é"]
)
def test_an_id_that_is_none_does_not_exist(bot, name):
    problem(bot.get(f"/proposals/{name}"), 404, "not-found")


def test_a_method_that_is_not_offered_names_those_that_are(bot):
    answer = bot.send("DELETE", "/proposals")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, POST"
    for method in ("POST", "HEAD", "OPTIONS"):
        answer = bot.send(method, "/proposals/prop_1")
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET"


def test_an_error_of_ours_tells_nothing_of_our_inside(bot, monkeypatch):
    def fail(*_):
        raise RuntimeError("the inside")

    monkeypatch.setattr(answers, "tool", fail)
    answer = bot.get("/tools")
    problem(answer, 500, "internal-error")
    assert b"inside" not in answer.content and answer.headers["X-Request-ID"]


def test_a_database_that_is_away_asks_for_patience(bot, monkeypatch):
    def fail(*_):
        raise OperationalError("password of the database")

    monkeypatch.setattr(answers, "tool", fail)
    answer = bot.get("/tools")
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1" and b"password" not in answer.content


def test_a_value_that_fits_nowhere_is_the_senders_to_mend(bot, monkeypatch):
    def fail(*_):
        raise DataError("numeric field overflow")

    monkeypatch.setattr(answers, "tool", fail)
    problem(bot.get("/tools"), 422, "invalid-request")
