"""A request made ready to be sent: its headers checked, its secrets put in, and a masker that knows them."""

import base64
import re
from dataclasses import dataclass, field

from approvals.tools import Refused
from runs.http.limits import Limits
from runs.http.redaction import SHORTEST, Masker
from runs.http.request import METHODS, TOKEN, Request, SecretHeader, Secrets
from runs.http.targets import Target
from runs.http.troubles import AUTH, NotARequest

# They decide where a request goes and where it ends, so they are ours alone (RFC 9110 §7.6.1, RFC 9112 §6)
OURS = {
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
CREDENTIALS = {"authorization", "cookie"}
VALUE = re.compile(r"[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?|")  # visible ASCII: RFC 9110 §5.5
LONGEST_VALUE = 8_000
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Sealed:
    """Headers with secrets inside, and the masker for what comes back. The repr tells neither."""

    plain: Headers = field(repr=False)
    secret: Headers = field(repr=False)
    masker: Masker = field(repr=False)

    def headers(self, request: Request, target: Target, *, at_home: bool) -> Headers:
        """All headers for one hop. Credentials stay ``at_home``, the origin they were meant for."""
        told = self.plain + self.secret if at_home else [p for p in self.plain if not _is_credential(p[0])]
        framing = [
            (b"Host", target.authority.encode()),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
        ]
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            framing.append((b"Content-Length", b"%d" % len(request.body)))
        if not any(name.lower() == b"user-agent" for name, _ in told):
            framing.append((b"User-Agent", b"countersign"))
        return framing + told


def sealed(request: Request, *, limits: Limits, secrets: Secrets) -> Sealed:
    """Check and complete. Raises `NotARequest`, or what ``secrets`` raises for a name it does not know."""
    if request.method not in METHODS:
        raise NotARequest(f"The method must be one of {', '.join(METHODS)}")
    if len(request.body) > limits.request_bytes:
        raise NotARequest(f"The body is longer than {limits.request_bytes} bytes")
    plain = [_header(name, value) for name, value in request.headers]
    known: set[str] = set()
    secret = [_secret_header(header, secrets, known) for header in request.secret_headers]
    names = [name.lower() for name, _ in plain + secret]
    if any(names.count(name.lower()) > 1 for name, _ in secret):
        raise NotARequest("A header with a secret stands there twice")
    return Sealed(plain, secret, Masker(known))


def _header(name: str, value: str) -> tuple[bytes, bytes]:
    if not TOKEN.fullmatch(name):
        raise NotARequest("The name of a header is not one")
    if name.lower() in OURS:
        raise NotARequest(f"The header {name} is set by the client itself")
    if len(value) > LONGEST_VALUE or not VALUE.fullmatch(value):
        raise NotARequest(f"The value of the header {name} holds what a header cannot hold")
    return name.encode(), value.encode()


def _secret_header(header: SecretHeader, secrets: Secrets, known: set[str]) -> tuple[bytes, bytes]:
    """Notes in ``known`` what must be masked."""
    value = secrets.get(header.secret)
    known.add(value)
    sent = header.prefix + value
    if header.form == "basic":
        sent = f"Basic {base64.b64encode(value.encode()).decode()}"
        known |= {part for part in value.split(":", 1)[1:] if len(part) >= SHORTEST}
    if not VALUE.fullmatch(sent):
        raise Refused(AUTH, f"The secret {header.secret} holds what a header cannot hold")
    return _header(header.name, sent)


def _is_credential(name: bytes) -> bool:
    return name.decode().lower() in CREDENTIALS
