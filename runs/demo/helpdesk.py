"""The inbox of Northwind's finance team: labelled examples it supplied, and a morning's messages. All invented."""

import json
from datetime import datetime

from approvals import agents, policies
from runs.connectors.helpdesk import setup
from runs.demo import history
from runs.demo.company import ACTOR, Company, lines
from runs.workflows import catalogue, editions
from runs.workflows.tickets import examples, proposing, walk

HOUSES = ("northwind",)


def open_inbox(company: Company, *, now: datetime) -> int:
    """Sort the morning's messages; what comes of them waits for people. Returns how many came in."""
    slug = company.workspace.slug
    if slug not in HOUSES:
        return 0
    tickets = lines(f"tickets_{slug}.jsonl")
    setup.seed(slug, tickets)
    supplied = examples.read(json.dumps(row) for row in lines(f"labelled_{slug}.jsonl"))
    examples.supply(workspace=company.workspace, supplied=supplied, by=None, actor=ACTOR, now=now)
    for tool in proposing.TOOLS:
        if policies.newest(workspace=company.workspace, tool=tool) is None:
            policies.set_policy(workspace=company.workspace, tool=tool, actor=ACTOR, now=now, undo_seconds=30)
    workflow = catalogue.get(proposing.NAME)
    version = editions.version_of(company.workspace, workflow)
    agent = agents.add_agent(
        workspace=company.workspace, name=workflow.name, version=version, tools=list(workflow.tools), actor=ACTOR,
        now=now,
    )  # fmt: skip
    walk.walk(agent=agent, inputs=tickets, period=history.PERIOD)
    history.work()
    return len(tickets)
