"""What RQ calls: doors, three lines each. Arguments are ignored so that old and new workers can meet."""

import time
from typing import Any

import django_rq
from django.utils import timezone

from approvals import bell
from runs import drain as draining
from runs import sweep
from runs.notices import post as posting

TICKED = "countersign:tick"


def drain(**_: Any) -> int:
    """The bell was rung."""
    return draining.drain()


def tick(**_: Any) -> dict[str, int]:
    """Every few seconds: sweep by state, say that it was done, and wake a worker where something is due."""
    swept = sweep.once(now=timezone.now())
    django_rq.get_connection(bell.QUEUE).set(TICKED, int(time.time()))
    if swept["due"]:
        bell.wake()
    return swept


def post(**_: Any) -> dict[str, int]:
    """Every half minute, where letters are sent: write to whoever is due, in a worker of its own."""
    return posting.run()
