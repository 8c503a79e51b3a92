"""Sixty writes on servers of their own, which are taken from under them; each happens once, or is owned. Six hundred
cases that nobody takes are called for meanwhile, each once.

The same attack runs for six minutes by `python -m tests.bench chaos`, with five thousand writes and leases that run out
by themselves.
"""

from pathlib import Path

import pytest

from tests.chaos.report import attack
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.long
WRITES = 60


def test_whatever_dies_each_write_happens_once_or_is_known_to_be_unknown(tmp_path: Path) -> None:
    """The targets count; `tests.chaos.reckoning` names every difference."""
    report = attack(tmp_path, writes=WRITES, hurry=True, patience=4 * PATIENCE_SECONDS)
    assert report.faults == []
    assert sum(report.states.values()) == report.writes == WRITES
    assert set(report.states) <= {
        "succeeded",
        "failed",
        "unknown",
        "scheduled",
    }  # the last behind an open breaker
    assert report.states["succeeded"] > WRITES / 2
    assert report.escalations["called_for"] >= 600 and len(report.escalations["amid"]) == 3
    assert all(seconds is not None for seconds in [*report.recovery.values()][:-1]), report.recovery
