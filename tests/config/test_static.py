"""Static files are served in both kinds of web process, and only static files."""

import asyncio

from django.test import AsyncClient, Client

from tests.architecture.sources import ROOT

SHEET = "/static/css/tokens.css"


def test_a_static_file_is_served_as_it_is_written():
    answer = Client().get(SHEET)
    assert answer.status_code == 200
    assert answer.content == (ROOT / "static/css/tokens.css").read_bytes()
    assert answer.headers["Content-Type"].startswith("text/css")


def test_an_asynchronous_process_serves_the_same():
    answer = asyncio.run(AsyncClient().get(SHEET))
    assert answer.status_code == 200
    assert answer.content == Client().get(SHEET).content


def test_what_is_not_static_is_not_served():
    for path in ("/static/css/none.css", "/static/../manage.py", "/static/%2e%2e/manage.py"):
        assert Client().get(path).status_code == 404
