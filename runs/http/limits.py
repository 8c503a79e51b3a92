"""How long one request may take and how much its answer may weigh, and the clock that holds to it."""

import time
from dataclasses import dataclass

from runs.http.troubles import OutOfTime


@dataclass(frozen=True)
class Limits:
    """The bounds of one `send`. ``total_seconds`` is wall-clock time from the look-up of the name to the last byte."""

    total_seconds: float = 20.0
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    request_bytes: int = 1_000_000
    head_bytes: int = 32_768  # status line and headers, interim answers (1xx) included
    answer_bytes: int = 1_000_000  # as decoded: a packed answer counts by what it unpacks to
    redirects: int = 0  # followed for reads only; 0 hands the redirection back as the answer


class Deadline:
    """The one clock of a request. Each step asks it how long it may still wait, so that no drip outlives it."""

    def __init__(self, seconds: float) -> None:
        self.began = time.monotonic()
        self.until = self.began + seconds

    def left(self, most: float) -> float:
        """Seconds until the end, at most ``most``. Raises `OutOfTime` when there are none."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise OutOfTime
        return min(seconds, most)

    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began
