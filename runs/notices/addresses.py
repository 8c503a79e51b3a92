"""Where a letter may go and how it names people: nothing that was typed can become a header of its own."""

import unicodedata
from email.utils import formataddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 80


def known(address: str) -> bool:
    """Whether a letter could be sent there."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def mailbox(name: str, address: str) -> str:
    """The name and the address as one header takes them."""
    return formataddr((one_line(name), address))


def one_line(text: str) -> str:
    """Without controls, formats and line breaks, with single spaces, and not too long."""
    seen = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join(seen.split())[:LONGEST]
