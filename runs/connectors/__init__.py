"""Connectors: one folder or file per outside system. Importing them opens nothing; only workers ever connect."""

from approvals import tools
from runs.connectors import declarable
from runs.connectors.books.tools import PostExpense, VoidExpense
from runs.connectors.email.replying import SendReply
from runs.connectors.helpdesk.tools import AssignTicket, PutTicketBack


def register_all() -> None:
    """Make every tool, and every kind of tool that can be declared, known in whichever process."""
    for tool in (PostExpense(), VoidExpense(), AssignTicket(), PutTicketBack(), SendReply()):
        tools.register(tool)
    declarable.register_all()
