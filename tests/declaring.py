"""Declared tools for tests: the shipped examples and a target of their own, declared as an admin does it."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals import decisions, declared
from approvals.administering import tool_sources
from approvals.models import DeclaredTool, Proposal
from approvals.submission import Exhibit
from runs import drain
from tests import builders
from tests.people import Company

CANARY = "canary-7Qz/secret+value="
TICKETS: dict[str, Any] = {
    "arguments": {
        "type": "object",
        "properties": {
            "customer": {"type": "string", "maxLength": 60},
            "subject": {"type": "string", "maxLength": 120},
            "total": {"type": "string", "format": "decimal", "minimum": 0, "maximum": 5000},
            "priority": {"type": "integer", "minimum": 1, "maximum": 5},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["customer", "subject", "total"],
    },
    "headline": "Ticket for {customer}: {subject}",
    "subject": "customer:{customer}",
    "editable": ["subject", "priority"],
    "grounded": {"customer": "name"},
    "amount": "total",
    "currency": "EUR",
    "secret_headers": [{"name": "Authorization", "secret": "TICKETS_TOKEN", "prefix": "Bearer "}],
    "patience": 15,
    "write": {
        "method": "POST",
        "path": "/customers/{customer}/tickets",
        "query": {"notify": "{priority}"},
        "body": {
            "subject": "{subject}", "total": {"$number": "{total}"}, "said": "For {customer}: {subject}",
            "priority": "{priority}", "tags": "{tags}", "fixed": [1, None, True],
        },
    },
    "answer": {
        "reference": "/id",
        "after": {"subject": "/subject", "customer": "/customer"},
        "codes": {"409": {"meaning": "refused", "failure": "proposal.duplicate"}},
        "failures": [
            {"at": "/error/code", "equals": "busy", "meaning": "transient", "failure": "integration.rate_limited"},
            {"at": "/error/code", "equals": "lost", "meaning": "unknown", "failure": "outcome.unknown"},
            {"at": "/error", "meaning": "refused", "failure": "posting.refused", "message": "/error/message"},
        ],
    },
    "look_up": {"path": "/tickets", "query": {"key": "{key}"}, "record": "/items/0", "sure": True},
    "undo": {
        "title": "Delete the ticket",
        "way_back": "Can be deleted",
        "method": "DELETE",
        "path": "/tickets/{receipt}",
        "observe": {"path": "/tickets/{receipt}", "before": {"subject": "/subject"}, "version": ["header:ETag"]},
        "proof": {"gone": True},
    },
    "dry_run": {"header": {"X-Dry-Run": "true"}},
}  # fmt: skip
ARGUMENTS: dict[str, Any] = {
    "customer": "ACME & Söhne",
    "subject": "Invoice 42",
    "total": "12.50",
    "priority": 2,
}


def source(definition: dict[str, Any], title: str = "Open a ticket", risk: str = "medium") -> str:
    """A definition as the form would put it together."""
    return tool_sources.put_together(title, risk, json.dumps(definition, indent=2, ensure_ascii=False))


def declare(
    company: Company,
    definition: dict[str, Any],
    *,
    name: str = "ticket",
    kind: str = "rest",
    seen: int = 0,
    **more: Any,
) -> DeclaredTool:
    """Declared by ada, and the agent may name what came of it."""
    row = declared.declare(
        workspace=company.workspace, name=name, kind=kind, source=source(definition, **more),
        by=company.ada.user_id, actor=builders.actor_of(company.ada), now=timezone.now(), seen_version=seen,
    )  # fmt: skip
    if row.name not in company.bot.tools:
        company.bot.tools = [*company.bot.tools, row.name]
        company.bot.save()
    return row


def a_ticket(company: Company, tool: str, **changes: Any) -> Proposal:
    """Proposed by the bot, with a mail in which every value stands."""
    told = ARGUMENTS | changes
    mail = Exhibit("text", "\n".join(map(str, told.values())), "Mail")
    return builders.a_proposal(
        company.bot, tool=tool, arguments=told, subject="", evidence=(mail,), observed=False
    )  # fmt: skip


def work() -> None:
    """One round of a worker."""
    drain.drain(linger=0, longest=0)


def sign(proposal: Proposal, company: Company) -> Proposal:
    """By as many as it wants, long enough ago for the undo window to have closed."""
    proposal.refresh_from_db()
    for member in builders.able(proposal, company.ken, company.ada)[: proposal.quorum]:
        decisions.decide(
            proposal_id=proposal.pk, member=member, verdict="approve", seen_digest=proposal.digest,
            actor=builders.actor_of(member), now=timezone.now() - timedelta(minutes=5),
        )  # fmt: skip
    proposal.refresh_from_db()
    return proposal
