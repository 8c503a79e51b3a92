"""The letter as it goes out, byte for byte."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any

from runs.connectors.email.addresses import domain_of, on_the_wire
from runs.connectors.email.definition import Definition

_WORD = 45  # bytes, so that an encoded word stays below 75
_IDS = {"message-id", "in-reply-to", "references"}


class _Letters(EmailPolicy):
    """The library would encode long identifiers, and read a subject that looks encoded: here both stay as they are."""

    subject = ""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "subject":
            return b"Subject: " + _encoded(self.subject) + b"\r\n"
        if name.lower() in _IDS:
            return (f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n").encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Letters(linesep="\r\n", cte_type="7bit", utf8=False)


@dataclass(frozen=True)
class Letter:
    """``sender`` and ``recipients`` are the envelope; ``content`` ends with a line break."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def message_id(definition: Definition, *, workspace: str, tool: str, key: str) -> str:
    """The same for every attempt at one write, so that a mailbox keeps one of two."""
    host = domain_of(on_the_wire(definition.sender.address))
    return f"<{_digest(workspace, tool, key)}@{host}>"


def compose(
    definition: Definition, arguments: Any, *, workspace: str, tool: str, key: str, at: datetime
) -> Letter:
    sender, copies = definition.sender, getattr(arguments, "cc", None) or []
    name = message_id(definition, workspace=workspace, tool=tool, key=key)
    letter = EmailMessage(policy=SMTP)
    letter["Date"] = at
    letter["From"] = Address(sender.name, addr_spec=on_the_wire(sender.address))
    letter["To"] = _mailboxes([arguments.to])
    if copies:
        letter["Cc"] = _mailboxes(copies)
    if definition.reply_to:
        letter["Reply-To"] = _mailboxes([definition.reply_to])
    letter["Subject"] = "as the policy says"
    letter["Message-ID"] = name
    if arguments.in_reply_to:
        letter["In-Reply-To"] = arguments.in_reply_to
    if arguments.references:
        letter["References"] = " ".join(arguments.references)
    letter["X-Countersign-Key"] = _digest(workspace, tool, key)
    letter.set_content(_body(definition, arguments.body), charset="utf-8", cte="quoted-printable")
    policy = _POLICY.clone(subject=arguments.subject)  # type: ignore[call-arg]
    return Letter(
        message_id=name,
        sender=on_the_wire(sender.address),
        recipients=tuple(on_the_wire(one) for one in (arguments.to, *copies)),
        content=letter.as_bytes(policy=policy),
    )


def _encoded(text: str) -> bytes:
    """Plain, or in encoded words (RFC 2047) of whole characters; never plain what would be read as encoded."""
    if text.isascii() and "=?" not in text:
        return text.encode()
    words, word = [], b""
    for character in text:
        if len(word) + len(character.encode()) > _WORD:
            words.append(word)
            word = b""
        word += character.encode()
    return b"\r\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in [*words, word])


def _body(definition: Definition, text: str) -> str:
    parts = [text]
    if definition.signature:
        parts.append(f"-- \n{definition.signature}")
    if definition.footer:
        parts.append(definition.footer)
    return "\n\n".join(parts) + "\n"


def _mailboxes(addresses: list[str]) -> list[Address]:
    return [Address(addr_spec=on_the_wire(address)) for address in addresses]


def _digest(workspace: str, tool: str, key: str) -> str:
    """Of the write key: outsiders have no use for the key itself."""
    return hashlib.sha256("\n".join((workspace, tool, key)).encode()).hexdigest()[:32]
