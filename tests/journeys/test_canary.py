"""Secrets that only a worker knows, used on a target that says them back, a mail server that refuses and a database
that is not there: afterwards they are in no row, no page, no answer, no log and nowhere in Redis.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django_rq
import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from approvals.models import Proposal
from runs.http.redaction import Masker
from runs.models import Attempt, Execution
from tests import builders, hostile, people
from tests.approvals.reviewing import signed_in
from tests.config.scripts import until
from tests.declaring import declare, sign
from tests.runs.api.conftest import Caller
from tests.workers import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
CANARY = "canary-4Tq9Zx7LmW2pVb"
NOBODY = "127.0.0.1:9"  # the discard port: nobody answers there
TEXT = {"type": "string", "maxLength": 60}
REST: dict[str, Any] = {
    "arguments": {"type": "object", "properties": {"mode": TEXT}, "required": ["mode"]},
    "headline": "Write to {mode}",
    "secret_headers": [{"name": "Authorization", "secret": "ECHO_TOKEN", "prefix": "Bearer "}],
    "write": {"method": "POST", "path": "/{mode}/writes", "body": {"mode": "{mode}"}},
    "answer": {
        "reference": "/id",
        "after": {"heard": "/heard/authorization"},
        "failures": [
            {"at": "/error", "meaning": "refused", "failure": "posting.refused", "message": "/heard"}
        ],
    },
}
MAIL = {"server": "SUPPORT_MAIL", "sender": {"address": "support@example.com"}, "headline": "Write to {to}"}
TABLE = {
    "database": "CRM_DSN", "schema": "public", "table": "customers", "operation": "update", "key": "table",
    "key_columns": [{"name": "id", "type": "integer"}], "columns": [{"name": "phone", "type": "text"}],
}  # fmt: skip
LETTER = {"to": "ann@example.com", "subject": "Hello", "body": "Hello Ann"}
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
MOST_PAGES = 120


class Grumbling(socketserver.StreamRequestHandler):
    """A mail server that refuses whatever it is told, and repeats it."""

    timeout = 10

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        while line := self.rfile.readline(2000):
            said = line.strip()
            if said.upper().startswith(b"EHLO"):
                self.wfile.write(b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n")
            elif said.upper().startswith(b"AUTH LOGIN"):
                self.wfile.write(b"334 VXNlcm5hbWU6\r\n")
            else:
                self.wfile.write(b"535 5.7.8 I do not know " + said + b"\r\n")


@pytest.fixture
def mail() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Grumbling) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[hostile.Target]:
    with hostile.Target(tmp_path / "target") as target:
        yield target


def reveals(text: str) -> bool:
    """In any spelling that redaction knows."""
    return Masker([CANARY]).text(text) != text


def tick() -> None:
    django_rq.get_queue("default").enqueue_call(site_settings.TICK, result_ttl=0)


def every_row() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def everything_in_redis() -> str:
    with django_rq.get_connection("bell") as redis:
        kept = [key + b" " + (redis.dump(key) or b"") for key in redis.scan_iter()]
    return b"\n".join(kept).decode("latin-1")


def every_page(client: Client, *beginnings: str) -> dict[str, str]:
    """All pages that links lead to, and what they say."""
    pages: dict[str, str] = {}
    ahead = list(beginnings)
    while ahead and len(pages) < MOST_PAGES:
        path = ahead.pop(0)
        if path in pages or path.startswith("/static/") or "sign-out" in path:
            continue
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        pages[path] = body.decode("utf-8", "replace") + str(answer.headers)
        ahead += [found.replace("&amp;", "&") for found in LINK.findall(pages[path])]
    return pages


def proposed(company: people.Company) -> list[Proposal]:
    """One write to each, and one to the target that says the secret in an error."""
    for kind, name, definition in (("rest", "echo", REST), ("email", "mail", MAIL), ("sql", "crm", TABLE)):
        declare(company, definition, name=name, kind=kind)
    asked = [("echo", {"mode": "echo"}), ("echo", {"mode": "error_echo"}), ("mail", LETTER),
             ("crm", {"id": 7, "phone": "12345"})]  # fmt: skip
    return [
        builders.a_proposal(
            company.bot,
            tool=f"{company.workspace.slug}.{name}",
            arguments=arguments,
            subject="",
            observed=False,
        )
        for name, arguments in asked
    ]


def test_a_workers_secret_is_nowhere_but_in_the_worker(
    mail: str, target: hostile.Target, tmp_path: Path
) -> None:
    assert reveals(f"x{CANARY}y") and not reveals("canary")
    REST["base"] = f"http://{target.address}"
    company = people.company("canary", "Canary Ltd", timezone.now())
    rows, words = proposed(company), tmp_path / "worker.log"
    secrets = {
        "SECRET_CANARY__ECHO_TOKEN": CANARY, "SECRET_CANARY__SUPPORT_MAIL": f"smtp://support:{CANARY}@{mail}",
        "SECRET_CANARY__CRM_DSN": f"postgresql://crm:{CANARY}@{NOBODY}/crm?connect_timeout=1",
        "HTTP_ALLOW": f"{target.address},{mail},127.0.0.1", "LOG_LEVEL": "DEBUG",
    }  # fmt: skip
    with WorkerProcess(words, secrets):
        tick()
        blocked = [row for row in rows if row.state == "blocked"]
        assert not blocked, [row.rulings for row in blocked]
        waiting = Proposal.objects.filter(pk__in=[row.pk for row in rows], observed_at__isnull=True)
        # a database that is away is read again later; nobody waits for it here
        assert until(lambda: waiting.exclude(tool="canary.crm").count() == 0), words.read_text()[-2000:]
        waiting.update(observed_at=timezone.now())
        for row in rows:
            sign(row, company)
        tick()
        assert until(lambda: Attempt.objects.filter(finished_at__isnull=False).count() >= len(rows)), (
            words.read_text()
        )
        in_redis = everything_in_redis()
    heard = Execution.objects.get(tool="canary.echo", state="succeeded")
    assert "[secret" in heard.after["heard"]  # it was told, and masked before it was kept
    caller = Caller(company.bot)
    answers = [caller.get(f"/proposals/{row.public_id}").content.decode() for row in rows]
    answers += [caller.get(path).content.decode() for path in ("/tools", "/proposals", "/openapi.json")]
    pages = every_page(signed_in(company.ada), "/w/canary/review/", "/w/canary/exceptions/", "/w/canary/runs/",
                       "/w/canary/ledger/", "/w/canary/settings/tools/")  # fmt: skip
    assert len(pages) > 20
    assert not [path for path, page in pages.items() if reveals(page)]
    assert not reveals(every_row()) and not reveals(in_redis) and not reveals(words.read_text())
    assert not [answer for answer in answers if reveals(answer)]
