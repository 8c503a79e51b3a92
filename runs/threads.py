"""Threads that wait on outside systems: begun as they are needed, and none of them keeps a process from ending.

Calls of one kind share a lane, and no lane has all threads: a system that hangs takes none from the others. A thread
whose call never comes back can be written off; another takes its place.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from runs import stopping

THREADS = 32  # of one worker
SPARE_THREADS = 4  # that no single tool may have: one that hangs leaves some for the others
MOST_OF_ONE = THREADS - SPARE_THREADS
SLICE = 0.5  # seconds between two looks at whether to stop
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Item:
    future: "Future[Any]"
    call: Callable[[], Any]
    lane: str


class Threads(Executor):
    """At most so many calls at once; the rest wait in line."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.begun = self.idle = 0
        self.lock = Lock()
        self.line: SimpleQueue[_Item | None] = SimpleQueue()
        self.out: Counter[str] = Counter()
        self.waiting: defaultdict[str, deque[_Item]] = defaultdict(deque)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        return self.submit_to("", self.most, lambda: fn(*args, **kwargs))

    def submit_to(self, lane: str, most: int, call: Callable[[], T]) -> "Future[T]":
        """Like `submit`, with at most so many of the lane at once."""
        future: Future[T] = Future()
        item = _Item(future, call, lane)
        with self.lock:
            if self.out[lane] >= most:
                self.waiting[lane].append(item)
            else:
                self._send(item)
        return future

    def _send(self, item: _Item) -> None:
        self.out[item.lane] += 1
        self.line.put(item)
        if self.idle < self.line.qsize() and self.begun < self.most:
            self.begun += 1
            Thread(target=self._work, name="call", daemon=True).start()

    def write_off(self) -> None:
        """One thread will not come back in time: another may begin. Its lane stays as full as it is."""
        with self.lock:
            self.most += 1

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Whoever is idle ends now, whoever calls ends after it; nobody is waited for."""
        with self.lock:
            for _ in range(self.begun):
                self.line.put(None)

    def _work(self) -> None:
        while True:
            with self.lock:
                self.idle += 1
            item = self.line.get()
            with self.lock:
                self.idle -= 1
            if item is None:
                return
            _carry_out(item)
            self._next(item.lane)
            del item

    def _next(self, lane: str) -> None:
        with self.lock:
            self.out[lane] -= 1
            if self.waiting[lane]:
                self._send(self.waiting[lane].popleft())


def _carry_out(item: _Item) -> None:
    if item.future.set_running_or_notify_cancel():
        try:
            item.future.set_result(item.call())
        except BaseException as error:  # whoever asked is told
            item.future.set_exception(error)


def answers(futures: "Sequence[Future[T]]", *, seconds: float) -> list[T | None]:
    """What each has to say within so many seconds, or until this worker is told to stop; None where it said nothing.

    Those not begun by then are taken back; the answers of those that are out are lost.
    """
    until = monotonic() + seconds
    while not stopping.asked() and monotonic() < until:
        if not wait(futures, timeout=min(SLICE, until - monotonic())).not_done:
            break
    return [
        future.result() if not future.cancel() and future.done() and future.exception() is None else None
        for future in futures
    ]
