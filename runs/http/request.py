"""One request, as a connector asks for it: secrets in it are names, so it may be kept, shown and compared."""

import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from runs.http.redaction import Masker

READING = ("GET", "HEAD")  # safe by RFC 9110 §9.2.1
METHODS = (*READING, "POST", "PUT", "PATCH", "DELETE")
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 §5.6.2
MOST_SHOWN = 20_000


class Secrets(Protocol):
    """Who knows secrets by name. `runs.secrets.of` gives those of a workspace."""

    def get(self, name: str) -> str: ...


@dataclass(frozen=True)
class SecretHeader:
    """A header whose value holds the secret called ``secret``: behind ``prefix``, or as ``basic`` credentials.

    For ``basic`` the secret is ``user:password`` (RFC 7617).
    """

    name: str
    secret: str
    prefix: str = ""
    form: Literal["plain", "basic"] = "plain"

    def shown(self) -> str:
        """The value without the secret: which one it is, not what."""
        return f"{'Basic ' if self.form == 'basic' else self.prefix}[secret {self.secret}]"


@dataclass(frozen=True)
class Request:
    """What is to be sent. ``writes`` is told by the method, unless ``changes`` says better: a search may be a POST."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    secret_headers: tuple[SecretHeader, ...] = ()
    body: bytes = b""
    changes: bool | None = None

    @property
    def writes(self) -> bool:
        """Whether it may have an effect, so that silence after sending it is doubt."""
        return self.method not in READING if self.changes is None else self.changes


def written(request: Request, *, masker: Masker | None = None) -> str:
    """The same as `shown`, as a page of text: the request line, the headers, an empty line, the body."""
    seen = shown(request, masker=masker)
    headers = [f"{header['name']}: {header['value']}" for header in seen["headers"]]
    body = seen["body"] + ("\n[cut here]" if seen["cut"] else "")
    return "\n".join([f"{seen['method']} {seen['url']}", *headers, "", body]).rstrip()


def shown(request: Request, *, masker: Masker | None = None) -> dict[str, Any]:
    """The request for people, as JSON: a secret is a name in brackets. ``masker`` finds those that stand elsewhere."""
    mask = (masker or Masker()).text
    words = request.body.decode("utf-8", "replace")
    return {
        "method": request.method,
        "url": mask(request.url),
        "headers": [
            *({"name": name, "value": mask(value)} for name, value in request.headers),
            *({"name": header.name, "value": header.shown()} for header in request.secret_headers),
        ],
        "body": mask(words)[:MOST_SHOWN],
        "cut": len(words) > MOST_SHOWN,
    }
