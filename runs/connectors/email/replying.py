"""``email.send_reply``: the letter every workspace has without declaring one. It answers a customer, once, for good.

Workers find the mail server and the sender's address among the workspace's secrets, MAIL_SERVER and MAIL_SENDER.
"""

from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from approvals.tools import Context, Refused
from runs import secrets
from runs.connectors.declared import Declared
from runs.connectors.email import message
from runs.connectors.email.definition import Definition
from runs.connectors.email.message import Letter
from runs.connectors.email.tools import WriteLetter

NAME, SERVER, SENDER = "email.send_reply", "MAIL_SERVER", "MAIL_SENDER"


# As if it had been declared; who it is from is the workspace's own, and put in by a worker.
TERMS: dict[str, Any] = {
    "server": SERVER, "sender": {"address": "nobody@example.invalid"}, "title": "Answer a customer",
    "headline": "Answer {to}: {subject}", "grounded_recipient": True,
}  # fmt: skip


class SendReply(WriteLetter):
    """Customer-facing and without a way back. The recipient must stand in the message that is answered."""

    def __init__(self) -> None:
        super().__init__(Declared(NAME, 1, "", TERMS))

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        """Without the sender, whom only workers know."""
        return f"To: {arguments.to}\nSubject: {arguments.subject}\n\n{arguments.body}"

    def _letter(self, arguments: Any, key: str, context: Context) -> Letter:
        address = secrets.of(context.workspace).get(SENDER)
        told = TERMS | {"sender": {"address": address}}
        try:
            definition = Definition.model_validate(told)
        except ValidationError:
            raise Refused("integration.auth", f"The secret {SENDER} is no address to write from") from None
        return message.compose(
            definition, arguments, workspace=context.workspace, tool=self.name, key=key, at=timezone.now()
        )
