"""One connection to one judged address, with every wait bounded by one deadline, and a count of what left us."""

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpcore2

from runs.http.guard import Guard
from runs.http.limits import Deadline, Limits
from runs.http.public import Address
from runs.http.targets import Target
from runs.http.troubles import Broken, NotSecure, NotTrusted, OutOfTime, TooLarge, Trouble, Unreachable


class Wire(httpcore2.NetworkStream):
    """The connection as the HTTP reader above it sees it. ``sent`` says whether a byte of the request left us."""

    def __init__(self, line: socket.socket, deadline: Deadline, limits: Limits) -> None:
        self.line = line
        self.deadline = deadline
        self.seconds = limits.read_seconds
        self.sent = False
        self.head_left: int | None = limits.head_bytes

    def head_is_whole(self) -> None:
        """From here on the reader of the body counts, and counts what is unpacked."""
        self.head_left = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.head_left is not None:
            if self.head_left <= 0:
                raise TooLarge
            max_bytes = min(max_bytes, self.head_left)
        self.line.settimeout(self.deadline.left(self.seconds))
        try:
            data = self.line.recv(max_bytes)
        except TimeoutError:
            raise OutOfTime from None
        except OSError:
            raise Broken from None
        if self.head_left is not None:
            self.head_left -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        while view:
            self.line.settimeout(self.deadline.left(self.seconds))
            try:
                count = self.line.send(view)
            except TimeoutError:
                raise OutOfTime from None
            except OSError:
                # The HTTP reader goes on to read: who hangs up on a long request may have said why (RFC 9112 §9.5).
                raise httpcore2.WriteError from None
            self.sent = True
            view = view[count:]

    def close(self) -> None:
        with suppress(OSError):
            self.line.close()

    def get_extra_info(self, info: str) -> Any:
        return None


def connect(
    target: Target, addresses: Sequence[Address], *, guard: Guard, deadline: Deadline, limits: Limits
) -> Wire:
    """Connect to the first address that answers. Nothing of the request is sent. Raises a `Trouble`."""
    trouble: Trouble = Unreachable()
    for address in addresses:
        try:
            line = _dialled(address, target.port, deadline, limits)
        except (Unreachable, OutOfTime) as error:
            trouble = error
            continue
        if target.scheme == "https":
            line = _secured(line, target.host, guard, deadline, limits)
        return Wire(line, deadline, limits)
    raise trouble


def _dialled(address: Address, port: int, deadline: Deadline, limits: Limits) -> socket.socket:
    seconds = deadline.left(limits.connect_seconds)
    line = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.connect((str(address), port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except TimeoutError:
        line.close()
        raise OutOfTime from None
    except OSError:
        line.close()
        raise Unreachable from None
    return line


def _secured(
    line: socket.socket, host: str, guard: Guard, deadline: Deadline, limits: Limits
) -> ssl.SSLSocket:
    """TLS with the name that was asked for, whatever the address. An answer cut short is noticed (RFC 8446 §6.1)."""
    try:
        line.settimeout(deadline.left(limits.connect_seconds))
        return guard.trust().wrap_socket(line, server_hostname=host, suppress_ragged_eofs=False)
    except ssl.SSLCertVerificationError:
        trouble: Trouble = NotTrusted()
    except TimeoutError:
        trouble = OutOfTime()
    except (OSError, ValueError):
        trouble = NotSecure()
    except Trouble as error:
        trouble = error
    line.close()
    raise trouble
