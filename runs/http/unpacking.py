"""The body of an answer, never more of it than was asked for: what is packed is unpacked within the bound."""

import zlib
from collections.abc import Iterable, Iterator, Sequence

from runs.http.troubles import Garbled, TooLarge

PACKED = {"gzip", "x-gzip", "deflate"}  # RFC 9110 §8.4.1; zlib tells the two apart itself
EITHER = 32 + zlib.MAX_WBITS
Headers = Sequence[tuple[bytes, bytes]]


def body(headers: Headers, chunks: Iterable[bytes], *, most: int) -> bytes:
    """The whole body as meant. Raises `TooLarge` as soon as it passes ``most`` bytes, `Garbled` for odd packing."""
    codings = [
        word.strip().lower() for value in values(headers, b"content-encoding") for word in value.split(",")
    ]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings:
        return _gathered(chunks, most)
    if len(codings) > 1 or codings[0] not in PACKED:
        # a bomb in a bomb, or a packing we never said we know
        raise Garbled
    return _gathered(_unpacked(chunks, most), most)


def values(headers: Headers, name: bytes) -> list[str]:
    """Every value of one header."""
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


def _gathered(chunks: Iterable[bytes], most: int) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > most:
            raise TooLarge
    return bytes(whole)


def _unpacked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    reader = zlib.decompressobj(EITHER)
    fed = False
    for chunk in chunks:
        fed = fed or bool(chunk)
        try:
            # one byte more than allowed is enough to know; the rest stays packed
            yield reader.decompress(chunk, most + 1)
        except zlib.error:
            raise Garbled from None
        if reader.unused_data:
            raise Garbled
    if fed and not reader.eof:
        raise Garbled
