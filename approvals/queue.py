"""What waits for this reviewer, most urgent first. Every query is bounded and walks an index."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from approvals import ids
from approvals.models import Decision, Membership, Proposal
from approvals.models.decision import SIGNATURES
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.offers import DEADLINE, ORDERS, offered, signed_once, waiting
from approvals.wording import CAP

PAGE = 30
WINDOW = 5_000  # how many rows of a view a search looks through
MATCHES = 500
LATEST = 10
MINE, SECOND, ALL, SETTLED = "mine", "second", "all", "settled"
VIEWS = {MINE: "For me", SECOND: "Second", ALL: "All", SETTLED: "Settled"}
SHOWN = (
    "id", "agent_id", "amount", "arguments", "currency", "excluded_reviewers", "expires_at", "headline", "observed_at",
    "party", "proposed_by_id", "quorum", "risk", "risk_rank", "round", "rulings", "settled_at", "shadow", "stake",
    "state", "subject", "tool",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Rows of one view from a place on; ``older`` is where the next page begins."""

    rows: list[Proposal]
    older: str = ""


@dataclass(frozen=True)
class Counts:
    """How many wait, each counted up to a thousand."""

    mine: int = 0
    second: int = 0
    all: int = 0


def view(member: Membership, name: str, now: datetime) -> QuerySet[Proposal]:
    """The rows of one view, in its order."""
    if name == SETTLED:
        settled = Proposal.objects.filter(workspace_id=member.workspace_id, settled_at__isnull=False)
        return settled.order_by("-settled_at", "-id")
    rows = waiting(member, now) if name == ALL else offered(member, now)
    if name == SECOND:
        rows = rows.filter(signed_once())
    return rows.order_by(*ORDERS[DEADLINE])


def page(member: Membership, name: str, now: datetime, *, search: str = "", after: str = "") -> Page:
    """One page of a view, searched or not, behind the proposal with the public id ``after``."""
    rows = view(member, name, now)
    if search:
        rows = _searched(rows, member, search)
    last = _named(member, after)
    if last is not None:
        rows = rows.filter(_behind(last, settled=name == SETTLED))
    found = list(rows.select_related("policy").only(*SHOWN, "policy__reviewers")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "")


def following(member: Membership, name: str, now: datetime, proposal: Proposal) -> Proposal | None:
    """The row of a view that comes after this one, or else the first other one."""
    if name == SETTLED:
        name = MINE
    rows = view(member, name, now).exclude(pk=proposal.pk).only(*SHOWN)
    behind = rows.filter(_behind(proposal, settled=False)).first()
    return behind or rows.first()


def _named(member: Membership, public_id: str) -> Proposal | None:
    try:
        pk = ids.read("proposal", public_id)
    except ids.UnknownId:
        return None
    return Proposal.objects.filter(pk=pk, workspace_id=member.workspace_id).only(*SHOWN).first()


def _behind(last: Proposal, *, settled: bool) -> Q:
    """Keyset: the rows whose sorting keys come after those of ``last``."""
    if settled:
        at = last.settled_at or timezone.now()
        return Q(settled_at__lte=at) & (Q(settled_at__lt=at) | Q(id__lt=last.pk))
    later_stake = Q(stake__gt=last.stake) | Q(stake=last.stake, id__gt=last.pk)
    same_moment = Q(risk_rank__gt=last.risk_rank) | (Q(risk_rank=last.risk_rank) & later_stake)
    return Q(expires_at__gte=last.expires_at) & (Q(expires_at__gt=last.expires_at) | same_moment)


def _searched(rows: QuerySet[Proposal], member: Membership, text: str) -> QuerySet[Proposal]:
    """Subjects and headlines that begin so, and vendors that hold it, among the first rows of the view; an exact
    subject or a proposal's own id is found however far away.
    """
    named = _named(member, text)
    if named is not None:
        return rows.filter(pk=named.pk)
    near = Proposal.objects.filter(pk__in=rows.values("pk")[:WINDOW]).filter(
        Q(subject__istartswith=text)
        | Q(headline__icontains=text)
        | Q(arguments__vendor__icontains=text)
        | Q(arguments__title__icontains=text)
    )
    exact = Proposal.objects.filter(workspace_id=member.workspace_id, subject=text)
    found = {*near.values_list("pk", flat=True)[:MATCHES], *exact.values_list("pk", flat=True)[:MATCHES]}
    return rows.filter(pk__in=found)  # as a list: the planner would walk the whole queue for a subquery


def counts(member: Membership, now: datetime) -> Counts:
    """Two queries, whatever the size of the queue."""
    everything = waiting(member, now).values("pk")[: CAP + 1].count()
    if not member.may(Role.REVIEWER):
        return Counts(all=everything)
    mine = offered(member, now).annotate(signed=signed_once()).values("pk", "signed")[: CAP + 1]
    figures = mine.aggregate(mine=Count("pk"), second=Count("pk", filter=Q(signed=True)))
    return Counts(figures["mine"], figures["second"], everything)


def being_read(member: Membership, now: datetime) -> int:
    """How many wait for a worker to read their target before they are offered."""
    return waiting(member, now).filter(observed_at__isnull=True).values("pk")[: CAP + 1].count()


def own_decisions(member: Membership) -> list[Decision]:
    """The member's latest answers, newest first."""
    return list(
        Decision.objects.filter(reviewer=member.user_id, proposal__workspace_id=member.workspace_id)
        .select_related("proposal")
        .only(
            "verdict", "round", "decided_at", "proposal__id", "proposal__headline", "proposal__state",
            "proposal__round", "proposal__release_at", "proposal__settled_at", "proposal__policy_id",
        )
        .order_by("-decided_at")[:LATEST]
    )  # fmt: skip


def can_undo(decision: Decision, now: datetime) -> bool:
    """Whether the approval this answer gave still stands inside its window."""
    proposal = decision.proposal
    return (
        proposal.state == State.APPROVED
        and decision.round == proposal.round
        and decision.verdict in SIGNATURES
        and proposal.release_at is not None
        and proposal.release_at > now
    )
