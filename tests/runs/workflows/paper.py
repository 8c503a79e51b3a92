"""What a test paper is: a text and the fields a careful reader takes from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """One text and the fields a careful reader takes from it; None means *cannot tell*."""

    name: str
    text: str
    vendor: str | None
    date: str | None
    currency: str | None
    total: str | None
    tax: str | None = None
    document: str | None = None
