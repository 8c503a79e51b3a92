"""Threads that wait on outside systems: begun as they are needed, and none of them keeps a process from ending.

Calls of one kind share a lane, and no lane has all threads: a system that hangs takes none from the others. A lane is
no wider than its calls take time for: of those that answer at once, many out at once only wait for each other, and for
the processors that a worker needs itself. A thread whose call never comes back can be written off; another takes its
place.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from runs import stopping

THREADS = 32  # of one worker
SPARE_THREADS = 4  # that no single tool may have: one that hangs leaves some for the others
MOST_OF_ONE = THREADS - SPARE_THREADS
SLICE = 0.5  # seconds between two looks at whether to stop
FEW_OF_ONE = 6  # out at once, however quick they are
PACE = 700  # calls a second that a worker can look at, begin and record
LATELY = 16  # calls whose time is what a call of their lane takes
LATE_SECONDS, LATE_TIMES = 0.1, 4  # out for longer than that, and than so many usual ones: it hangs
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Item:
    future: "Future[Any]"
    call: Callable[[], Any]
    lane: str


@dataclass
class _Lane:
    """Since when each call is out, those that wait, and the seconds a call takes of late; nothing is known at first."""

    most: int = MOST_OF_ONE
    out: dict[int, float] = field(default_factory=dict)
    waiting: deque[_Item] = field(default_factory=deque)
    usual: float | None = None
    is_paced: bool = True

    def is_full(self, moment: float) -> bool:
        """At a pace, as many are out as go out in the time that one takes (Little's law). One that hangs is out, and
        takes no other's place as long as there are threads.
        """
        if self.usual is None or len(self.out) >= self.most:
            return len(self.out) >= self.most
        late = moment - max(LATE_SECONDS, LATE_TIMES * self.usual)
        return sum(began > late for began in self.out.values()) >= max(FEW_OF_ONE, PACE * self.usual)

    def came_back(self, item: _Item, moment: float) -> None:
        seconds = moment - self.out.pop(id(item))
        if self.is_paced:
            self.usual = seconds if self.usual is None else self.usual + (seconds - self.usual) / LATELY


class Threads(Executor):
    """At most so many calls at once; the rest wait in line."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.begun = self.free = 0  # threads; those of them that nothing in the line is for
        self.lock = Lock()
        self.line: SimpleQueue[_Item | None] = SimpleQueue()
        self.lanes: defaultdict[str, _Lane] = defaultdict(_Lane)
        self.lanes[""] = _Lane(is_paced=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        return self.submit_to("", self.most, lambda: fn(*args, **kwargs))

    def submit_to(self, lane: str, most: int, call: Callable[[], T]) -> "Future[T]":
        """Like `submit`, with at most so many of the lane at once."""
        future: Future[T] = Future()
        with self.lock:
            its = self.lanes[lane]
            its.most = most
            its.waiting.append(_Item(future, call, lane))
            self._fill(its, monotonic())
        return future

    def look_after(self) -> None:
        """Asked now and then: where calls hang, others go out beside them."""
        with self.lock:
            moment = monotonic()
            for lane in self.lanes.values():
                self._fill(lane, moment)

    def _fill(self, lane: _Lane, moment: float) -> None:
        while lane.waiting and not lane.is_full(moment):
            item = lane.waiting.popleft()
            lane.out[id(item)] = moment
            self._send(item)

    def _send(self, item: _Item) -> None:
        self.line.put(item)
        if self.free <= 0 and self.begun < self.most:
            self.begun += 1
            Thread(target=self._work, name="call", daemon=True).start()
        else:
            self.free -= 1  # below nothing where it has to wait

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
            item = self.line.get()
            if item is None:
                return
            _carry_out(item)
            with self.lock:
                self.free += 1
                lane, moment = self.lanes[item.lane], monotonic()
                lane.came_back(item, moment)
                self._fill(lane, moment)
            del item


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
