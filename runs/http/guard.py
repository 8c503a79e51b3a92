"""Where a worker may go. A name is resolved once; every address it has is judged; only a judged address is called.

That closes server-side request forgery by redirect, by odd spelling, and by a name that answers differently the
second time (DNS rebinding): there is no second time.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address

import httpx2
from django.conf import settings

from runs.http.allowing import Allowance, allowances
from runs.http.limits import Deadline
from runs.http.public import Address, is_public
from runs.http.targets import Target
from runs.http.troubles import AddressRefused, OutOfTime, Unresolvable

Resolver = Callable[[str, int], Sequence[str]]
MOST_ADDRESSES = 16


def system_resolver(host: str, port: int) -> list[str]:
    """Every address the machine's own resolver knows for the name, best first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@cache
def trusted() -> ssl.SSLContext:
    """Certificates as the machine trusts them, or as SSL_CERT_FILE and SSL_CERT_DIR say. HTTP/1.1 only."""
    context = httpx2.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


@dataclass(frozen=True)
class Guard:
    """What may be reached: public addresses at ``ports``, and what ``allow`` names."""

    allow: tuple[Allowance, ...] = ()
    ports: frozenset[int] = frozenset({80, 443})
    resolve: Resolver = system_resolver
    trust: Callable[[], ssl.SSLContext] = trusted

    def addresses(self, target: Target, deadline: Deadline, seconds: float) -> list[Address]:
        """The addresses to call, all of them judged.

        One bad address condemns its name: who mixes it in means us to reach it. Raises `AddressRefused`, or a
        `Trouble` when the name cannot be resolved in time.
        """
        found = [target.literal] if target.literal else self._resolved(target, deadline, seconds)
        for address in found:
            self._judge(target, address)
        return found

    def _judge(self, target: Target, address: Address) -> None:
        if any(entry.covers(target.host, address, target.port) for entry in self.allow):
            return
        if not is_public(address):
            raise AddressRefused(f"{target.host} is not on the public internet; HTTP_ALLOW may name it")
        if target.port not in self.ports:
            raise AddressRefused(f"{target.host} is asked for at port {target.port}; HTTP_ALLOW may name it")

    def _resolved(self, target: Target, deadline: Deadline, seconds: float) -> list[Address]:
        """Looked up in a thread that can be left behind: a resolver knows no deadline."""
        answers: list[Sequence[str]] = []

        def look_up() -> None:
            try:
                answers.append(self.resolve(target.host, target.port))
            except (OSError, UnicodeError):
                answers.append([])

        thread = threading.Thread(target=look_up, name="resolver", daemon=True)
        thread.start()
        thread.join(deadline.left(seconds))
        if not answers:
            raise OutOfTime
        found = [ip_address(text) for text in answers[0]]
        if not found:
            raise Unresolvable
        return found[:MOST_ADDRESSES]


def from_settings() -> Guard:
    """The guard as HTTP_ALLOW wants it."""
    return Guard(allow=allowances(settings.HTTP_ALLOW))
