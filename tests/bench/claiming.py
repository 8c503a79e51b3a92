"""Fifty reviewers at once, each taking the next three items, answering them and coming back, until nothing is left."""

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from uuid import UUID

from django.db import connection
from django.utils import timezone

from approvals import holds
from approvals.models import Membership
from approvals.waiting import choosing
from approvals.waiting.places import Place
from tests.bench.crowd import Crowd
from tests.bench.reviewing import AHEAD
from tests.bench.site import Latency

# As a decision does to the queue: the item leaves it, then its hold ends. Who signed what is not the question here.
ANSWER = """
WITH answered AS (UPDATE approvals_proposal SET state = 'withdrawn', settled_at = %(now)s
                  WHERE id = ANY(%(items)s) AND state = 'pending' RETURNING id)
DELETE FROM approvals_hold USING answered WHERE proposal_id = answered.id AND reviewer_id = %(reviewer)s
"""


@dataclass(frozen=True)
class Claims:
    """``items`` were taken in ``claims`` statements; ``empty`` came back with nothing, ``lost`` were answered late."""

    items: int
    claims: int
    empty: int
    lost: int
    seconds: float
    latency: Latency


@dataclass
class Desk:
    """What one reviewer took, and how long each claim was waited for."""

    taken: list[UUID]
    waits: list[float]
    empty: int = 0
    lost: int = 0


def measure(crowd: Crowd, *, items: int, patience: float = 360) -> Claims:
    """Take and answer so many items, or as many as patience allows. Asserts that nobody was given what another had."""
    people, cores = [*crowd.reviewers()], os.cpu_count() or 1
    connection.close()
    connection.close_pool()  # a forked process must inherit no connection
    began = time.perf_counter()
    # One process for each core: fifty threads of one would wait for its interpreter, not for PostgreSQL.
    with ProcessPoolExecutor(cores, get_context("fork")) as processes:
        shares = [(people[number::cores], -(-items // cores), patience) for number in range(cores)]
        desks = [*chain.from_iterable(processes.map(_office, shares))]
    return _told(desks, time.perf_counter() - began)


def _office(share: tuple[Sequence[Membership], int, float]) -> list[Desk]:
    """One process: its reviewers at once, a thread and a connection for each."""
    people, items, patience = share
    enough, began = threading.Event(), time.perf_counter()
    desks = [Desk([], []) for _ in people]
    with ThreadPoolExecutor(len(people)) as pool:
        work = [
            pool.submit(_review, member, desk, enough) for member, desk in zip(people, desks, strict=True)
        ]
        while not all(one.done() for one in work) and sum(len(desk.taken) for desk in desks) < items:
            if time.perf_counter() - began > patience:
                break
            time.sleep(0.05)
        enough.set()
        for one in work:
            one.result()
    return desks


def _review(member: Membership, desk: Desk, enough: threading.Event) -> None:
    """One reviewer's day. Ends by itself when the queue has had nothing three times in a row."""
    nothing = 0
    try:
        while not enough.is_set() and nothing < 3:
            now, began = timezone.now(), time.perf_counter()
            (rows,) = choosing.onward(member, Place(), now, None)
            items = list(holds.claim(member=member, rows=rows, want=AHEAD, now=now))
            desk.waits.append(time.perf_counter() - began)
            nothing = 0 if items else nothing + 1
            desk.empty += not items
            desk.taken += items
            desk.lost += len(items) - _answered(member, items)
    finally:
        connection.close()


def _answered(member: Membership, items: Sequence[UUID]) -> int:
    """Returns how many were still the member's."""
    told = {"items": list(items), "reviewer": member.user_id, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, told)
        return int(cursor.rowcount)


def _told(desks: Sequence[Desk], seconds: float) -> Claims:
    times = Counter(chain.from_iterable(desk.taken for desk in desks))
    twice = [item for item, count in times.items() if count > 1]
    assert not twice, f"{len(twice)} items were given to two reviewers, such as {twice[0]}"
    waits = [wait for desk in desks for wait in desk.waits]
    empty, lost = sum(desk.empty for desk in desks), sum(desk.lost for desk in desks)
    return Claims(len(times), len(waits), empty, lost, seconds, Latency.of(waits))
