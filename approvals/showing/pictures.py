"""Pictures as evidence: a data URL in text, and what its bytes really are. Nothing here draws or decodes a pixel."""

import base64
import binascii
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

LARGEST = 660_000  # bytes of the picture itself; its base64 must fit into the body of one request
LONGEST_SIDE = 8_000
MOST_PIXELS = 24_000_000
TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_DATA = re.compile(r"data:([a-z0-9.+/-]{0,60})(;base64)?,", re.IGNORECASE)
_PNG, _GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_NEVER = {0x00, 0xD8}  # inside a picture
_JPEG_SCAN, _JPEG_END = 0xDA, 0xD9
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_EXTENDED, _LOSSLESS = "VP8X", "VP8L"


class NotAPicture(ValueError):
    """The content claims to be a picture and cannot be shown. ``remedy`` is what its sender can do about it."""

    def __init__(self, message: str, remedy: str):
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True)
class Picture:
    """A whole picture: what it is by its own bytes, and how large."""

    type: str
    data: bytes
    width: int
    height: int


def claimed(content: str) -> bool:
    """Whether the content means to be pixels; anything else is a description in words."""
    return content[:5].lower() == "data:"


def as_data_url(content: str, media_type: str) -> str:
    """Bare base64 with a declared type, in the one spelling that is kept."""
    return f"data:{media_type};base64,{''.join(content.split())}"


def read(content: str) -> Picture:
    """The picture in a data URL, whole and of an allowed kind. Raises `NotAPicture`."""
    head = _DATA.match(content)
    if head is None or not head[2]:
        raise NotAPicture("The picture is not a data URL in base64", "send data:image/png;base64,…")
    declared = head[1].lower()
    if declared not in TYPES:
        raise NotAPicture(
            f"Pictures of the type {declared or 'nothing'} are not shown", f"send one of {', '.join(TYPES)}"
        )
    try:
        data = base64.b64decode(content[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise NotAPicture("The base64 of the picture is broken", "encode the whole file again") from None
    if len(data) > LARGEST:
        raise NotAPicture("The picture is too large", f"send at most {LARGEST} bytes")
    return _checked(declared, data)


def _checked(declared: str, data: bytes) -> Picture:
    kind = sniff(data)
    if kind != declared:
        raise NotAPicture(
            f"The bytes are {kind or 'no picture we know'}, declared as {declared}", "declare what it is"
        )
    try:
        width, height = _MEASURES[kind](data)
    except NotAPicture:
        raise
    except (IndexError, ValueError):
        raise NotAPicture("The picture is damaged or ends too early", "send the whole file") from None
    if not 0 < width <= LONGEST_SIDE or not 0 < height <= LONGEST_SIDE or width * height > MOST_PIXELS:
        remedy = f"send at most {LONGEST_SIDE} pixels a side and {MOST_PIXELS} in all"
        raise NotAPicture(f"The picture measures {width} × {height} pixels", remedy)
    return Picture(kind, data, width, height)


def sniff(data: bytes) -> str:
    """The kind of picture by its first bytes, or empty. SVG is none: it is a document that can act."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(_GIF):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _png(data: bytes) -> tuple[int, int]:
    """Every chunk as long as it says and under its own check sum, from the first to the end mark. The size stands in
    the first chunk, and only there: a second one could call a huge picture small.
    """
    size, at, name = (0, 0), len(_PNG), b""
    while name != b"IEND":
        length, start = int.from_bytes(data[at : at + 4]), at + 8
        name, body = data[at + 4 : start], data[start : start + length]
        check = data[start + length : start + length + 4]
        if len(check) != 4 or zlib.crc32(name + body) != int.from_bytes(check):
            raise ValueError(name)
        if (name == b"IHDR") != (at == len(_PNG)):
            raise ValueError(name)
        if name == b"IHDR":
            size = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
        at = start + length + 4
    _ends(data, at)
    return size


def _ends(data: bytes, at: int) -> None:
    """Nothing may ride along behind a picture: no reader of the evidence would ever see it."""
    if (over := len(data) - at) > 0:
        told = "1 byte follows" if over == 1 else f"{over} bytes follow"
        raise NotAPicture(f"{told} the end of the picture", "send the picture alone")


def _jpeg(data: bytes) -> tuple[int, int]:
    """Every segment as long as it says, every scan up to the next mark, to the first end mark and not the last one:
    between the two anything could ride. Zeros may pad it.
    """
    size, at = (0, 0), 2
    while (mark := _mark(data, at)) != _JPEG_END:
        if mark in _JPEG_ALONE or mark == 0xFF:
            at += 1 if mark == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        if length < 2 or (any(size) if mark in _JPEG_SIZES else mark in _JPEG_NEVER):
            raise ValueError(mark)
        if mark in _JPEG_SIZES:
            size = int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + length
        if mark == _JPEG_SCAN:
            at = _after_scan(data, at)
    _ends(data.rstrip(b"\x00"), at + 2)
    return size


def _mark(data: bytes, at: int) -> int:
    if data[at] != 0xFF:
        raise ValueError("no mark")
    return data[at + 1]


def _after_scan(data: bytes, at: int) -> int:
    found = _AFTER_SCAN.search(data, at)
    if found is None:
        raise ValueError("no end")
    return found.start()


def _gif(data: bytes) -> tuple[int, int]:
    """Every block to the end of its parts, up to the end mark."""
    at = 13 + _palette(data[10])
    while (block := data[at : at + 1]) != b";":
        if block == b",":
            at += 11 + _palette(data[at + 9])
        elif block == b"!":
            at += 2
        else:
            raise ValueError(block)
        while data[at]:
            at += 1 + data[at]
        at += 1
    _ends(data, at + 1)
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _webp(data: bytes) -> tuple[int, int]:
    length = int.from_bytes(data[4:8], "little") + 8
    if length > len(data) or len(data) < 30:
        raise ValueError("cut off")
    _ends(data, length + length % 2)
    kind = data[12:16].decode("ascii", "replace")
    if kind == _EXTENDED:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == _LOSSLESS:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


_MEASURES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp,
}  # fmt: skip
