"""The list of addresses of its own that a team lets workers reach, beside the public internet."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

from runs.http.public import Address, is_nearby, is_public, meant, reaches_one
from runs.http.targets import NAME, NUMBER


@dataclass(frozen=True)
class Allowance:
    """One entry: a host name, or a network; with a port, only that port, else every port."""

    name: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        """A network covers what it says. A name covers what a name may mean: never a link-local address."""
        if self.port not in (None, port) or not reaches_one(address):
            return False
        if self.network is not None:
            return meant(address) in self.network
        return host == self.name and (is_nearby(address) or is_public(address))


def allowances(entries: Iterable[str]) -> tuple[Allowance, ...]:
    """Read the list: ``127.0.0.1:8080``, ``10.2.0.0/16``, ``crm.internal``, ``[fd00::1]:8443``, ``fd00::/8``."""
    return tuple(_allowance(entry.strip().lower()) for entry in entries if entry.strip())


def _allowance(entry: str) -> Allowance:
    host, port = _parted(entry)
    try:
        if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise ValueError(port)
        number = None if port is None else int(port)
        if ":" in host or "/" in host or NUMBER.fullmatch(host.rpartition(".")[2]):
            return Allowance("", ip_network(host), number)
    except ValueError:
        raise _wrong(entry) from None
    if not NAME.fullmatch(host):
        raise _wrong(entry)
    return Allowance(host, None, number)


def _parted(entry: str) -> tuple[str, str | None]:
    """Host and port. Two colons and no bracket are an IPv6 address, which has none."""
    if entry.startswith("["):
        host, closed, rest = entry[1:].partition("]")
        if not closed or rest[:1] not in ("", ":"):
            raise _wrong(entry)
        return host, rest[1:] if rest else None
    host, colon, port = entry.partition(":")
    if not colon or ":" in port:
        return entry, None
    return host, port


def _wrong(entry: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"HTTP_ALLOW holds {entry!r}, and must hold hosts, addresses or networks: "
        "127.0.0.1:8080, 10.2.0.0/16, crm.internal."
    )
