"""A text as lines with stable offsets, folded for comparison.

Folding upper-cases, drops accents and turns full-width forms, odd spaces, dashes and quotes into
plain ones, one character for one character, so every position in the folded line is a position
in the text.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from runs.workflows.expense.orders import gives_orders

_ODD = dict(zip("’‘′´–—−‐￥￡：\tıß", "''''----¥£: IS", strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: where it starts, its characters, and the same folded.

    `doubtful` is 2 for a line that gives orders to its reader and 1 for the two lines after it.
    """

    number: int
    start: int
    text: str
    folded: str
    doubtful: int = 0


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _ODD:
        return _ODD[character]
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0).upper()
    if unicodedata.category(character) == "Zs":
        return " "
    if code < 0x250 and character.isalpha():
        character = unicodedata.normalize("NFKD", character)[0]
    upper = character.upper()
    return upper if len(upper) == 1 else character


def fold(text: str) -> str:
    """The text for comparison, exactly as long as it was."""
    if text.isascii():
        return text.upper().replace("\t", " ")
    return "".join(map(_fold_character, text))


def lines_of(text: str) -> list[Line]:
    """The non-empty lines in order, with their offsets."""
    lines: list[Line] = []
    position, wary = 0, 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped)
            folded = fold(stripped)
            orders = gives_orders(folded)
            doubtful = 2 if orders else (1 if wary else 0)
            wary = 2 if orders else max(0, wary - 1)
            lines.append(Line(len(lines), start, stripped, folded, doubtful))
        position += len(raw)
    return lines
