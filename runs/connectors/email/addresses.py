"""Addresses of people outside, strictly: one mailbox, no name, no comment, no second meaning."""

import re
from email.headerregistry import Address as Parsed
from typing import Annotated

import idna
from pydantic import AfterValidator, Field

from runs.connectors.books.names import is_disguised

LONGEST, LONGEST_LOCAL, LONGEST_DOMAIN = 254, 64, 253  # RFC 5321, 4.5.3.1, and the room a path leaves
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)


def domain(text: str) -> str:
    """A domain in the letters people read. Raises ValueError for what is none, or pretends to be another."""
    try:
        wire = idna.encode(text.strip().lower().rstrip("."), std3_rules=True).decode()
        told = idna.decode(wire)
    except (idna.IDNAError, UnicodeError):
        raise ValueError("the domain is not one that can be written to") from None
    if "." not in wire or len(wire) > LONGEST_DOMAIN or wire.rpartition(".")[2].isdigit():
        raise ValueError("the domain is not one that can be written to")
    if is_disguised(told):
        raise ValueError("the domain mixes alphabets to look like another")
    return told


def on_the_wire(address: str) -> str:
    """The address as mail servers spell it."""
    local, _, host = address.rpartition("@")
    return f"{local}@{idna.encode(host, std3_rules=True).decode()}"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def strictly(text: str) -> str:
    """One address in one spelling. Raises ValueError saying what is wrong, not what was written."""
    local, at, host = text.rpartition("@")
    if not at or not local:
        raise ValueError("an address is written name@domain")
    if not _LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise ValueError("before the @ stand at most 64 plain letters, digits and signs")
    address = f"{local}@{domain(host)}"
    wire = on_the_wire(address)
    if len(wire) > LONGEST or Parsed(addr_spec=wire).addr_spec != wire:
        raise ValueError("the address is longer than servers take")
    return address


Address = Annotated[
    str,
    AfterValidator(strictly),
    Field(max_length=LONGEST, description="name@domain, and nothing else"),
]
Domain = Annotated[str, AfterValidator(domain), Field(max_length=LONGEST_DOMAIN)]
