"""A clock of our way out that starts when the request has gone: what a busy machine does before is not tested."""

import time
from typing import Any

import pytest

from runs.http.limits import Deadline
from runs.http.wire import Wire


def start_with_the_first_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until we listen for an answer no time passes; from then on a request has all the time it was given."""
    left, read = Deadline.left, Wire.read

    def frozen(self: Deadline, most: float) -> float:
        return left(self, most) if hasattr(self, "listens") else most

    def listening(self: Wire, *told: Any, **more: Any) -> bytes:
        if not hasattr(self.deadline, "listens"):
            self.deadline.listens = True
            self.deadline.until += time.monotonic() - self.deadline.began
        return read(self, *told, **more)

    monkeypatch.setattr(Deadline, "left", frozen)
    monkeypatch.setattr(Wire, "read", listening)
