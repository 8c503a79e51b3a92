"""Mail servers of a workspace by the name of the secret that holds their address."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from approvals.tools import Refused
from runs import secrets

_SAFE_BY = {"smtp": ("", 25), "smtp+tls": ("tls", 587), "smtp+ssl": ("ssl", 465)}  # as EMAIL_URL is spelled


@dataclass(frozen=True)
class Where:
    """``safe_by`` is tls (STARTTLS, insisted on), ssl (from the first byte) or nothing."""

    host: str
    port: int
    safe_by: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


def of(workspace: str, secret: str) -> Where:
    """Raises `Refused` for an address that cannot be read, without repeating it; `secrets.MissingSecret`."""
    try:
        parts = urlsplit(secrets.of(workspace).get(secret))
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if not host or parts.scheme not in _SAFE_BY:
        raise Refused(
            "integration.auth", f"The secret {secret} is not an address such as smtp+tls://user:key@host:port"
        )
    safe_by, usual = _SAFE_BY[parts.scheme]
    return Where(host, port or usual, safe_by, unquote(parts.username or ""), unquote(parts.password or ""))
