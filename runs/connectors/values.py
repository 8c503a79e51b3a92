"""Kinds of value every connector knows, strict enough that what is signed has one spelling."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_JOINERS = "\u200c\u200d"  # part of the spelling in Persian, in Indic scripts and in emoji
_MARKS = "\u061c\u200e\u200f"  # in a text of several lines, whoever writes from right to left needs them


def visible(text: str) -> str:
    """One line of characters a reviewer can see, in one Unicode spelling. Raises ValueError for the others."""
    _refuse_hidden(text, allowed=_JOINERS)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def visible_lines(text: str) -> str:
    """The same for several lines, which keep their spaces and tabs."""
    text = text.replace("\r\n", "\n")
    _refuse_hidden(text, allowed=_JOINERS + _MARKS + "\n\t")
    return unicodedata.normalize("NFC", text)


def _refuse_hidden(text: str, *, allowed: str) -> None:
    for character in text:
        kind = unicodedata.category(character)
        if (kind in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}) and character not in allowed:
            raise ValueError(f"the text holds the control character U+{ord(character):04X}; remove it")


def written_out(value: Any) -> Any:
    """Only 2018-03-25 is a date: a number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value.strip())):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


def not_a_truth(value: Any) -> Any:
    """True is 1 to Python, and to nobody else."""
    if isinstance(value, bool):
        raise ValueError("an amount is a decimal number")
    return value


def blank_is_nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str, AfterValidator(visible)]
Day = Annotated[date, BeforeValidator(written_out)]


def said(value: Any, longest: int = 80) -> str:
    """A raw, perhaps invalid value in one line for a headline; empty for what is not plain."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    plain = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * longest])
    words = " ".join(plain.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"
