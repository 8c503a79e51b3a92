"""Why a list is empty, in figures that add up: nobody is told there is no work while there is some."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When

from approvals import wording
from approvals.models import Aside, Decision, Membership
from approvals.models.workspace import Role
from approvals.waiting import filters_form, offers, queue, row_marks
from approvals.waiting.places import ALL, ASIDE, GIVEN, HELD, MINE, SECOND, SETTLED, Place
from approvals.waiting.view_counts import Counts

NAMES = 3
TITLES = {
    MINE: "Everything you could sign is signed",
    SECOND: "No second signature is wanted from you",
    GIVEN: "Nobody has given you anything",
    ASIDE: "You have set nothing aside",
    HELD: "Nobody else has anything open",
    ALL: "Nothing waits here",
}
LABELS = {
    "mine": "waiting for you",
    HELD: "held by others",
    ASIDE: "set aside by you",
    SECOND: "waiting for a second person",
    GIVEN: "given to colleagues",
    "others": "waiting for another person",
    "reading": "being read by a worker",
}


def read(member: Membership, place: Place, now: datetime, counts: Counts) -> dict[str, Any]:
    """The context of ``approvals/_empty.html``."""
    if place.narrowed:
        return _nothing_matches(member, place, counts)
    if place.view == SETTLED:
        return {"title": "Nothing has been settled yet", "icon": "sign"}
    classified = _classified(member, now)
    figures = {name: count for name, count in classified.items() if name != MINE}
    told = [_figure(name, count, member, now) for name, count in figures.items() if count]
    if told and place.view == MINE and member.may(Role.REVIEWER):
        told.insert(0, _figure("mine", counts.mine, member, now))
    total = sum(classified.values())
    return {
        "title": TITLES[place.view],
        "icon": "sign",
        "text": "New items appear here by themselves.",
        "counts": told,
        "note": f"Looked through the {queue.WINDOW:,} most urgent." if total >= queue.WINDOW else "",
    }


def reasons(member: Membership, now: datetime) -> dict[str, int]:
    """Why each of the first `queue.WINDOW` waiting rows is not in the member's list: every row once, and none left out.

    Rows that are offered to the member count under no reason.
    """
    return {name: count for name, count in _classified(member, now).items() if name != MINE}


def _classified(member: Membership, now: datetime) -> dict[str, int]:
    why = Case(
        When(observed_at__isnull=True, then=Value("reading")),
        When(Exists(offers.set_aside(member, now)), then=Value(ASIDE)),
        When(Exists(_signed_by(member)), then=Value(SECOND)),
        When(Exists(offers.held_by_others(member, now)), then=Value(HELD)),
        When(_offered(member, now), then=Value(MINE)),
        When(Exists(offers.given_to_others(member, now)), then=Value(GIVEN)),
        default=Value("others"),
        output_field=CharField(),
    )
    rows = queue.view(member, ALL, now).annotate(why=why).values("pk", "why")[: queue.WINDOW]
    return rows.aggregate(**{name: Count("pk", filter=Q(why=name)) for name in LABELS})


def _offered(member: Membership, now: datetime) -> Q:
    return offers.is_offered(member, now) if member.may(Role.REVIEWER) else Q(pk__in=[])


def _figure(name: str, count: int, member: Membership, now: datetime) -> dict[str, Any]:
    """A count, what it counts, and where to see it."""
    label, view = LABELS[name], ""
    if name == HELD:
        label, view = f"held by {_holders(member, now)}", HELD
    elif name == ASIDE:
        label, view = f"{label} until {_back(member, now)}", ASIDE
    elif name in (SECOND, GIVEN, "others"):
        view = ALL
    url = Place(view=view).url("review", member.workspace.slug) if view else ""
    return {"label": label, "value": f"{count:,}", "url": url}


def _holders(member: Membership, now: datetime) -> str:
    """The names behind the figure: not of those who hold what the member set aside or has signed."""
    rows = queue.view(member, HELD, now).filter(observed_at__isnull=False)
    rows = rows.filter(~Exists(offers.set_aside(member, now)), ~Exists(_signed_by(member)))
    found = rows.order_by("hold__reviewer__username").values_list("hold__reviewer__username", flat=True)
    names = list(found.distinct()[: NAMES + 1])
    return wording.listed([*names[:NAMES], "others"] if len(names) > NAMES else names) or "others"


def _signed_by(member: Membership) -> QuerySet[Decision]:
    return Decision.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round"), reviewer=member.user_id)


def _back(member: Membership, now: datetime) -> str:
    mine = Aside.objects.filter(
        reviewer=member.user_id, until__gt=now, proposal__workspace_id=member.workspace_id
    )
    soonest = mine.aggregate(at=Min("until"))["at"]
    return row_marks.clock(soonest, now) if soonest else "later"


def _nothing_matches(member: Membership, place: Place, counts: Counts) -> dict[str, Any]:
    left = vars(counts).get(place.view)
    text = (
        "Search looks at subjects, headlines and parties of this tab; a whole id or subject is found anywhere."
        if place.search and not place.filters
        else f"{wording.capped(left)} wait in this tab without it."
        if left
        else ""
    )
    return {
        "title": "Nothing here matches" if not place.filters else "Nothing here passes these filters",
        "icon": "search",
        "text": text,
        "url": replace(place.plain(), view=place.view or filters_form.default_view(member)).url(
            "review", member.workspace.slug
        ),
        "label": "Show all of this tab",
    }
