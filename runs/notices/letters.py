"""What a letter says: how much waits, until when, and where to look.

It counts and names nothing. Mail is read on locked screens, forwarded, and kept by servers that are not ours; values,
vendors, amounts and an agent's words stay behind the sign-in, where retention can erase them. Links lead to a page that
asks who one is, and following one decides nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.http import urlencode

from approvals import hours, wording
from approvals.models import Membership
from runs.models.letter import Kind
from runs.notices import addresses, counts
from runs.notices.counts import Counts
from runs.notices.due import URGENT_WITHIN

FOOT = (
    "Times are told in {zone}. This letter only counts: what it is about stays behind the sign-in, and following a\n"
    "link decides nothing.\n\nChange when you are written to:\n{letters}\n"
)


@dataclass(frozen=True)
class Composed:
    """A letter ready to be sent, and the figures in it."""

    message: EmailMessage
    counts: Counts


def compose(
    *, member: Membership, kind: str, period: str, now: datetime, always: bool = False
) -> Composed | None:
    """What there is to say to the member now; nothing, when nothing waits, unless ``always``."""
    clock = hours.of_member(member)
    local = clock.local(now)
    urgent = kind == Kind.URGENT
    until = now + URGENT_WITHIN if urgent else datetime.combine(local.date(), clock.end, clock.tzinfo)
    found = counts.of(member, until=until, now=now)
    if not (always or (found.expiring if urgent else found.waiting or found.returning)):
        return None
    workspace = addresses.one_line(member.workspace.name)
    head = f"{workspace}, {local:%A} {local.day} {local:%B}, {local:%H:%M}"
    lines = _lines(found, clock.local(until), clock)
    body = "\n\n".join([head, "\n".join(lines), *_links(member, found), FOOT.format(
        zone=clock.zone, letters=_address("notices", member) + "#letters")])  # fmt: skip
    subject = f"{_subject(found, clock.local(until), urgent)} in {workspace}"
    return Composed(_message(member, subject, body, kind, period), found)


def _subject(found: Counts, until: datetime, urgent: bool) -> str:
    if urgent:
        return f"{_counted(found.expiring)} {_verb(found.expiring, 'run')} out by {until:%H:%M}"
    if found.waiting or not found.returning:
        return f"{_counted(found.waiting)} {_verb(found.waiting, 'wait')} for you"
    return f"{_counted(found.returning)} {_verb(found.returning, 'come')} back to you today"


def _lines(found: Counts, until: datetime, clock: hours.Hours) -> list[str]:
    first = f", the first at {clock.local(found.first_at):%H:%M}" if found.first_at else ""
    said = [
        (found.waiting, f"{_verb(found.waiting, 'wait')} for your answer"),
        (found.second, "of them for a second signature"),
        (found.given, "of them given to you"),
        (found.expiring, f"{_verb(found.expiring, 'run')} out by {until:%H:%M}{first}"),
        (found.returning, f"you set aside {_verb(found.returning, 'come')} back by {until:%H:%M}"),
    ]
    lines = [f"{_counted(count):>6}  {words}" for count, words in said if count]
    return lines or ["Nothing waits for you."]


def _links(member: Membership, found: Counts) -> list[str]:
    links = [f"Review:\n{_address('review', member)}"]
    if found.second:
        links.append(f"Second signatures:\n{_address('review', member, view='second')}")
    return links


def _address(name: str, member: Membership, **query: str) -> str:
    path = reverse(name, args=[member.workspace.slug])
    return f"{settings.SITE_URL}{path}{'?' + urlencode(query) if query else ''}"


def _message(member: Membership, subject: str, body: str, kind: str, period: str) -> EmailMessage:
    user = member.user
    return EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.LETTERS_FROM,
        to=[addresses.mailbox(user.get_full_name() or user.get_username(), user.email)],
        headers={
            "Message-ID": message_id(member, kind, period),
            "Auto-Submitted": "auto-generated",  # so that nobody's absence is answered to us
        },
    )


def message_id(member: Membership, kind: str, period: str) -> str:
    """The same however often the letter is tried, so that a mailbox keeps one of two."""
    whole = f"{member.workspace.slug}/{member.user_id}/{kind}/{period}"
    return f"<letter.{hashlib.sha256(whole.encode()).hexdigest()[:32]}@{settings.SITE_HOST}>"


def _counted(count: int) -> str:
    return wording.capped(count)


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb
