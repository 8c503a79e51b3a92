"""Expenses by the hundred, each unlike the others, and the books of the company they are posted to."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
from django.conf import settings
from django.utils import timezone

from approvals import actors, decisions, proposals, tools
from approvals.ids import new as new_id
from approvals.models import Agent, Decision, Evidence, Membership, Proposal
from approvals.submission import Draft, Exhibit
from exceptions import intake
from runs import calling
from runs.connectors.books import setup

VENDORS = 20
EVIDENCE_BYTES = 1024
_LINE = "1 x Ring binder A4, blue, two rings             1.95\n"


def open_books(company: str) -> None:
    """Tables, vendors, accounts and open periods around today."""
    today = timezone.now().date()
    setup.prepare(settings.BOOKS_ADMIN_URL)
    vendors = [
        {"name": _vendor(number), "account": "6815", "currency": "EUR", "country": "DE"}
        for number in range(VENDORS)
    ]
    months = setup.months(
        since=today - timedelta(days=100),
        open_from=today - timedelta(days=95),
        until=today + timedelta(days=40),
    )
    setup.seed(company, vendors, [{"code": "6815", "name": "Office supplies"}], months)


def draft(number: int, *, day: date | None = None) -> Draft:
    """One expense of a kilobyte of evidence: its document, its total and its event are its own."""
    day = day or datetime.now(UTC).date()
    vendor, total = _vendor(number), f"{Decimal(1000 + number) / 100:.2f}"
    head = f"{vendor}\nReceipt R-{number:06}\nDate {day.isoformat()}\n"
    foot = f"TOTAL EUR {total}\nThank you\n"
    goods = _LINE * ((EVIDENCE_BYTES - len(head) - len(foot)) // len(_LINE))
    return Draft(
        tool="books.post_expense",
        arguments={
            "vendor": vendor,
            "date": day.isoformat(),
            "currency": "EUR",
            "total": total,
            "document": f"R-{number:06}",
        },
        idempotency_key=f"expense-{number}",
        subject=f"receipt:R-{number:06}",
        summary="A receipt",
        rationale="Read from the receipt.",
        confidence=Decimal("0.95"),
        confidence_source="rule",
        evidence=(Exhibit("text", head + goods + foot, "Receipt"),),
        fingerprint=f"fingerprint-{number}",
    )


Drafted = Callable[[int], Draft]


def propose(agent: Agent, numbers: Iterable[int], *, draft: Drafted = draft) -> list[Proposal]:
    """Through the one door; nobody has read the target yet."""
    actor = actors.agent(agent.id, "test")
    return [
        intake.receive(draft=draft(number), agent=agent, actor=actor, now=timezone.now())
        for number in numbers
    ]


def approve(proposals: Sequence[Proposal], member: Membership) -> None:
    """The member signs each as it is on the table."""
    actor = actors.person(member.user_id, "test")
    digests = Proposal.objects.in_bulk([proposal.pk for proposal in proposals])
    for proposal in proposals:
        decisions.decide(
            proposal_id=proposal.pk, member=member, verdict="approve", seen_digest=digests[proposal.pk].digest,
            actor=actor, now=timezone.now(),
        )  # fmt: skip


def pending_at_once(agent: Agent, numbers: Sequence[int], *, draft: Drafted = draft) -> list[Proposal]:
    """Waiting for a reviewer, in a few statements: the first walks in through the door, the rest are its copies."""
    (model,) = propose(agent, numbers[:1], draft=draft)
    rows = [_copy(model, draft(number)) for number in numbers[1:]]
    Proposal.objects.bulk_create(rows)
    (shown,) = model.evidence.all()
    Evidence.objects.bulk_create(
        Evidence(proposal=row, position=1, kind="text", title="Receipt", digest=shown.digest, spans=[],
                 content=draft(number).evidence[0].content)
        for row, number in zip(rows, numbers[1:], strict=True)
    )  # fmt: skip
    rows.append(model)
    for row in rows:
        tool = tools.get(row.tool)
        row.observation = calling.observe(tool, row.arguments, agent.workspace.slug)
        row.digest = proposals.sign(tool, row.arguments, row.subject, [shown.digest], row.observation)
        row.observed_at = timezone.now()
    Proposal.objects.bulk_update(rows, ["observation", "digest", "observed_at"])
    return rows


def approved_at_once(
    agent: Agent, member: Membership, numbers: Sequence[int], *, draft: Drafted = draft
) -> None:
    """Observed, signed and due, in a few statements. The laws of the database hold for all of them, and schedule an
    execution for each.
    """
    rows, now = pending_at_once(agent, numbers, draft=draft), timezone.now()
    Decision.objects.bulk_create(
        Decision(
            proposal=row, round=1, reviewer_id=member.user_id, verdict="approve", seen_digest=row.digest,
            digest=row.digest, arguments=row.arguments, decided_at=now,
        )
        for row in rows
    )  # fmt: skip
    Proposal.objects.filter(pk__in=ids(rows)).update(state="approved", settled_at=now, release_at=now)


def _copy(model: Proposal, given: Draft) -> Proposal:
    values = {field.attname: getattr(model, field.attname) for field in Proposal._meta.concrete_fields}
    mine = {
        "id": new_id(),
        "idempotency_key": given.idempotency_key,
        "fingerprint": given.fingerprint,
        "subject": given.subject,
        "arguments": given.arguments,
        "proposed_arguments": given.arguments,
        "amount": given.arguments.get("total", model.amount),
        "likeness": "",
    }
    return Proposal(**values | mine)


class Books:
    """What the target itself says, asked as its owner on a connection of our own."""

    def __init__(self, company: str) -> None:
        self.company = company
        self.connection = psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True)

    def count(self) -> tuple[int, int]:
        """How many entries, and under how many different write keys."""
        query = "SELECT count(*), count(DISTINCT write_key) FROM expenses WHERE company = %s"
        return self.connection.execute(query, [self.company]).fetchone() or (0, 0)

    def has_all(self, keys: Sequence[str]) -> bool:
        query = "SELECT count(*) FROM expenses WHERE company = %s AND write_key = ANY(%s)"
        (found,) = self.connection.execute(query, [self.company, list(keys)]).fetchone() or (0,)
        return found == len(keys)

    def close(self) -> None:
        self.connection.close()


def ids(proposals: Iterable[Proposal]) -> list[UUID]:
    return [proposal.pk for proposal in proposals]


def _vendor(number: int) -> str:
    return f"Papier {number % VENDORS:02} GmbH"
