"""The inbox of Northwind's finance team: labelled examples it supplied, a morning's messages, and a few that were
signed and kept, so that whatever sorts next is tried on them. All invented.
"""

import json
from datetime import datetime

from django.utils import timezone

from approvals import actors, agents, decisions, policies
from approvals.models import Membership, Proposal
from runs.connectors.helpdesk import setup
from runs.demo import history
from runs.demo.company import ACTOR, Company, lines
from runs.golden import keeping
from runs.workflows import catalogue, editions
from runs.workflows.tickets import examples, proposing, walk

HOUSES = ("northwind",)
KEPT = 5


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
    _keep_some(company.people["maria"])
    return len(tickets)


def _keep_some(maria: Membership) -> None:
    """What she signs as it was sorted is what every later prompt, model or set of examples has to sort alike. She does
    so after the messages came, which took a while.
    """
    person = actors.person(maria.user_id, "demo")
    waiting = Proposal.objects.filter(
        workspace=maria.workspace,
        tool=proposing.ASSIGN,
        state="pending",
        quorum=1,
        observed_at__isnull=False,
        drill=False,
    )
    for row in waiting.order_by("id")[:KEPT]:
        now = timezone.now()
        decisions.decide(
            proposal_id=row.pk, member=maria, verdict="approve", seen_digest=row.digest, actor=person, now=now
        )
        row.refresh_from_db()
        keeping.keep(proposal=row, by=maria.user_id, actor=person, now=now)
