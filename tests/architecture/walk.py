"""Every address of the site, with real ids in it, and a knock on each door by each method."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = {"GET", "HEAD", "OPTIONS"}
_PARAMETER = re.compile(r"<(?:[\w.]+:)?(\w+)>|\{(\w+)\}")


@dataclass(frozen=True)
class Address:
    """One URL pattern: how it is written, and with ids filled in."""

    pattern: str
    path: str

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def is_page(self) -> bool:
        """Of a workspace, so that only its members may see it."""
        return self.pattern.startswith("w/")


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """All URL patterns below a resolver, as they are written."""
    for entry in (resolver or get_resolver()).url_patterns:
        written = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield written
        else:
            yield from patterns(entry, written)


def addresses(known: dict[str, Any]) -> list[Address]:
    """Every address but signing out, its parameters taken from ``known`` by name. A name nobody knows fails."""
    found = []
    for pattern in dict.fromkeys(patterns()):
        names = [first or second for first, second in _PARAMETER.findall(pattern)]
        unknown = [name for name in names if name not in known]
        assert not unknown, f"{pattern}: teach tests/architecture/test_walks.py what {unknown} is"
        filled = _PARAMETER.sub(lambda match: str(known[match[1] or match[2]]), pattern)
        path = "/" + re.sub(r"[\^$]|\\Z|\.\*", "", filled)
        assert resolve(path) is not None
        found.append(Address(pattern, path))
    return [address for address in found if address.pattern != "sign-out/"]


def knock(client: Client, address: Address, method: str, form: dict[str, Any], **more: Any) -> HttpResponse:
    """One request; what may carry a body carries one that would do something if it were let in."""
    send = getattr(client, method.lower())
    if method in SAFE:
        return send(address.path, **more)
    if address.is_api:
        body = {"state": "failed"} if "runs" in address.path else {}
        return send(address.path, json.dumps(body), content_type="application/json", **more)
    return send(address.path, form if method == "POST" else "", **more)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
