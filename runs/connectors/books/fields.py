"""The kinds of value an entry is made of, strict enough that what is signed has one spelling."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from runs.connectors.values import Text, not_a_truth

CENT = Decimal("0.01")
LARGEST_ID = 2**53 - 1


def _to_the_cent(value: Decimal) -> Decimal:
    return value.quantize(CENT) + 0  # no minus zero


def _not_nothing(value: Decimal) -> Decimal:
    if not value:
        raise ValueError("an amount of zero posts nothing")
    return value


Name = Annotated[Text, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,20}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
Amount = Annotated[
    Decimal,
    Field(max_digits=14, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(not_a_truth),
    AfterValidator(_to_the_cent),
]
Money = Annotated[Amount, AfterValidator(_not_nothing)]
EntryNumber = Annotated[int, Field(ge=1, le=LARGEST_ID, strict=True)]
