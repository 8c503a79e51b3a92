"""A token's secret is shown once and kept nowhere; revoked, it is worth nothing."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.utils import timezone

from approvals import agents
from approvals.models import Token
from tests.approvals.administering import a_token, at, facts, id_of, prefix_of, signed_in

SECRET = re.compile(r"csk_[0-9a-f]{12}_[\w\-]{43}")


def issue(browser, agent, days=30):
    return browser.post(at("settings-token-issue", id_of(agent)), {"days": days})


def test_an_issued_token_is_shown_once_and_works(northwind):
    browser = signed_in(northwind.ada)
    answer = issue(browser, northwind.bot)
    [secret] = SECRET.findall(answer.text)
    token = agents.recognise(secret=secret, now=timezone.now())
    assert token.agent == northwind.bot
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert "no-store" in answer.headers["Cache-Control"]
    data = {"agent": northwind.bot.id.hex, "prefix": token.prefix}
    assert facts("token.issued") == [("token.issued", f"user:{northwind.ada.user_id}", data)]


def test_a_secret_is_found_in_no_page_message_or_session_afterwards(northwind):
    browser = signed_in(northwind.ada)
    answer = issue(browser, northwind.bot)
    [secret] = SECRET.findall(answer.text)
    assert all(secret not in str(message) for message in get_messages(answer.wsgi_request))
    assert secret not in str(dict(browser.session.items()))
    assert secret not in str(answer.headers) + str(answer.cookies)
    for page in (at("settings"), at("settings-agent", id_of(northwind.bot)), at("ledger")):
        assert secret.rpartition("_")[2] not in browser.get(page).text


def test_a_secret_is_found_in_no_row(northwind):
    [secret] = SECRET.findall(issue(signed_in(northwind.ada), northwind.bot).text)
    last = secret.split("_", 2)[2]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE strpos(row::text, %s) > 0', [last])
            assert cursor.fetchone() == (0,), table


def test_a_secret_is_found_in_no_log_record(northwind, caplog, capsys):
    with caplog.at_level(logging.DEBUG):
        [secret] = SECRET.findall(issue(signed_in(northwind.ada), northwind.bot).text)
    last = secret.split("_", 2)[2]
    assert last not in caplog.text
    assert all(last not in str(record.__dict__) for record in caplog.records)
    written = capsys.readouterr()
    assert last not in written.out + written.err


@pytest.mark.parametrize("days", ["", "0", "-1", "3651", "soon", "9" * 40])
def test_a_token_lives_between_one_day_and_ten_years(northwind, days):
    answer = issue(signed_in(northwind.ada), northwind.bot, days)
    assert answer.status_code == 422
    assert not Token.objects.exists()
    assert facts("token.issued") == []


def test_issuing_twice_gives_two_tokens(northwind):
    browser = signed_in(northwind.ada)
    secrets = [SECRET.findall(issue(browser, northwind.bot).text)[0] for _ in range(2)]
    assert len(set(secrets)) == 2
    assert all(agents.recognise(secret=secret, now=timezone.now()) for secret in secrets)


def test_a_revoked_token_stops_working_at_once(northwind):
    secret, browser = a_token(northwind.bot), signed_in(northwind.ada)
    url = at("settings-token-revoke", id_of(northwind.bot), prefix_of(secret))
    assert browser.post(url).status_code == 303
    with pytest.raises(agents.NotRecognised):
        agents.recognise(secret=secret, now=timezone.now())
    data = {"agent": northwind.bot.id.hex, "prefix": prefix_of(secret)}
    assert facts("token.revoked") == [("token.revoked", f"user:{northwind.ada.user_id}", data)]


def test_revoking_twice_is_one_fact(northwind):
    secret, browser = a_token(northwind.bot), signed_in(northwind.ada)
    url = at("settings-token-revoke", id_of(northwind.bot), prefix_of(secret))
    browser.post(url)
    moment = Token.objects.get().revoked_at
    browser.post(url)
    assert "was revoked before" in browser.get(at("settings-agent", id_of(northwind.bot))).text
    assert Token.objects.get().revoked_at == moment
    assert len(facts("token.revoked")) == 1


def test_a_token_is_not_revoked_by_way_of_another_agent(northwind, harbour):
    secret = a_token(harbour.bot)
    url = at("settings-token-revoke", id_of(northwind.bot), prefix_of(secret))
    assert signed_in(northwind.ada).post(url).status_code == 404
    assert agents.recognise(secret=secret, now=timezone.now())


def test_the_list_tells_live_expired_and_revoked_tokens_apart(northwind):
    a_token(northwind.bot)
    a_token(northwind.bot, days=-1)
    agents_page = signed_in(northwind.ada).get(at("settings-agent", id_of(northwind.bot))).text
    assert agents_page.count("live</span>") == 1
    assert agents_page.count("expired</span>") == 1
