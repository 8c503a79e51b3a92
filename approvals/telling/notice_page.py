"""A person's notices as they are read: sentences by day, each with the page it leads to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from approvals import ids, visible
from approvals.models import Membership, Notice
from approvals.models.workspace import Role
from approvals.telling import notices

PAGE = 50
SOMEBODY, GONE = "A colleague", "an item"  # whose name or item was erased since


@dataclass(frozen=True)
class Line:
    """One notice on the page."""

    at: datetime
    sentence: SafeString
    url: str
    unread: bool
    tone: str


def read(member: Membership, before: int | None = None) -> dict[str, Any]:
    """Context of ``notices/notices.html``: one page of them, and where older ones begin."""
    found = notices.latest(member, before=before, many=PAGE + 1)
    shown = found[:PAGE]
    older = f"{_url('notices', member)}?before={shown[-1].pk}" if len(found) > PAGE else ""
    return {
        "lines": [_line(notice, member) for notice in shown],
        "newest": shown[0].pk if shown else 0,
        "unread": any(notice.read_at is None for notice in shown),
        "newer_url": _url("notices", member) if before is not None else "",
        "older_url": older,
        "letters": member.get_letters_display(),
        "letters_enabled": settings.LETTERS_ENABLED,
        "hours_url": _url("own-hours", member),
    }


def _line(notice: Notice, member: Membership) -> Line:
    rule = notices.KINDS.get(notice.kind)
    return Line(
        at=notice.created_at,
        sentence=sentence(notice),
        url=_leads(notice, rule.leads if rule else notices.QUEUE, member),
        unread=notice.read_at is None,
        tone=rule.tone if rule else "",
    )


def sentence(notice: Notice) -> SafeString:
    """What the notice says. Names and headlines are shown with whatever hides in them."""
    rule = notices.KINDS.get(notice.kind)
    if rule is None:  # told by another version of this site
        return visible.visible(notice.kind)
    words = rule.many if rule.many and notice.count > 1 else rule.one
    by = visible.visible(notice.by.get_username()) if notice.by else SOMEBODY
    what = visible.visible(notice.proposal.headline) if notice.proposal else GONE
    return format_html(words, by=_strong(by), what=_strong(what), count=notice.count)


def _strong(words: SafeString | str) -> SafeString:
    return mark_safe(f"<b>{words}</b>")  # noqa: S308  either escaped by visible, or our own words


def _leads(notice: Notice, leads: str, member: Membership) -> str:
    if notice.proposal and notice.count == 1:
        return reverse("proposal", args=[member.workspace.slug, notice.proposal.public_id])
    if leads == notices.CASES:
        return _case(notice, member)
    if leads == notices.TEAMS:
        return _url("teams", member) or _url("review", member)
    if leads == notices.SAMPLES:
        return _url("sample-judging", member)
    if leads == notices.CHANNELS and member.may(Role.ADMIN, Role.AUDITOR):
        return _url("settings-channels", member) or _url("review", member)
    if leads == notices.HOURS:
        return _url("own-hours", member) or _url("review", member)
    if leads == notices.PEOPLE and member.may(Role.ADMIN, Role.AUDITOR):
        return _url("settings-people", member)
    return _url("review", member) + ("?view=second" if leads == notices.SECOND else "")


def _case(notice: Notice, member: Membership) -> str:
    """The one case, or the queue of those that are stuck."""
    if notice.case and notice.count == 1:
        return reverse("case", args=[member.workspace.slug, ids.show("case", notice.case)])
    return _url("cases", member)


def _url(name: str, member: Membership) -> str:
    """The address of a page of the workspace; empty where this installation has no such page."""
    try:
        return reverse(name, args=[member.workspace.slug])
    except NoReverseMatch:
        return ""
