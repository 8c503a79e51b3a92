"""Signatures of Standard Webhooks: by them, a receiver knows that a message is ours, whole, and not an old one."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of the key


class OddKey(ValueError):
    """The secret is no signing key: ``whsec_`` and 24 to 64 bytes in base64."""


def headers(*, secret: str, number: str, at: int, body: bytes) -> tuple[tuple[str, str], ...]:
    """The three headers of a message; ``number`` stays the same however often it is tried. Raises `OddKey`."""
    told = b".".join([number.encode(), str(at).encode(), body])
    mark = base64.b64encode(hmac.new(_key(secret), told, hashlib.sha256).digest()).decode()
    return (("webhook-id", number), ("webhook-timestamp", str(at)), ("webhook-signature", f"v1,{mark}"))


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        raise OddKey("this is no signing key")
    return key
