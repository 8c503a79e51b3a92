"""Connectors: one folder or file per outside system. Importing them opens nothing; only workers ever connect."""

from approvals import tools
from runs.connectors.books.tools import PostExpense, VoidExpense


def register_all() -> None:
    """Make every tool known, in whichever process: the web shows schemas, workers call them."""
    for tool in (PostExpense(), VoidExpense()):
        tools.register(tool)
