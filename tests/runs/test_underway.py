"""What threads have finished is handed out together while much is out, and at once while little is."""

from concurrent.futures import Future
from threading import Timer
from typing import Any, cast
from uuid import uuid4

import pytest

from runs import underway
from runs.underway import FEW, UnderWay
from runs.workers import Worker
from tests.patience import PATIENCE_SECONDS


def held(out: int, monkeypatch: pytest.MonkeyPatch) -> UnderWay:
    """So many calls are out, one is finished, and whoever waits for another waits as long as it takes."""
    monkeypatch.setattr(underway, "MORE_SECONDS", PATIENCE_SECONDS)
    rows = UnderWay(cast(Worker, None))
    rows.calling = {uuid4(): cast(Any, None) for _ in range(out)}
    rows.finished.put(((), Future()))
    return rows


def test_while_many_are_out_the_next_is_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = held(FEW + 1, monkeypatch)
    taken = rows.take(PATIENCE_SECONDS)
    next(taken)
    second: Any = ((), Future())
    Timer(0.05, lambda: rows.finished.put(second)).start()
    assert next(taken) is second


def test_while_few_are_out_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(list(held(FEW, monkeypatch).take(PATIENCE_SECONDS))) == 1


def test_no_more_are_awaited_than_may_be_in_doubt_together(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = held(FEW + 1, monkeypatch)
    for _ in range(FEW - 1):
        rows.finished.put(((), Future()))
    assert len(list(rows.take(PATIENCE_SECONDS))) == FEW
