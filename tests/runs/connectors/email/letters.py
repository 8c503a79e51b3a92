"""A declared letter, a mail server that takes it, and what arrived."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from approvals import tools
from runs.connectors.email.tools import build
from tests.runs.notices import mailbox

DEFINITION: dict[str, Any] = {
    "server": "SUPPORT_SMTP",
    "sender": {"address": "support@northwind.example", "name": "Northwind Support"},
    "reply_to": "help@northwind.example",
    "signature": "Northwind Support",
    "footer": "Northwind Ltd, 1 Long Lane",
    "title": "Answer a customer",
}
TOLD = {
    "to": "ada@example.org",
    "subject": "Your order",
    "body": "Dear Ada,\n\nit is on its way.\n.\n.hidden",
}
CONTEXT = tools.Context(workspace="northwind")


@dataclass(frozen=True)
class Declared:
    definition: dict[str, Any] = field(default_factory=lambda: DEFINITION)
    name: str = "northwind.support.answer"
    version: int = 1
    workspace_slug: str = "northwind"


def declare(**changes: Any) -> tools.Tool:
    return build(Declared(DEFINITION | changes))


def send(tool: tools.Tool, key: str, **told: Any) -> tools.Receipt:
    return tool.run(tool.Arguments.model_validate(TOLD | told), key=key, context=CONTEXT)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[mailbox.Mailbox]:
    """A server that takes letters."""
    with mailbox.serving() as box:
        known_as(monkeypatch, box.port)
        yield box


def known_as(monkeypatch: pytest.MonkeyPatch, port: int, user: str = "") -> None:
    monkeypatch.setenv("SECRET_NORTHWIND__SUPPORT_SMTP", f"smtp://{user}127.0.0.1:{port}")


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A write key no other test has: this process remembers what was sent."""
    return f"key-{abs(hash(request.node.nodeid))}"
