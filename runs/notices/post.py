"""Sending letters: each claimed and counted before it is tried, so that a crash costs at most a second copy, which
carries the same Message-ID. Only workers send.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from approvals import actors, ledger, locks
from approvals.models import Membership
from approvals.models.workspace import Letters, Role
from approvals.telling import notices
from runs.models import Letter
from runs.models.letter import State
from runs.notices import due, letters
from runs.notices.server import NotTaken, Server

ATTEMPTS = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LONGEST = 60.0  # seconds one job may send before it leaves the rest to the next
KEPT = timedelta(days=90)
ACTOR = actors.worker("post")
log = structlog.get_logger(__name__)


def run(*, longest: float = LONGEST) -> dict[str, int]:
    """Make the letters that are due, and send those that wait, until none is due, time is up or the server is down."""
    if not settings.LETTERS_ENABLED:
        return {}
    if not settings.SMTP:
        log.error("letters.no_server", reason="LETTERS is true, and EMAIL_URL is not set in this process")
        return {}
    made, sent, until = due.make(now=timezone.now()), 0, time.monotonic() + longest
    with Server() as server:
        while time.monotonic() < until:
            letter = claim(now=timezone.now())
            if letter is None:
                break
            try:
                sent += deliver(letter=letter, server=server, now=timezone.now())
            except NotTaken:
                break  # said and noted; the others wait for the next job
    forget(now=timezone.now())
    return {"made": made, "sent": sent}


def claim(*, now: datetime) -> Letter | None:
    """The letter due longest, its attempt counted and its next one set, before anything is sent."""
    with transaction.atomic():
        waiting = Letter.objects.filter(state=State.WAITING, next_try_at__lte=now).order_by(
            "next_try_at", "id"
        )
        letter = locks.take(waiting, skip=True).first()
        if letter is not None:
            letter.attempts += 1
            letter.next_try_at = now + BACK_OFF[min(letter.attempts, len(BACK_OFF)) - 1]
            letter.save(update_fields=["attempts", "next_try_at"])
    return letter


def deliver(*, letter: Letter, server: Server, now: datetime) -> int:
    """Compose and send a claimed letter. Returns how many were sent. Raises `NotTaken` when the server is down."""
    member = due.readers(now).filter(workspace=letter.workspace_id, user=letter.user_id).first()
    if member is None or member.letters == Letters.OFF:
        return _close(letter, State.NEEDLESS, now)
    if letter.attempts > ATTEMPTS or due.at_work(member, now) is None:
        return _give_up(letter, "too_late" if letter.attempts <= ATTEMPTS else "worker_lost", now)
    composed = letters.compose(member=member, kind=letter.kind, period=letter.period, now=now)
    if composed is None:
        return _close(letter, State.NEEDLESS, now)
    try:
        server.send(composed.message)
    except NotTaken as why:
        _note(letter, why, now)
        if why.down:
            raise
        return 0
    with transaction.atomic():
        _close(letter, State.SENT, now)
        data = {"user": letter.user_id, "letter": letter.kind} | composed.counts.as_codes()
        ledger.append(workspace_id=letter.workspace_id, kind="letter.sent", actor=ACTOR, at=now, data=data)
    return 1


def _note(letter: Letter, why: NotTaken, now: datetime) -> None:
    log.warning("letter.not_taken", letter=letter.pk, reason=why.code, attempt=letter.attempts)
    if why.final or letter.attempts >= ATTEMPTS:
        _give_up(letter, why.code, now)
    else:
        Letter.objects.filter(pk=letter.pk, state=State.WAITING).update(error=why.code)


def _give_up(letter: Letter, code: str, now: datetime) -> int:
    """Nobody tries it again; admins are told, since the person it was for cannot be."""
    log.error("letter.failed", letter=letter.pk, user=letter.user_id, reason=code, attempts=letter.attempts)
    with transaction.atomic():
        _close(letter, State.FAILED, now, error=code)
        admins = Membership.objects.filter(
            workspace=letter.workspace_id, roles__contains=[Role.ADMIN], user__is_active=True
        )
        notices.tell(
            workspace_id=letter.workspace_id, users=admins.values_list("user", flat=True), kind="letters_failing",
            now=now, by=letter.user_id,
        )  # fmt: skip
    return 0


def _close(letter: Letter, state: str, now: datetime, error: str = "") -> int:
    sent_at = now if state == State.SENT else None
    Letter.objects.filter(pk=letter.pk, state=State.WAITING).update(state=state, sent_at=sent_at, error=error)
    letter.state = state
    return 0


def forget(*, now: datetime, many: int = 1000) -> int:
    """Delete letters of long ago. Returns how many."""
    old = (
        Letter.objects.filter(created_at__lt=now - KEPT)
        .order_by("created_at")
        .values_list("pk", flat=True)[:many]
    )
    return Letter.objects.filter(pk__in=list(old)).delete()[0]
