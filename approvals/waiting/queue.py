"""What waits for this reviewer, in the order of a place. Every query is bounded and walks an index."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Exists, Func, JSONField, Q, QuerySet, Value

from approvals import ids
from approvals.models import Decision, Membership, Proposal
from approvals.models.decision import SIGNATURES
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.waiting import keyset, offers, statements
from approvals.waiting.filters import condition, ends, served
from approvals.waiting.places import ALL, ASIDE, GIVEN, HELD, MINE, SECOND, SETTLED, VIEWS, Place

__all__ = ["ALL", "ASIDE", "GIVEN", "HELD", "MINE", "SECOND", "SETTLED", "VIEWS", "Place"]

WINDOW = 2_000  # how many rows a filter or a search looks through where no index leads to what it wants
MATCHES = 500
LATEST = 10
NEWER = 99
SHOWN = (
    "id", "agent_id", "amount", "currency", "expires_at", "headline", "observed_at", "party", "quorum", "risk",
    "drill", "risk_rank", "round", "settled_at", "shadow", "stake", "state", "subject", "tool",
)  # fmt: skip
ASKING = Func(
    "rulings",
    Value('$[*] ? (@.ruling != "allow")'),
    function="jsonb_path_query_array",
    output_field=JSONField(),
)


def view(member: Membership, name: str, now: datetime, order: str = offers.DEADLINE) -> QuerySet[Proposal]:
    """The rows of one view, in an order."""
    if name == SETTLED:
        settled = Proposal.objects.filter(workspace_id=member.workspace_id, settled_at__isnull=False)
        return settled.order_by("-settled_at", "-id")
    rows = offers.waiting(member, now).order_by(*offers.ORDERS[order])
    wanted = belongs(member, name, now)
    return rows.none() if wanted is None else rows.filter(wanted)


def belongs(member: Membership, name: str, now: datetime) -> Q | None:
    """Which of the waiting rows a view shows, as a condition; None where the member can have none in it."""
    if name == ALL:
        return Q()
    if name == HELD:
        return Q(Exists(offers.held_by_others(member, now)))
    if not member.may(Role.REVIEWER):
        return None
    if name == ASIDE:
        return Q(Exists(offers.set_aside(member, now)))
    mine = offers.is_offered(member, now)
    if name == SECOND:
        return mine & Q(quorum__gt=1) & Q(offers.signed_once())
    return mine & Q(Exists(offers.given_to(member, now))) if name == GIVEN else mine


def shown(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With what a line says, and no more: of the rulings, those that ask."""
    return rows.only(*SHOWN).annotate(asking=ASKING)


def rows_of(member: Membership, place: Place, now: datetime) -> QuerySet[Proposal]:
    """The rows of a place in its order, filtered and searched, from its top: what a page shows and a claim takes from.

    Any ``place`` will do, ``Place()`` included; its ``after`` does not count. May cost two small queries of its own
    when the place is narrowed, and none otherwise.
    """
    return rows_within(member, place, now, window(member, place, now))


def rows_within(member: Membership, place: Place, now: datetime, within: Q | None) -> QuerySet[Proposal]:
    """The same, where it is known what `window` says."""
    passes = condition(place.filters, ends(place.filters, now))
    rows = view(member, place.view, now, place.order).filter(passes)
    if place.search:
        return _searched(rows, member, place.search, within or Q())
    return rows.filter(within) if within else rows


def is_kept(member: Membership, place: Place) -> bool:
    """Whether everybody asks for these rows in the same words: the views most pages show, not narrowed."""
    return place.view in (MINE, ALL) and not place.narrowed and member.may(Role.REVIEWER)


def asked_following(
    member: Membership, place: Place, now: datetime, proposal: Proposal
) -> statements.Built | None:
    """What `following` asks first, where that is known beforehand."""
    if not is_kept(member, place):
        return None
    below, _ = _below(place.view, place.order)
    return statements.meant(below.built, statements.of(member, now) | statements.edge(proposal))


@cache
def _below(name: str, order: str) -> tuple[statements.Kept[Proposal], statements.Kept[Proposal]]:
    """The row after the edge, and the first other one."""
    rows = shown(view(statements.ANYBODY, name, statements.NOW, order)).exclude(pk=statements.EDGE.pk)
    after = rows.filter(compared(Place(view=name, order=order), keyset.BEHIND, statements.EDGE))
    return statements.keep(after[:1]), statements.keep(rows[:1])


def following(member: Membership, place: Place, now: datetime, proposal: Proposal) -> Proposal | None:
    """The row of a place that comes after this one, or else the first other one."""
    if place.view == SETTLED:
        place = Place(order=place.order)
    if is_kept(member, place):
        meaning = statements.of(member, now) | statements.edge(proposal)
        below, others = _below(place.view, place.order)
        return statements.first(below, meaning) or statements.first(others, meaning)
    rows = shown(rows_of(member, place, now)).exclude(pk=proposal.pk)
    return rows.filter(compared(place, keyset.BEHIND, proposal)).first() or rows.first()


def newer(member: Membership, place: Place, now: datetime, first: str) -> int:
    """How many rows stand above the one with the public id ``first``; above nothing, all of them. Up to a hundred."""
    known = named(member, first)
    if is_kept(member, place):
        meaning = statements.of(member, now) | (statements.edge(known) if known else {})
        return statements.count(_above(place.view, place.order, known is not None, NEWER + 1), meaning)
    rows = rows_of(member, place, now)
    if known is not None:
        rows = rows.filter(compared(place, keyset.AHEAD, known))
    return rows.values("pk")[: NEWER + 1].count()


@cache
def _above(name: str, order: str, some: bool, many: int) -> statements.Kept[Any]:
    """The rows above the edge, or all of them."""
    rows = view(statements.ANYBODY, name, statements.NOW, order)
    if some:
        rows = rows.filter(compared(Place(view=name, order=order), keyset.AHEAD, statements.EDGE))
    return statements.keep(rows.values("pk")[:many])


def window(member: Membership, place: Place, now: datetime) -> Q | None:
    """The first `WINDOW` rows that wait, or were settled, as a condition; None where a place looks at all of them."""
    if not looks_around(place):
        return None
    if place.view == SETTLED:
        latest = view(member, SETTLED, now).order_by("-settled_at").values_list("settled_at", flat=True)
        edge_at = latest[WINDOW - 1 : WINDOW].first()
        return Q(settled_at__gte=edge_at) if edge_at else None
    edge = looked_through(member, place, now)[WINDOW - 1 : WINDOW].first()
    return up_to(place, edge) if edge else None


def looked_through(member: Membership, place: Place, now: datetime) -> QuerySet[Proposal]:
    """The rows of which a window takes the first, in their order."""
    rows = view(member, ALL, now, place.order)
    if place.view == SECOND:
        rows = rows.filter(quorum__gt=1).order_by(*_window_columns(place))
    return rows.only(*_window_columns(place))


def up_to(place: Place, edge: Proposal) -> Q:
    """The rows of the window whose last row that is."""
    columns = _window_columns(place)
    bounded = {f"{columns[0]}__lte": getattr(edge, columns[0])}  # so that no other index looks shorter
    return Q(**bounded) & Q(keyset.compared(columns, keyset.UP_TO, edge))


def _window_columns(place: Place) -> tuple[str, ...]:
    return offers.ORDERS[offers.DEADLINE] if place.view == SECOND else place.columns


def looks_around(place: Place) -> bool:
    """Whether rows have to be passed over that no index leaves out."""
    if place.view == SECOND:
        return True
    if place.view in (GIVEN, ASIDE, HELD) or not place.narrowed:
        return False  # walked from what was given, set aside or held
    return bool(place.search) or place.view == SETTLED or not served(place.filters, place.order)


def compared(place: Place, how: str, given: Proposal) -> Q:
    """The rows of a place that stand so to one of them: a ``how`` of `keyset`."""
    how = keyset.mirrored(how) if place.view == SETTLED else how
    return Q(keyset.compared(place.columns, how, given))


def named(member: Membership, public_id: str) -> Proposal | None:
    """The row of the workspace with that public id, settled or not."""
    try:
        pk = ids.read("proposal", public_id)
    except ids.UnknownId:
        return None
    return statements.first(_named(), statements.of(member) | {statements.ITEM: pk})


@cache
def _named() -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(pk=statements.ITEM, workspace_id=statements.HOUSE)
    return statements.keep(shown(rows))


def _searched(rows: QuerySet[Proposal], member: Membership, text: str, within: Q) -> QuerySet[Proposal]:
    """Subjects and their names that begin so, headlines and parties that hold it, among the first rows that wait; an
    exact subject or a proposal's own id is found however far away.
    """
    known = named(member, text)
    if known is not None:
        return rows.filter(pk=known.pk)
    near = rows.filter(says(text)).filter(within)
    exact = Proposal.objects.filter(workspace_id=member.workspace_id, subject=text)
    found = {*near.values_list("pk", flat=True)[:MATCHES], *exact.values_list("pk", flat=True)[:MATCHES]}
    return rows.filter(pk__in=found)  # as a list: the planner would walk the whole queue for a subquery


def says(text: str) -> Q:
    """Rows in which a search sees the text."""
    subject = Q(subject__istartswith=text) | Q(
        subject__icontains=f":{text}"
    )  # "receipt:NW-42" is NW-42 to people
    return subject | Q(headline__icontains=text) | Q(party__icontains=text)


def own_decisions(member: Membership) -> list[Decision]:
    """The member's latest answers, newest first."""
    return statements.ask(_own_decisions(LATEST), statements.of(member))


def asked_own(member: Membership) -> statements.Built:
    """What `own_decisions` asks."""
    return statements.meant(_own_decisions(LATEST).built, statements.of(member))


@cache
def _own_decisions(many: int) -> statements.Kept[Decision]:
    return statements.keep(
        Decision.objects.filter(reviewer=statements.SEAT, proposal__workspace_id=statements.HOUSE)
        .select_related("proposal")
        .only(
            "verdict", "round", "decided_at", "batch_id", "proposal__id", "proposal__headline", "proposal__agent",
            "proposal__tool", "proposal__state", "proposal__round", "proposal__release_at", "proposal__settled_at",
            "proposal__policy_id",
        )
        .order_by("-decided_at")[:many]
    )  # fmt: skip


def can_undo(decision: Decision, now: datetime) -> bool:
    """Whether the approval this answer gave still stands inside its window."""
    proposal = decision.proposal
    return (
        proposal.state == State.APPROVED
        and _signs_now(decision)
        and proposal.release_at is not None
        and proposal.release_at > now
    )


def waits_signed(decision: Decision) -> bool:
    """Whether it is a signature of what still waits for another; taken back, unless somebody else has signed."""
    return decision.proposal.state == State.PENDING and _signs_now(decision)


def _signs_now(decision: Decision) -> bool:
    return decision.round == decision.proposal.round and decision.verdict in SIGNATURES
