"""A little history for the sample workspaces, made by the same functions that real work passes through.

Receipts go through the workflow and the gates, the worker reads the books, sample reviewers sign some, reject some and
hand some over, the worker writes, the books refuse a few, and one posting is taken back. The rest waits for you.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from approvals import actors, decisions, ways_back
from approvals.models import Membership, Proposal
from runs import drain, reversal
from runs.demo import company as sample
from runs.demo import watching
from runs.models import Execution, Run
from runs.workflows.expense import walk

PERIOD = "2026-11"
AGO = timedelta(
    minutes=1
)  # when history was signed: its undo windows have closed, and nobody has to wait for them


def live_through(company: sample.Company) -> dict[str, int]:
    """Give the workspace its history. Returns proposals by state."""
    walk.walk(agent=company.agent, inputs=sample.documents(company.workspace.slug), period=PERIOD)
    work()
    signer, second = _two_signers(company)
    waiting = _waiting(company)
    ordinary = [row for row in waiting if row.quorum == 1 and not _looks_odd(row)]
    for row in ordinary[::2]:
        _decide(row, signer)
    unknown = [row for row in waiting if "vendor is not in the books" in _notes(row)]
    for row in unknown[:2]:
        _decide(row, second)
    odd = [row for row in waiting if _looks_odd(row) and row not in unknown[:2]]
    if odd:
        _decide(odd[0], signer, verdict="reject", reason_code="suspicious")
    work()
    _take_one_back(company, signer)
    work()
    admin = next(member for member in company.people.values() if member.may("admin"))
    watching.begin(admin=admin, now=timezone.now())
    return {state: _count(company, state) for state in ("pending", "approved", "blocked", "rejected")}


def has_begun(company: sample.Company) -> bool:
    """Whether today's receipts were walked already."""
    return Run.objects.filter(workspace=company.workspace, period=PERIOD).exists()


def work() -> None:
    while drain.drain(linger=0, longest=30):
        continue


def _two_signers(company: sample.Company) -> tuple[Membership, Membership]:
    signers = [member for member in company.people.values() if member.may("reviewer")]
    return signers[0], signers[1]


def _waiting(company: sample.Company) -> list[Proposal]:
    rows = Proposal.objects.filter(workspace=company.workspace, state="pending", observed_at__isnull=False)
    return list(rows.select_related("policy").order_by("id"))


def _looks_odd(row: Proposal) -> bool:
    return any(
        ruling["ruling"] == "ask" and ruling["gate"] in ("injection", "duplicate", "confidence")
        for ruling in row.rulings
    )


def _notes(row: Proposal) -> str:
    return " ".join((row.observation or {}).get("notes", []))


def _decide(row: Proposal, member: Membership, verdict: str = "approve", reason_code: str = "") -> None:
    decisions.decide(
        proposal_id=row.pk, member=member, verdict=verdict, seen_digest=row.digest, reason_code=reason_code,
        actor=actors.person(member.user_id, "demo"), now=timezone.now() - AGO,
    )  # fmt: skip


def _take_one_back(company: sample.Company, asks: Membership) -> None:
    """Two reversals are asked for; one is signed, the other waits. None when its books are closed."""
    written = Execution.objects.filter(workspace=company.workspace, state="succeeded").order_by("finished_at")
    for number, row in enumerate(_still_open(written.select_related("proposal__workspace")[:2])):
        undo = reversal.propose(
            execution=row, member=asks, reason="Posted to the wrong month", actor=actors.person(asks.user_id, "demo"),
            now=timezone.now(),
        )  # fmt: skip
        work()
        undo.refresh_from_db()
        if number == 0 and undo.state == "pending":
            may = (who for who in company.people.values() if decisions.may_decide(undo, who, timezone.now()))
            _decide(undo, next(may))


def _still_open(rows: Iterable[Execution]) -> list[Execution]:
    return [row for row in rows if not ways_back.of(row.proposal, timezone.now()).passed]


def _count(company: sample.Company, state: str) -> int:
    return Proposal.objects.filter(workspace=company.workspace, state=state).count()
