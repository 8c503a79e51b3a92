"""Text nobody vouches for, made safe to look at: what hides in it is shown, and nothing in it is markup."""

import html
import re
import unicodedata

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_SUSPECT = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[^\x00-\x7f]")
_MARKUP = re.compile("[&<>\"']")
_HIDING = {
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Zl",
    "Zp",
}  # controls, formats (bidi, zero-width), private use, separators
_BLANK_LETTERS = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN = re.compile(f"[{''.join(sorted(_BLANK_LETTERS))}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What Python calls printable and yet may hide; all else that hides, it does not."""


def visible(text: object) -> SafeString:
    """The text escaped, and each character that would not be seen, or would move others, as a labelled chip."""
    raw = str(text)
    if raw.isprintable() and not _UNSEEN.search(raw):  # as nearly all of it is
        return mark_safe(html.escape(raw) if _MARKUP.search(raw) else raw)  # noqa: S308
    parts, end = [], 0
    for position in _hidden(raw):
        parts += [escape(raw[end:position]), _chip(raw[position])]
        end = position + 1
    return mark_safe("".join([*parts, escape(raw[end:])]))  # noqa: S308  every part is escaped


def plain(text: object) -> str:
    """The same for places without markup, such as a page's title: ``‹U+202E›`` stands for what hides."""
    raw = str(text)
    parts, end = [], 0
    for position in _hidden(raw):
        parts += [raw[end:position], f"‹U+{ord(raw[position]):04X}›"]
        end = position + 1
    return "".join([*parts, raw[end:]])


def _hidden(raw: str) -> list[int]:
    return [match.start() for match in _SUSPECT.finditer(raw) if _hides(raw, match.start())]


def _hides(raw: str, position: int) -> bool:
    character = raw[position]
    if _selects(character):  # one selector belongs to an emoji; a row of them carries a message
        return any(
            _selects(other)
            for other in raw[max(0, position - 1) : position] + raw[position + 1 : position + 2]
        )
    return (
        unicodedata.category(character) in _HIDING
        or character in _BLANK_LETTERS
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def _selects(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f"


def _chip(character: str) -> SafeString:
    name = unicodedata.name(character, "control character").lower()
    return format_html('<span class="codepoint" title="{}">U+{}</span>', name, f"{ord(character):04X}")
