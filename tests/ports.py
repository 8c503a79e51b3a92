"""A port for a server that opens it in a moment: none that the kernel may give to somebody else meanwhile."""

import socket
from random import SystemRandom

OURS = range(20_000, 32_000)  # what is asked for without a number comes from 32,768 on, or from 49,152


def free() -> int:
    """Of this machine, and free now."""
    for number in SystemRandom().sample(OURS, len(OURS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    raise RuntimeError("no port is free")
