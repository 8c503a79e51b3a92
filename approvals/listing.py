"""The list beside the item: where in the queue one is, its rows and tabs, and the way back from one's last answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from approvals import queue, rail, rows, wording
from approvals.models import Decision, Membership, Proposal
from approvals.models.decision import Verdict
from approvals.models.workspace import Role
from approvals.visible import visible

SAID = {
    Verdict.APPROVE: "Signed",
    Verdict.EDIT: "Changed and signed",
    Verdict.REJECT: "Rejected",
    Verdict.HAND_OVER: "Handed over",
}


@dataclass(frozen=True)
class Place:
    """A view of the queue, what is searched in it, and the row its page begins behind."""

    view: str = queue.MINE
    search: str = ""
    after: str = ""

    def url(self, name: str, *args: str) -> str:
        """An address that keeps the place."""
        told = {"view": self.view, "q": self.search, "after": self.after}
        query = urlencode({key: value for key, value in told.items() if value})
        return f"{reverse(name, args=args)}?{query}" if query else reverse(name, args=args)


def default_view(member: Membership) -> str:
    """Reviewers see what they may answer; everybody else sees all that waits."""
    return queue.MINE if member.may(Role.REVIEWER) else queue.ALL


def read(member: Membership, place: Place, now: datetime, current: Proposal | None = None) -> dict[str, Any]:
    """The context of ``approvals/_list.html`` and of the rail. Without ``current``, the first row is open."""
    page = queue.page(member, place.view, now, search=place.search, after=place.after)
    counts = queue.counts(member, now)
    slug = member.workspace.slug
    opened = current or (page.rows[0] if page.rows else None)
    answers = queue.own_decisions(member)
    return {
        **rail.around(member, now, counts),
        "place": place,
        "opened": opened,
        "queue_url": place.url("review", slug),
        "rows": [
            rows.row(row, url=place.url("proposal", slug, row.public_id), now=now, current=row == opened)
            for row in page.rows
        ],
        "later_url": _later(member, place, page, opened),
        "older_url": replace(place, after=page.older).url("review", slug) if page.older else "",
        "first_url": replace(place, after="").url("review", slug) if place.after else "",
        "tabs": _tabs(member, place, counts),
        "counts": counts,
        "waiting_text": _waiting(member, counts),
        "q": place.search,
        "window": queue.WINDOW,
        "own": [_own(answer, place, slug, now) for answer in answers],
        "undo": undo(answers, place, slug, now),
    }


def _tabs(member: Membership, place: Place, counts: queue.Counts) -> list[dict[str, Any]]:
    figures = {queue.MINE: counts.mine, queue.SECOND: counts.second, queue.ALL: counts.all}
    return [
        {
            "label": label,
            "url": Place(view=name).url("review", member.workspace.slug),
            "current": name == place.view,
            "count": wording.capped(figures[name]) if name in figures else None,
        }
        for name, label in queue.VIEWS.items()
        if member.may(Role.REVIEWER) or name in (queue.ALL, queue.SETTLED)
    ]


def _waiting(member: Membership, counts: queue.Counts) -> str:
    if not member.may(Role.REVIEWER):
        return f"{wording.capped(counts.all)} waiting"
    others = counts.all - counts.mine
    mine = f"{wording.capped(counts.mine)} for you" if counts.mine else "Nothing waits for you"
    return f"{mine} · {others} for others" if others > 0 and counts.all <= wording.CAP else mine


def _later(member: Membership, place: Place, page: queue.Page, opened: Proposal | None) -> str:
    """The row below the open one, or the top again."""
    if opened is None or place.view == queue.SETTLED:
        return ""
    ids = [row.public_id for row in page.rows]
    here = ids.index(opened.public_id) if opened.public_id in ids else -1
    below = ids[here + 1 : here + 2] or [other for other in ids[:1] if other != opened.public_id]
    return place.url("proposal", member.workspace.slug, below[0]) if below else ""


def _own(answer: Decision, place: Place, slug: str, now: datetime) -> dict[str, Any]:
    proposal = answer.proposal
    return {
        "title": visible(proposal.headline),
        "url": place.url("proposal", slug, proposal.public_id),
        "said": SAID[Verdict(answer.verdict)],
        "ago": wording.ago(now - answer.decided_at),
        "undo_url": place.url("undo", slug, proposal.public_id) if queue.can_undo(answer, now) else "",
        "until": proposal.release_at,
    }


def undo(answers: Sequence[Decision], place: Place, slug: str, now: datetime) -> dict[str, Any] | None:
    """The bar for the latest of one's approvals that can still be taken back."""
    answer = next((row for row in answers if queue.can_undo(row, now)), None)
    if answer is None or answer.proposal.release_at is None or answer.proposal.settled_at is None:
        return None
    proposal = answer.proposal
    return {
        "text": visible(f"Approved: {proposal.headline}"),
        "until": answer.proposal.release_at,
        "seconds": int((answer.proposal.release_at - now).total_seconds()) + 1,
        "seconds_total": int((answer.proposal.release_at - answer.proposal.settled_at).total_seconds()) or 1,
        "url": place.url("undo", slug, proposal.public_id),
        "target": "#main",
        "done": "Too late to undo: it is on its way. Its page offers to reverse it.",
    }
