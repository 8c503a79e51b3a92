"""The month's agents of outside. Two sort messages, one is compared only, one has hardly begun."""

from approvals import agents, policies
from runs.connectors.books.tools import PostExpense
from runs.connectors.helpdesk.tools import AssignTicket, PutTicketBack
from runs.demo.company import ACTOR
from runs.demo.month.scene import Scene

INBOX, MAILROOM, CARDS, MONTH_END = "inbox-sorter", "mailroom", "card-feed", "month-end"
VERSIONS = {
    INBOX: ("2.4", AssignTicket.name), MAILROOM: ("1.3", AssignTicket.name), CARDS: ("0.3", PostExpense.name),
    MONTH_END: ("1.0", AssignTicket.name),
}  # fmt: skip


def introduce(scene: Scene) -> None:
    """Known before they propose anything, with the terms of what they may write."""
    for tool in (AssignTicket.name, PutTicketBack.name):
        if policies.newest(workspace=scene.workspace, tool=tool) is None:
            policies.set_policy(
                workspace=scene.workspace, tool=tool, actor=ACTOR, now=scene.now, undo_seconds=30
            )
    for name, (version, tool) in VERSIONS.items():
        scene.agents[name] = agents.add_agent(
            workspace=scene.workspace, name=name, version=version, tools=[tool], actor=ACTOR, now=scene.now
        )
