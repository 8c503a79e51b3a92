"""What a call says: which kind of failure waits, since when, and where to look.

Mail and chats are kept by servers that are not ours. What is said there is what the registry calls the failure, never
what failed: values, names and messages from outside stay behind the sign-in.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from approvals.models import Membership, Workspace
from exceptions.models import Call, Case
from runs.notices import addresses

SAID = 10  # cases in one letter or message; more are counted
REASONS = {
    "opened": "Just opened, and to be looked at at once",
    "escalated": "Nobody has taken it",
    "reminder": "Your hold on it runs out soon",
    "woken": "It was put aside, and is back",
    "regressed": "It was settled, and happened again",
    "escalating": "It happens far more often than it used to",
    "incident": "It belongs to an incident",
}
FOOT = (
    "This letter says which kind of failure waits: what it is about stays behind the sign-in, and following a link\n"
    "decides nothing. You are written to because an escalation plan of the workspace says so.\n"
)


def letter(calls: Sequence[Call], member: Membership) -> EmailMessage:
    """One letter to one person about all these calls."""
    user, workspace = member.user, member.workspace
    return EmailMessage(
        subject=f"{_head(calls)} in {addresses.one_line(workspace.name)}",
        body="\n\n".join([*_paragraphs(calls, workspace), FOOT]),
        from_email=settings.LETTERS_FROM,
        to=[addresses.mailbox(user.get_full_name() or user.get_username(), user.email)],
        headers={
            "Message-ID": f"<call.{_mark(calls)}@{settings.SITE_HOST}>",
            "Auto-Submitted": "auto-generated",
            "Importance": "high",
        },
    )


def chat(calls: Sequence[Call], workspace: Workspace) -> bytes:
    """A message as Slack and what is compatible with it take it."""
    if calls[0].case is None:
        lines = [f"A test from {addresses.one_line(workspace.name)}: messages arrive here."]
    else:
        lines = [f"{_head(calls)} in {addresses.one_line(workspace.name)}", *_paragraphs(calls, workspace)]
    return json.dumps({"text": "\n".join(_escaped(line) for line in lines)}).encode()


def event(call: Call, workspace: Workspace, now: datetime) -> bytes:
    """A message to a program: one call, with codes rather than sentences."""
    data: dict[str, Any] = {"workspace": workspace.slug}
    if call.case is not None:
        known = call.case.failure_class
        data |= {
            "case": call.case.public_id, "url": _link(call.case, workspace), "class": known.code,
            "severity": known.severity, "team": call.team.name if call.team else None, "step": call.step,
            "why": call.why, "first_seen_at": call.case.first_seen_at.isoformat(), "open": call.case.open_count,
        }  # fmt: skip
    kind = "case.called" if call.case is not None else "channel.test"
    return json.dumps({"type": kind, "timestamp": call.created_at.isoformat(), "data": data}).encode()


def _head(calls: Sequence[Call]) -> str:
    count = len({call.case_id for call in calls})
    return "A case waits for you" if count == 1 else f"{count} cases wait for you"


def _paragraphs(calls: Sequence[Call], workspace: Workspace) -> list[str]:
    latest = {call.case_id: call for call in calls}
    found = [_paragraph(call, workspace) for call in list(latest.values())[:SAID]]
    if len(latest) > SAID:
        found.append(
            f"And {len(latest) - SAID} more:\n{settings.SITE_URL}{reverse('cases', args=[workspace.slug])}"
        )
    return found


def _paragraph(call: Call, workspace: Workspace) -> str:
    case = call.case
    assert case is not None
    since = case.first_seen_at.astimezone(_zone(workspace))
    what = f"{addresses.one_line(case.failure_class.title)} ({case.failure_class.severity})"
    told = f"{REASONS.get(call.why, 'You are called to it')}. First seen {since:%Y-%m-%d %H:%M} ({workspace.timezone})"
    whose = f"; it belongs to {addresses.one_line(case.owner.name)}."
    return f"{what}\n{told}{whose}\n{_link(case, workspace)}"


def _zone(workspace: Workspace) -> ZoneInfo:
    try:
        return ZoneInfo(workspace.timezone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _link(case: Case, workspace: Workspace) -> str:
    return f"{settings.SITE_URL}{reverse('case', args=[workspace.slug, case.public_id])}"


def _escaped(line: str) -> str:
    """Nothing that an admin called a class becomes a link or calls a whole channel."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mark(calls: Sequence[Call]) -> str:
    """The same however often these are tried, so that a mailbox keeps one of two."""
    whole = ",".join(str(call.pk) for call in calls)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
