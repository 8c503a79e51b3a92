"""Places in a JSON document (RFC 6901), and values from it that are safe to keep."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from approvals import canonical

MISSING: Any = object()
LONGEST_TEXT, LONGEST_PART = 2_000, 4_000


def checked(pointer: str) -> str:
    if pointer and not pointer.startswith("/"):
        raise ValueError("a place in the answer begins with a slash: /ticket/id; empty is the whole answer")
    if any(part.replace("~0", "").replace("~1", "").count("~") for part in pointer.split("/")):
        raise ValueError("~ is written ~0 in a place, and / is written ~1")
    return pointer


Pointer = Annotated[str, AfterValidator(checked), Field(max_length=200)]


def at(document: Any, pointer: str) -> Any:
    """What stands there, or `MISSING`."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif (
            isinstance(document, list) and name.isascii() and name.isdigit() and int(name[:6]) < len(document)
        ):
            document = document[int(name)]
        else:
            return MISSING
    return document


def kept(value: Any) -> Any:
    """A value as the database and a reviewer can have it: of bounded size, in canonical JSON. Untrusted words."""
    if isinstance(value, str):
        clean = value.replace("\x00", "").encode("utf-8", "replace").decode()
        return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "…"
    if isinstance(value, int) and abs(value) > canonical.LARGEST_INTEGER:
        return str(value)[:LONGEST_TEXT]
    try:
        canonical.check(value)
        if len(json.dumps(value)) <= LONGEST_PART:
            return value
    except canonical.NotCanonical:
        return "a value that cannot be kept"
    return "a value too large to be kept"


def picked(document: Any, places: dict[str, str], record: str = "") -> dict[str, Any]:
    """Values by name, from within ``record``; those that are not there are left out."""
    found = {name: at(document, record + pointer) for name, pointer in places.items()}
    return {name: kept(value) for name, value in found.items() if value is not MISSING}
