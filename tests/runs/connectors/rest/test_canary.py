"""A secret of a declared tool is in no page, row, log or error, whatever the target does with it."""

import json

import pytest
from django.apps import apps
from django.db import connection

from runs.http.redaction import Masker
from runs.models import Execution
from tests.approvals.administering import at, signed_in
from tests.architecture.walk import body_of
from tests.declaring import ARGUMENTS, CANARY, TICKETS, a_ticket, declare, sign, work
from tests.people import Company
from tests.runs.http.far_side import Call, answer, far_side

pytestmark = pytest.mark.django_db


def echo(call: Call) -> None:
    """Says back all it was told, in several spellings, and as the very thing that is kept."""
    head = call.head.decode()
    secret = head.split("Authorization: ")[1].split("\r\n")[0]
    told = {
        "id": secret,
        "subject": secret,
        "customer": f"x{secret}x",
        "head": head,
        "bytes": secret.encode().hex(),
    }
    call.say(answer(json.dumps(told).encode(), f"ETag: {secret}", f"X-Echo: {secret}"))


def rows() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in (model for model in apps.get_models() if model._meta.managed):
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def reveals(text: str) -> bool:
    """In any spelling that redaction knows."""
    return Masker([CANARY]).text(text) != text


def test_the_canary_is_nowhere(northwind: Company, settings, monkeypatch, capfd, caplog):
    settings.HTTP_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SECRET_NORTHWIND__TICKETS_TOKEN", CANARY)
    with far_side(echo) as side:
        observe = {
            "path": "/customers/{customer}",
            "before": {"subject": "/subject"},
            "version": ["header:ETag"],
        }
        row = declare(northwind, TICKETS | {"base": side.url, "observe": observe})
        browser = signed_in(northwind.ada)
        browser.post(at("settings-tool-try", row.name), {"arguments": json.dumps(ARGUMENTS)})
        proposal = a_ticket(northwind, row.name)
        work()
        sign(proposal, northwind)
        work()
        assert any(CANARY.encode() in call.head for call in side.calls)
    done = Execution.objects.get()
    assert done.state == "succeeded", done.error
    assert done.receipt["reference"] == "Bearer [secret]"
    pages = [at("settings-tool", row.name), at("settings-tool-next", row.name), at("settings-tools"),
             at("proposal", proposal.public_id), at("effect", proposal.public_id)]  # fmt: skip
    for page in pages:
        shown = browser.get(page)
        assert shown.status_code == 200 and not reveals(body_of(shown).decode()), page
    assert "[secret" in rows() and not reveals(rows())
    out = capfd.readouterr()
    assert not reveals(out.out + out.err + caplog.text)
