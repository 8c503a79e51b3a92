"""The end of patience with a far side that hangs, or answers a byte a minute."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_off(descriptor: int, *, after: float) -> Iterator[None]:
    """Shut the socket when this lasts longer than ``after`` seconds; whoever waits on it then sees it broken."""
    line = socket.socket(fileno=os.dup(descriptor))
    timer = threading.Timer(after, _shut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
