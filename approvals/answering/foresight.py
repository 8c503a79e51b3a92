"""What the review page is going to ask, as soon as it can be known: of the reader, of the rows, of the open item."""

from collections.abc import Iterator
from datetime import datetime

from approvals import access, holds, questions, rail
from approvals.batching import batch_page
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.oversight import pace
from approvals.routing import routing_page
from approvals.showing import item
from approvals.waiting import paging, queue, row_marks, view_counts, view_tabs
from approvals.waiting.places import SETTLED, Place

Questions = Iterator[questions.Question | None]


def of_reader(member: Membership, place: Place, now: datetime) -> Questions:
    """Of the list and what surrounds it, before a row is known."""
    yield paging.asked(member, place, now)
    yield view_counts.asked_first(member, now)
    yield from rail.asked(member)
    yield view_tabs.asked(member)
    yield queue.asked_own(member)
    yield pace.asked(member, now)


def of_rows(page: paging.Page, member: Membership, place: Place, now: datetime) -> Questions:
    """Of the rows that were found, and of what is one's own among them."""
    yield row_marks.asked(page.rows, member) if place.view != SETTLED else None
    yield view_counts.asked_then(member, now)


def of_row(row: Proposal, member: Membership, now: datetime) -> Questions:
    """Of the item that one row of the list stands for."""
    yield access.asked(member, row.pk)
    yield from item.asked_by_id(row)
    yield from _of_others(row, member, now)


def of_item(proposal: Proposal, member: Membership, now: datetime) -> Questions:
    """Of an item that is known whole."""
    yield from item.asked(proposal)
    yield from _of_others(proposal, member, now)
    yield batch_page.asked(proposal, member, now)


def _of_others(proposal: Proposal, member: Membership, now: datetime) -> Questions:
    yield from routing_page.asked(proposal, member, now)
    if proposal.state == State.PENDING and member.may(Role.REVIEWER):
        yield holds.asked(proposal, now)
