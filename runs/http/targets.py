"""An address as it will be used: read once, by one reader, so that what is checked is what is called."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import httpx2

from runs.http.public import Address
from runs.http.troubles import AddressRefused

USUAL = {"http": 80, "https": 443}
LONGEST_URL = 8_000
# a browser drops or turns these; a reader that disagreed with it would check one host and call another
SLIPPERY = re.compile(r"[\x00-\x20\x7f\\]")
NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Target:
    """Where one request goes: scheme, host (a name, or an address without brackets), port, and what is asked there."""

    scheme: str
    host: str
    port: int
    path: bytes
    literal: Address | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """Secrets stay within one origin (RFC 6454)."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The Host header: the port stands in it unless it is the scheme's own (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path.decode('ascii')}"


def target(url: str) -> Target:
    """Read an absolute http(s) address. Raises `AddressRefused` for all that two readers could read differently."""
    if len(url) > LONGEST_URL or SLIPPERY.search(url):
        raise AddressRefused("The address holds a space, a backslash or a control character, or is too long")
    try:
        parsed = httpx2.URL(url)
        host = parsed.raw_host.decode("ascii").lower()
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise AddressRefused("The address cannot be read") from None
    if parsed.scheme not in USUAL or not url[len(parsed.scheme) :].startswith("://"):
        raise AddressRefused("The address must begin with http:// or https://")
    if "@" in re.split(r"[/?#]", url.split("://", 1)[1], maxsplit=1)[0]:
        raise AddressRefused("The address must not hold a user or a password: name a secret header instead")
    port = USUAL[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port < 65_536:
        raise AddressRefused("The address must name a port from 1 to 65535")
    name, literal = _host(host)
    return Target(parsed.scheme, name, port, parsed.raw_path or b"/", literal)


def _host(host: str) -> tuple[str, Address | None]:
    """A name or an address. What ends in a number is an address and must be written as one: 0177.1 is 127.0.0.1."""
    try:
        if ":" in host:
            if "%" in host:
                raise AddressRefused("The address must not name a network interface")
            address = IPv6Address(host)
            return str(address), address
        name = host.removesuffix(".")
        if NUMBER.fullmatch(name.rpartition(".")[2]):
            return name, IPv4Address(name)
    except AddressValueError:
        raise AddressRefused("The host is a number in disguise: write it as four decimal numbers") from None
    if not NAME.fullmatch(name):
        raise AddressRefused("The host is not a name")
    return name, None
