"""The list beside the item: where in the queue one is, its rows and tabs, and the way back from one's last answers."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from approvals import rail, wording
from approvals.batching import batch_last
from approvals.models import Decision, Membership, Proposal
from approvals.models.decision import Verdict
from approvals.models.workspace import Role
from approvals.visible import visible
from approvals.waiting import filters_page, paging, queue, row_marks, rows, view_counts, view_tabs
from approvals.waiting.filters_form import default_view
from approvals.waiting.places import SETTLED, Place
from approvals.waiting.view_counts import Counts

__all__ = ["Place", "default_view", "figures", "latest", "read", "undo"]

SAID = {
    Verdict.APPROVE: "Signed",
    Verdict.EDIT: "Changed and signed",
    Verdict.REJECT: "Rejected",
    Verdict.HAND_OVER: "Handed over",
}


def read(
    member: Membership,
    place: Place,
    now: datetime,
    current: Proposal | None = None,
    page: paging.Page | None = None,
) -> dict[str, Any]:
    """The context of ``approvals/_list.html`` and of the rail; ``page`` when it has been fetched. Without ``current``,
    the first row is open.
    """
    page = page or paging.page(member, place, now)
    if not page.rows and place.after:  # what stood behind is answered by now
        place = place.top()
        page = paging.page(member, place, now)
    counts = view_counts.counts(member, now)
    opened = current or (page.rows[0] if page.rows else None)
    slug = member.workspace.slug
    return {
        **rail.around(member, now, counts),
        **around(member, place, page),
        "panel": filters_page.panel(member, place, now) if place.panel else None,
        "place": place,
        "opened": opened,
        "counts": counts,
        "rows_url": place.top().url("review-rows", slug, open=opened.public_id) if opened else "",
        "rows": _rows(member, place, page, now, opened),
        "later_url": _later(member, place, page, opened),
        "tabs": view_tabs.tabs(member, place, counts),
        "saved": view_tabs.saved(member, place, now),
        "waiting_text": _waiting(member, place, counts, page),
        **latest(member, place, now),
    }


def latest(member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """One's last answers with the way back from each, and the bar for the latest that can be taken back."""
    slug, answers = member.workspace.slug, queue.own_decisions(member)
    together = batch_last.lines(answers, slug, now)
    return {
        "own": batch_last.folded(answers, [_own(answer, place, slug, now) for answer in answers], together),
        "undo": batch_last.bar(answers, together, now) or undo(answers, place, slug, now),
    }


def around(member: Membership, place: Place, page: paging.Page) -> dict[str, Any]:
    """What stands above and below the rows: search, order, filters and pages."""
    slug = member.workspace.slug
    first = page.rows[0].public_id if page.rows and not place.after else ""
    return {
        "q": place.search,
        "queue_url": place.url("review", slug),
        "older_url": place.top().url("review", slug, after=page.older) if page.older else "",
        "first_url": place.top().url("review", slug) if place.after else "",
        "counts_url": place.top().url("review-counts", slug, top=first or place.after),
        "windowed": page.windowed and place.narrowed,
        "window": f"{queue.WINDOW:,}",
        "orders": view_tabs.orders(place, slug),
        "place_query": [(name, value) for name, value in place.query().items() if name != "q"],
        "whole_url": place.plain().url("review", slug),
        "filter_chips": filters_page.chips(place, member),
        "panel_url": place.top().url("review-filters", slug),
        "plain_panel_url": place.top().url("review", slug, panel="open"),
    }


def figures(member: Membership, place: Place, now: datetime, top: str) -> dict[str, Any]:
    """What the page asks for again and again: every count around the list, and how many rows are new above it."""
    counts = view_counts.counts(member, now)
    newer = 0 if place.view == SETTLED else queue.newer(member, place, now, top)
    return {
        "rail_text": rail.count_text(counts.mine),
        "waiting_text": "" if place.narrowed else _waiting(member, place, counts, paging.Page([])),
        "tabs": view_tabs.tabs(member, place, counts),
        "saved": view_tabs.saved(member, place, now, afresh=True),
        "newer_text": f"{queue.NEWER}+" if newer > queue.NEWER else f"{newer}" if newer else "",
        "above": bool(top),
    }


def _rows(
    member: Membership, place: Place, page: paging.Page, now: datetime, opened: Proposal | None
) -> list[rows.Row]:
    marks = row_marks.of_rows(page.rows, member, now) if place.view != SETTLED else {}
    usual = Counter(row.tool for row in page.rows).most_common(1)
    slug = member.workspace.slug
    return [
        rows.row(
            row,
            url=place.url("proposal", slug, row.public_id),
            now=now,
            current=row == opened,
            marks=marks.get(row.pk, ()),
            tool=row.tool != usual[0][0],  # said where it is not what most of them are
        )
        for row in page.rows
    ]


def _waiting(member: Membership, place: Place, counts: Counts, page: paging.Page) -> str:
    if place.narrowed:
        return f"{wording.capped(page.matching, paging.COUNTED)} of this tab match"
    if not member.may(Role.REVIEWER):
        return f"{counts.told('all')} waiting"
    others = counts.all - counts.mine
    mine = f"{counts.told('mine')} for you" if counts.mine else "Nothing waits for you"
    return f"{mine} · {others} for others" if others > 0 and counts.all <= wording.CAP else mine


def _later(member: Membership, place: Place, page: paging.Page, opened: Proposal | None) -> str:
    """The row below the open one, or the top again."""
    if opened is None or place.view == SETTLED:
        return ""
    ids = [row.public_id for row in page.rows]
    here = ids.index(opened.public_id) if opened.public_id in ids else -1
    below = ids[here + 1 : here + 2] or [other for other in ids[:1] if other != opened.public_id]
    return place.url("proposal", member.workspace.slug, below[0]) if below else ""


def _own(answer: Decision, place: Place, slug: str, now: datetime) -> dict[str, Any]:
    proposal = answer.proposal
    back = queue.can_undo(answer, now) or queue.waits_signed(answer)
    return {
        "title": visible(proposal.headline),
        "url": place.url("proposal", slug, proposal.public_id),
        "said": SAID[Verdict(answer.verdict)],
        "ago": wording.ago(now - answer.decided_at),
        "undo_url": place.url("undo", slug, proposal.public_id) if back else "",
        "until": proposal.release_at,
    }


def undo(answers: Sequence[Decision], place: Place, slug: str, now: datetime) -> dict[str, Any] | None:
    """The bar for the latest of one's approvals that can still be taken back."""
    answer = next((row for row in answers if queue.can_undo(row, now)), None)
    if answer is None or answer.proposal.release_at is None or answer.proposal.settled_at is None:
        return None
    proposal = answer.proposal
    return {
        "proposal": proposal,
        "text": visible(f"Approved: {proposal.headline}"),
        "until": answer.proposal.release_at,
        "seconds": int((answer.proposal.release_at - now).total_seconds()) + 1,
        "seconds_total": int((answer.proposal.release_at - answer.proposal.settled_at).total_seconds()) or 1,
        "url": place.url("undo", slug, proposal.public_id),
        "target": "#main",
        "done": "Too late to undo: it is on its way. Its page offers to reverse it.",
    }
