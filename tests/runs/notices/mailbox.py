"""A real SMTP server on this machine, and what arrived there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free as free_port


@dataclass
class Mailbox:
    """Keeps what it is given, or answers as it is told to."""

    port: int = 0
    answer: str = ""  # to DATA; empty: takes it
    refuse_recipient: str = ""
    envelopes: list[Any] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        with self.lock:
            self.envelopes.append(envelope)
        return "250 taken"

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]

    @property
    def texts(self) -> list[str]:
        return [letter.get_content() for letter in self.letters]


@contextmanager
def serving(port: int = 0) -> Iterator[Mailbox]:
    """A server on the loopback, for as long as this lasts."""
    box = Mailbox(port or free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def known_as(port: int) -> dict[str, Any]:
    """The setting that leads there."""
    return {
        "host": "127.0.0.1", "port": port, "username": "", "password": "", "use_tls": False, "use_ssl": False,
    }  # fmt: skip
