"""Prompts are files: named, versioned, and known by the digest of their bytes.

A file `NAME.vN.md` starts with front matter between two lines of `---` (name, version, kind, purpose; `stage: trial`
for one that is used only where a workspace chooses it; `model:` for one that is asked of other models than the rest, as
`OPENAI_MODEL` names them). The rest is what a model is told. The document in question never mixes with it: it travels
fenced, in a message of its own.
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


class UnknownPrompt(LookupError):
    """No prompt of that name, or no such version of it, is shipped."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One question in words, and which edition of it."""

    name: str
    version: int
    kind: str
    purpose: str
    digest: str
    text: str = field(repr=False)
    trial: bool = False
    """Shipped to be tried: used only where a workspace gives it a share."""
    models: str = ""
    """Who is asked, and after a comma who where that one is unsure; empty: whom the deployment names."""


def load(name: str, version: int | None = None, home: Path = HOME) -> Prompt:
    """The prompt of that name, in that version or in the newest that is released. Raises `UnknownPrompt`."""
    for prompt in reversed(versions(name, home)):
        if prompt.version == version or (version is None and not prompt.trial):
            return prompt
    raise UnknownPrompt(name if version is None else f"{name} version {version}")


@cache
def versions(name: str, home: Path = HOME) -> tuple[Prompt, ...]:
    """Every version, oldest first. A running process keeps the editions it read first."""
    found = [read(path) for path in home.glob(f"{name}.v*.md")]
    return tuple(sorted(found, key=lambda prompt: prompt.version))


@cache
def names(home: Path = HOME) -> tuple[str, ...]:
    """Every prompt there is, by name."""
    return tuple(sorted({path.name.partition(".")[0] for path in home.glob("*.v*.md")}))


def read(path: Path) -> Prompt:
    """One edition. Raises `PromptUnreadable`."""
    raw = path.read_bytes()
    opening, front, body = [*raw.decode().replace("\r\n", "\n").split("---\n", 2), "", ""][:3]
    facts = dict(_fact(line) for line in front.splitlines() if line.strip())
    if opening or facts.get("kind") not in KINDS or not body.strip():
        raise PromptUnreadable(f"{path.name} needs front matter with a kind, and a text")
    if not facts.get("version", "").isdecimal() or not facts.get("purpose"):
        raise PromptUnreadable(f"{path.name} needs a whole number as version, and a purpose")
    if path.name != f"{facts.get('name')}.v{facts['version']}.md":
        raise PromptUnreadable(f"{path.name} is not called after the name and version it gives itself")
    return Prompt(
        name=facts["name"],
        version=int(facts["version"]),
        kind=facts["kind"],
        purpose=facts["purpose"],
        digest=hashlib.sha256(raw).hexdigest(),
        text=body.strip(),
        trial=facts.get("stage") == "trial",
        models=facts.get("model", ""),
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
