"""Several inputs at once: asked about by a few threads, answered in order, and never more than a few ahead."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import current_thread, main_thread
from typing import TypeVar

from django.db import connection

AT_ONCE = 8
AHEAD = 3 * AT_ONCE  # inputs taken before the first of them is answered, so that memory stays bounded
I_ = TypeVar("I_")
O_ = TypeVar("O_")


def in_order(ask: Callable[[I_], O_], inputs: Iterable[I_], *, at_once: int = AT_ONCE) -> Iterator[O_]:
    """``ask`` of each input. An input is only taken when there is room for it; what ``ask`` raises is raised here."""
    line: deque[Future[O_]] = deque()
    with ThreadPoolExecutor(at_once) as threads:
        try:
            for one in inputs:
                line.append(threads.submit(in_a_thread, ask, one))
                if len(line) >= AHEAD:
                    yield line.popleft().result()
            while line:
                yield line.popleft().result()
        finally:
            for waiting in line:
                waiting.cancel()


def in_a_thread(ask: Callable[[I_], O_], one: I_) -> O_:
    """A thread's connection is its own, and is given back when it has its answer."""
    try:
        return ask(one)
    finally:
        if current_thread() is not main_thread():
            connection.close()
