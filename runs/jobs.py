"""What RQ calls: doors, three lines each. Arguments are ignored so that old and new workers can meet."""

import time
from typing import Any

import django_rq

from approvals import bell
from runs import clock, heartbeat, reversal_orders, sweep
from runs import drain as draining
from runs.golden import rounds
from runs.notices import calling
from runs.notices import post as posting

TICKED = "countersign:tick"


def drain(**_: Any) -> int:
    """The bell was rung."""
    return draining.drain()


def tick(**_: Any) -> dict[str, int]:
    """Every few seconds: sweep by state, say that it was done, and wake a worker where something is due."""
    swept = sweep.once(now=clock.now())
    django_rq.get_connection(bell.QUEUE).set(TICKED, int(time.time()))
    if swept["due"]:
        bell.wake()
    heartbeat.send_due()
    return swept


def undo(**_: Any) -> int:
    """Somebody ordered many to be undone: ask, one after another."""
    return reversal_orders.ask_due(now=clock.now())


def gold(**_: Any) -> dict[str, int]:
    """Every minute: golden sets and drift, in the worker that has time for what takes long."""
    return rounds.once(now=clock.now())


def post(**_: Any) -> dict[str, int]:
    """Every half minute, where letters are sent: write to whoever is due, in a worker of its own."""
    return posting.run()


def call(**_: Any) -> dict[str, int]:
    """Every few seconds: call whoever is to be called about a case, in the worker that writes to people."""
    return calling.run()
