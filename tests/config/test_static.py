"""Static files are served in both kinds of web process, and only static files."""

import asyncio

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import AsyncClient, Client

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.django_db  # the end of a request looks at its connection
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


def test_collected_style_sheets_are_one_sheet_in_the_order_of_their_links(settings, tmp_path):
    kept = {"BACKEND": "config.static.HashedFiles"}
    settings.STATIC_ROOT, settings.STORAGES = tmp_path, settings.STORAGES | {"staticfiles": kept}
    call_command("collectstatic", interactive=False, verbosity=0)
    links = render_to_string("components/styles.html")
    assert links.count("stylesheet") == 1
    (sheet,) = tmp_path.glob("css/countersign.*.css")
    whole = sheet.read_text()
    assert f"css/{sheet.name}" in links
    assert whole.startswith((ROOT / "static/css/layers.css").read_text().strip())
    for name in ("tokens", "components/row", "print"):
        assert (ROOT / f"static/css/{name}.css").read_text().strip() in whole
