"""One key, one effect: a repeated request is answered, another body under its key refused, a race told to come back."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from approvals.models import Agent
from runs.api import bearer
from runs.api.problems import Fault, Problem
from runs.models import Replay

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotent-Replayed": "true"}
KEPT = timedelta(days=30)
OURS = ("reversal/", "amendment:", "saga:")  # keys that the site itself writes under the agent's name
_PLAIN = re.compile(r"[ -~]{1,255}")
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')


@dataclass(frozen=True)
class Key:
    """Whose key it is, for which endpoint, and the digest of the body it came with."""

    agent: Agent
    endpoint: str
    text: str
    fingerprint: str

    @property
    def lock(self) -> int:
        """The number of its advisory lock."""
        text = "\x1f".join((self.agent.id.hex, self.endpoint, self.text))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def key(request: HttpRequest, endpoint: str) -> Key:
    """The request's key, plain or as a quoted string of a structured field. Raises `Problem` 400 without one."""
    text = request.headers.get(HEADER, "").strip()
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        text = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    if not _PLAIN.fullmatch(text):
        raise _bad_key("1 to 255 printable ASCII characters that name this one event")
    if text.startswith(OURS):
        raise _bad_key(f"another key: those that begin with {', '.join(OURS)} are written by the site itself")
    fingerprint = getattr(request, "fingerprint", "")
    return Key(bearer.agent(request), endpoint, text, fingerprint)


def key_if_any(request: HttpRequest, endpoint: str) -> Key | None:
    """The same where a key is welcome and not demanded."""
    return key(request, endpoint) if HEADER in request.headers else None


def _bad_key(remedy: str) -> Problem:
    return Problem(400, "idempotency-key-missing", "This request needs an Idempotency-Key",
                   faults=[Fault(f"The header {HEADER} is missing or unreadable", f"send {remedy}",
                                 parameter=HEADER)])  # fmt: skip


def take_turn(key: Key) -> None:
    """Hold the key until the surrounding transaction ends. Raises `Problem` 409 while another request holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key.lock])
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Problem(409, "request-in-flight", "The same key is being worked on",
                      "Another request with this Idempotency-Key has not ended. Send it again in a moment.",
                      headers={"Retry-After": "1"})  # fmt: skip


def check_same(key: Key, fingerprint: str) -> None:
    """Raises `Problem` 422 when the key came with another body before."""
    if fingerprint != key.fingerprint:
        raise Problem(422, "idempotency-key-reused", "The key was used with another body",
                      "What was sent first under this key stands. Send another event under another key.")  # fmt: skip


def once(key: Key | None, act: Callable[[], tuple[int, dict[str, Any]]], now: datetime) -> HttpResponse:
    """Do it and keep the answer, or answer as the first time. What fails is not kept and may be tried again."""
    with transaction.atomic():
        if key is None:
            code, body = act()
            return JsonResponse(body, status=code)
        take_turn(key)
        kept = Replay.objects.filter(agent=key.agent, endpoint=key.endpoint, key=key.text).first()
        if kept is not None:
            check_same(key, kept.fingerprint)
            return JsonResponse(kept.body, status=200, headers=REPLAYED)
        code, body = act()
        Replay.objects.create(
            agent=key.agent, endpoint=key.endpoint, key=key.text, fingerprint=key.fingerprint, body=body,
            created_at=now,
        )  # fmt: skip
    return JsonResponse(body, status=code)


def forget(*, now: datetime) -> int:
    """Drop answers older than `KEPT`. Returns how many."""
    return Replay.objects.filter(created_at__lt=now - KEPT).delete()[0]
