"""Chats and signed webhooks: messages that go out over HTTP."""

import time
from collections.abc import Sequence
from datetime import datetime

from approvals.models import Workspace
from approvals.tools import Refused, Transient, Unknown
from exceptions.models import Call
from runs import secrets
from runs.http import client, verdicts
from runs.http.answer import Answer
from runs.http.limits import Limits
from runs.http.request import Request
from runs.http.troubles import AddressRefused
from runs.notices import call_words, signed
from runs.notices.undelivered import NotDelivered

LIMITS = Limits(connect_seconds=5, total_seconds=10, answer_bytes=100_000, redirects=0)
JSON = (("Content-Type", "application/json"),)
PATIENCE = 15.0  # seconds of one turn: with the last message they are less than until the next try


def chat(calls: Sequence[Call]) -> int:
    workspace = calls[0].workspace
    address = _secret(calls[0], workspace)
    _send(Request("POST", address, headers=JSON, body=call_words.chat(calls, workspace)))
    return len(calls)


def announce(calls: Sequence[Call], now: datetime) -> int:
    """A message for each call: receivers are programs, and know each by its number."""
    workspace, channel = calls[0].workspace, calls[0].channel
    assert channel is not None
    secret, until = _secret(calls[0], workspace), time.monotonic() + PATIENCE
    for done, call in enumerate(calls):
        if time.monotonic() > until:
            return done
        body = call_words.event(call, workspace, now)
        try:
            marks = signed.headers(
                secret=secret, number=f"call_{call.pk}", at=int(now.timestamp()), body=body
            )
            _send(Request("POST", channel.url, headers=JSON + marks, body=body))
        except signed.OddKey:
            raise NotDelivered("odd_key", final=True) from None
        except NotDelivered:
            if done:
                return done  # the rest is tried for itself, and fails for itself
            raise
    return len(calls)


def _secret(call: Call, workspace: Workspace) -> str:
    """What the channel's name stands for in this worker."""
    assert call.channel is not None
    if call.channel.retired_at is not None:
        raise NotDelivered("retired", final=True)
    try:
        return secrets.of(workspace.slug).get(call.channel.secret)
    except secrets.MissingSecret:
        raise NotDelivered("no_secret", final=True) from None


def _send(request: Request) -> None:
    """Send once; told twice is better than not at all, so doubt is tried again."""
    trouble: NotDelivered | None = None
    answer: Answer | None = None
    try:
        answer = client.send(request, limits=LIMITS)
        verdicts.judge(answer)
    except AddressRefused:
        trouble = NotDelivered("address_refused", final=True)
    except Transient as error:
        trouble = NotDelivered(_code(answer, error), after=error.after)
    except Unknown as error:
        trouble = NotDelivered(_code(answer, error))
    except Refused as error:
        trouble = NotDelivered(_code(answer, error), final=True)
    if trouble is not None:
        raise trouble  # out here, so that no words of the far side are chained to it


def _code(answer: Answer | None, error: Refused) -> str:
    if answer is not None:
        return f"http_{answer.http}"
    return "no_answer" if isinstance(error, Unknown) else error.code.rpartition(".")[2]
