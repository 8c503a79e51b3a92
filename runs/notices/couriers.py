"""The ways out: mail, chat and signed webhook. Each says in a code why it could not, never in the far side's words."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from approvals.models import Membership, Workspace
from approvals.tools import Refused, Transient, Unknown
from exceptions.models import Call
from exceptions.models.channel import Kind
from runs import secrets
from runs.http import client, verdicts
from runs.http.answer import Answer
from runs.http.limits import Limits
from runs.http.request import Request
from runs.http.troubles import AddressRefused
from runs.notices import addresses, call_words, signed
from runs.notices.server import NotTaken, Server

LIMITS = Limits(connect_seconds=5, total_seconds=10, answer_bytes=100_000, redirects=0)
JSON = (("Content-Type", "application/json"),)


class NotDelivered(Exception):
    """``code`` says why; ``final``: asking again is of no use; ``after``: not before so many seconds."""

    def __init__(self, code: str, *, final: bool = False, after: float | None = None):
        super().__init__(code)
        self.code, self.final, self.after = code, final, after


class Couriers:
    """What one job carries out. A mail server that is down is not asked again by it."""

    def __init__(self, server: Server | None) -> None:
        self.server, self.mail_down = server, ""

    def carry(self, calls: Sequence[Call], now: datetime) -> int:
        """Deliver these calls, which go one way. Returns how many arrived: fewer than all where a webhook stopped
        taking them. Raises `NotDelivered` when none did.
        """
        match calls[0].kind:
            case Kind.EMAIL:
                return self._post(calls)
            case Kind.CHAT:
                return _chat(calls)
            case _:
                return _announce(calls, now)

    def _post(self, calls: Sequence[Call]) -> int:
        if self.server is None:
            raise NotDelivered("no_mail_server", final=True)
        if self.mail_down:
            raise NotDelivered(self.mail_down)
        member = Membership.objects.filter(
            workspace=calls[0].workspace_id, user=calls[0].user_id, user__is_active=True
        )
        found = member.select_related("user", "workspace").first()
        if found is None:
            raise NotDelivered("left", final=True)
        if not addresses.known(found.user.email):
            raise NotDelivered("no_address", final=True)
        try:
            self.server.send(call_words.letter(calls, found))
        except NotTaken as why:
            self.mail_down = why.code if why.down else ""
            raise NotDelivered(why.code, final=why.final) from None
        return len(calls)


def _chat(calls: Sequence[Call]) -> int:
    workspace = calls[0].workspace
    address = _secret(calls[0], workspace)
    _send(Request("POST", address, headers=JSON, body=call_words.chat(calls, workspace)))
    return len(calls)


def _announce(calls: Sequence[Call], now: datetime) -> int:
    """A message for each call: receivers are programs, and know each by its number."""
    workspace, channel = calls[0].workspace, calls[0].channel
    assert channel is not None
    secret = _secret(calls[0], workspace)
    for done, call in enumerate(calls):
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


def mail_server() -> Server | None:
    """None where this process knows none, or letters are switched off."""
    return Server() if settings.SMTP and settings.LETTERS_ENABLED else None
