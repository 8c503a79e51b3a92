"""Secrets are masked before anything is kept: in answers, excerpts, and requests that are shown.

A target may echo what it was sent, as it was sent or as it prints it. So a secret is known in all the spellings that
an address, JSON, HTML, base64 or hexadecimal digits give it, mixed as they may be.
"""

import base64
import re
from collections.abc import Iterable
from functools import lru_cache

MASK = "[secret]"
ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
SHORTEST = 4  # a mask for less would blot out ordinary words


class Masker:
    """Knows the values that must not be kept. Its own repr does not tell them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._pattern = _pattern(frozenset(value for value in values if len(value) >= SHORTEST))

    def __repr__(self) -> str:
        return "Masker()"

    def bytes(self, text: bytes) -> bytes:
        """The same bytes, every known secret in them replaced."""
        return self._pattern.sub(MASK.encode(), text) if self._pattern else text

    def text(self, text: str) -> str:
        """The same text, every known secret in it replaced."""
        if not self._pattern:
            return text
        return self.bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _pattern(secrets: frozenset[str]) -> re.Pattern[bytes] | None:
    if not secrets:
        return None
    # the longest first, or a part would be masked and the rest left to be read
    known = sorted(secrets, key=len, reverse=True)
    found = [_mixed(secret) for secret in known]
    found += [
        _mixed(packed) for packed in sorted({p for s in known for p in _packed(s)}, key=len, reverse=True)
    ]
    found += [way for secret in known for way in _letter_by_letter(secret)]
    return re.compile(b"|".join(found))


def _packed(secret: str) -> set[str]:
    """Its base64, standing alone or inside something longer, in both alphabets (RFC 4648)."""
    found = set()
    raw = secret.encode()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw).decode()
        # letters that also hold bits of what stands before or after cannot be foretold
        core = whole[(0, 2, 3)[before] : len(whole) - (0, 3, 2)[(before + len(raw)) % 3]]
        found |= {core, whole} if before == 0 else {core}
    found = {packed for packed in found if len(packed) >= SHORTEST}
    return found | {packed.replace("+", "-").replace("/", "_") for packed in found}


def _mixed(text: str) -> bytes:
    """The text, each letter that needs it escaped in any way; letters and digits stand for themselves."""
    return b"".join(
        letter.encode() if letter.isascii() and letter.isalnum() else b"(?:" + b"|".join(_ways(letter)) + b")"
        for letter in text
    )


def _ways(letter: str) -> list[bytes]:
    """One letter as text, in an address (RFC 3986), in JSON (RFC 8259 §7) or in HTML.

    As it is comes last: "\\" begins its own JSON, as "%" and "&" begin theirs, and the rest would be left standing.
    """
    raw = letter.encode()
    ways = [b"(?i:%s)" % write(letter) for write in (_in_addresses, _in_json)]
    ways += [b"&#0*%d;" % ord(letter), b"(?i:&#x0*%x;)" % ord(letter)]
    if letter in ENTITIES:
        ways.append(b"&%s;" % ENTITIES[letter].encode())
    if letter in '"\\/':
        ways.append(re.escape(b"\\" + raw))
    if letter == " ":
        ways.append(rb"\+")
    return [*ways, re.escape(raw)]


def _letter_by_letter(secret: str) -> list[bytes]:
    """Every letter escaped, whether it needs it or not; hexadecimal digits; wide letters."""
    escaped = [_in_addresses(secret), _in_json(secret), secret.encode().hex().encode()]
    escaped.append(b"".join(b"&#0*%d;" % ord(letter) for letter in secret))
    escaped.append(b"".join(b"&#x0*%x;" % ord(letter) for letter in secret))
    wide = [re.escape(secret.encode(coding)) for coding in ("utf-16-le", "utf-16-be")]
    return [b"(?i:%s)" % way for way in escaped] + wide


def _in_addresses(text: str) -> bytes:
    return b"".join(b"%%%02x" % byte for byte in text.encode())


def _in_json(text: str) -> bytes:
    """UTF-16, four hexadecimal digits a unit."""
    digits = text.encode("utf-16-be").hex()
    return b"".join(rb"\\u" + digits[at : at + 4].encode() for at in range(0, len(digits), 4))
