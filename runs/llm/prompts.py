"""Prompts are files: named, versioned, and known by the digest of their bytes.

A file starts with front matter between two lines of `---` (name, version, kind, purpose); the rest is what a
model is told. The document in question never mixes with it: it travels fenced, in a message of its own.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / "prompts"
KINDS = ("extract", "classify", "draft", "summarise")


class PromptUnreadable(ValueError):
    """A prompt file does not have the shape every prompt file has."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One question in words, and which edition of it."""

    name: str
    version: int
    kind: str
    purpose: str
    digest: str
    text: str = field(repr=False)


@cache
def load(name: str, home: Path = HOME) -> Prompt:
    """Read the prompt of that name. A running process keeps the edition it read first."""
    path = home / f"{name}.md"
    raw = path.read_bytes()
    opening, front, body = [*raw.decode().replace("\r\n", "\n").split("---\n", 2), "", ""][:3]
    facts = dict(_fact(line) for line in front.splitlines() if line.strip())
    if opening or facts.get("name") != name or facts.get("kind") not in KINDS or not body.strip():
        raise PromptUnreadable(f"{path.name} needs front matter with its own name and a kind, and a text")
    if not facts.get("version", "").isdecimal() or not facts.get("purpose"):
        raise PromptUnreadable(f"{path.name} needs a whole number as version, and a purpose")
    return Prompt(
        name=name,
        version=int(facts["version"]),
        kind=facts["kind"],
        purpose=facts["purpose"],
        digest=hashlib.sha256(raw).hexdigest(),
        text=body.strip(),
    )


def fence(document: str) -> str:
    """Wrap untrusted text in marks it cannot forge: it was written before the marks were drawn."""
    mark = secrets.token_hex(8)
    return f"<document mark={mark}>\n{sendable(document)}\n</document mark={mark}>"


def sendable(text: str) -> str:
    """The text with what UTF-8 cannot carry replaced, one character for one, so that positions stay true."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _fact(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
