"""The kinds of value an entry is made of, strict enough that what is signed has one spelling."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

CENT = Decimal("0.01")
LARGEST_ID = 2**53 - 1
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_JOINERS = "\u200c\u200d"  # part of the spelling in Persian, in Indic scripts and in emoji


def visible(text: str) -> str:
    """One line of characters a reviewer can see, in one Unicode spelling. Raises ValueError for the others."""
    for character in text:
        kind = unicodedata.category(character)
        if kind in {"Cc", "Cs", "Co", "Zl", "Zp"} or (kind == "Cf" and character not in _JOINERS):
            raise ValueError(f"the text holds the control character U+{ord(character):04X}; remove it")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _written_out(value: Any) -> Any:
    """Only 2018-03-25 is a date: a number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value.strip())):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


def _not_a_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("an amount is a decimal number")
    return value


def _to_the_cent(value: Decimal) -> Decimal:
    return value.quantize(CENT) + 0  # no minus zero


def _not_nothing(value: Decimal) -> Decimal:
    if not value:
        raise ValueError("an amount of zero posts nothing")
    return value


Text = Annotated[str, AfterValidator(visible)]
Name = Annotated[Text, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,20}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
Day = Annotated[date, BeforeValidator(_written_out)]
Amount = Annotated[
    Decimal,
    Field(max_digits=14, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_not_a_truth),
    AfterValidator(_to_the_cent),
]
Money = Annotated[Amount, AfterValidator(_not_nothing)]
EntryNumber = Annotated[int, Field(ge=1, le=LARGEST_ID, strict=True)]


def said(value: Any, longest: int = 80) -> str:
    """A raw, perhaps invalid value in one line for a headline; empty for what is not plain."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    plain = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * longest])
    words = " ".join(plain.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"
