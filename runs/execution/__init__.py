"""The life of an execution: claimed under a lease, intent committed, called once, outcome recorded, or tried again.

Every function is one short transaction with set-based statements, so that a batch costs a few round trips. A worker is
known by a number: it holds the PostgreSQL advisory lock of that number for as long as it lives (see ``drain``), so the
rows of the dead are found at once; ``lease_epoch`` keeps the late from harm (DESIGN.md §4, laws 5 and 6).
"""

from runs.execution.beginning import UNAPPROVED, UNSIGNED, begin, refuse
from runs.execution.claiming import Turn, claim, next_due
from runs.execution.facts import Outcome, entry, open_case
from runs.execution.leases import LEASE, WORKER_LOCKS, extend, hand_back, postpone
from runs.execution.recording import look_up_from, record
from runs.execution.retrying import BeingUndone, NotRetriable, back_off, reschedule, retry

__all__ = [
    "LEASE", "UNAPPROVED", "UNSIGNED", "WORKER_LOCKS", "BeingUndone", "NotRetriable", "Outcome", "Turn", "back_off",
    "begin", "claim", "entry", "extend", "hand_back", "look_up_from", "next_due", "open_case", "postpone", "record",
    "refuse", "reschedule", "retry",
]  # fmt: skip
