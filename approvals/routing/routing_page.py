"""What the item page says of routing: given to whom, set aside how often, and where else it could go."""

from datetime import datetime
from functools import cache
from typing import Any

from django.utils.safestring import SafeString

from approvals import decisions, hours, moments, wording
from approvals.models import Aside, Assignment, Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.routing import asides, assignments, covers, given
from approvals.visible import visible
from approvals.waiting import statements
from approvals.waiting.places import Place

TYPED = "%Y-%m-%dT%H:%M"


def read(proposal: Proposal, member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_routed.html``, ``_later.html`` and ``_assign.html``: two queries, and none once it is
    settled; more where a policy names who may answer.
    """
    if proposal.state != State.PENDING or proposal.expires_at <= now:
        return {"routed": [], "later": None, "give_url": ""}
    held = given.current(proposal, now)
    if not member.may(Role.REVIEWER):
        return {"routed": [_to(held, now)] if held else [], "later": None, "give_url": ""}
    aside = statements.first(_own_aside(), _here(proposal, member))
    said = [*_cover(proposal, member, now), *_given(held, proposal, member, place, now),
            *_aside(aside, proposal, member, place, now)]  # fmt: skip
    return {
        "routed": said,
        "later": _later(proposal, member, place, now),
        "give_url": place.url("give", member.workspace.slug, proposal.public_id),
    }


def asked(proposal: Proposal, member: Membership, now: datetime) -> list[statements.Built]:
    """What `read` asks."""
    if proposal.state != State.PENDING or proposal.expires_at <= now:
        return []
    aside = statements.meant(_own_aside().built, _here(proposal, member))
    return [given.asked(proposal, now), *([aside] if member.may(Role.REVIEWER) else [])]


def _here(proposal: Proposal, member: Membership) -> dict[Any, Any]:
    return statements.of(member) | {statements.ITEM: proposal.pk}


def signature_back(proposal: Proposal, member: Membership, place: Place) -> dict[str, Any]:
    """The way back from a first signature."""
    url = place.url("undo", member.workspace.slug, proposal.public_id)
    text = "You have signed; nobody else has yet. Until somebody does, you can take your signature back."
    return _line("sign", text, url, "Take it back")


@cache
def _own_aside() -> statements.Kept[Aside]:
    return statements.keep(Aside.objects.filter(proposal=statements.ITEM, reviewer=statements.SEAT))


def _line(icon: str, text: str, url: str = "", act: str = "", key: str = "") -> dict[str, Any]:
    """Something to know, and what can be done about it."""
    return {"icon": icon, "text": visible(text), "url": url, "act": act, "key": key}


def _cover(proposal: Proposal, member: Membership, now: datetime) -> list[dict[str, Any]]:
    """Whose seat the member takes, where a policy names others."""
    named = proposal.policy.reviewers
    if not named or member.user_id in named or not decisions.may_decide(proposal, member, now):
        return []
    lender = covers.lender(proposal, member, now)
    cover = covers.taken_on(member, now).filter(away=lender, starts_at__lte=now).first()
    if cover is None:
        return []
    back = moments.near(cover.ends_at, now)
    return [_line("people", f"You stand in for {cover.away.get_username()}, who is away until {back}.")]


def _given(
    held: Assignment | None, proposal: Proposal, member: Membership, place: Place, now: datetime
) -> list[dict[str, Any]]:
    if held is None:
        return []
    if not assignments.may_give_back(held, member, now):
        return [_to(held, now)]
    url = place.url("give-back", member.workspace.slug, proposal.public_id)
    by, until = held.assigned_by.get_username(), moments.near(held.until, now)
    if held.assigned_by_id == member.user_id:
        return [
            _line(
                "person",
                f"You gave this to {held.label} until {until}.{_note(held)}",
                url,
                "Offer it to everybody",
            )
        ]
    whom = "you" if member.user_id in held.to else f"{held.label}, for whom you stand in"
    at = moments.near(held.assigned_at, now)
    text = f"{by} gave this to {whom}, {at}.{_note(held)} Until {until} it is offered to nobody else."
    return [_line("person", text, url, "Give it back")]


def _to(held: Assignment, now: datetime) -> dict[str, Any]:
    by = held.assigned_by.get_username()
    return _line("person", f"Given to {held.label} until {moments.near(held.until, now)}, by {by}.")


def _note(held: Assignment) -> str:
    return f" “{held.note}”" if held.note else ""


def _aside(
    aside: Aside | None, proposal: Proposal, member: Membership, place: Place, now: datetime
) -> list[dict[str, Any]]:
    if aside is None:
        return []
    said = []
    if aside.until > now:
        clock = hours.of_member(member)
        at = f"{moments.near(aside.until, now, clock.tzinfo)} {zone_words(clock, member)}".strip()
        url = place.url("bring-back", member.workspace.slug, proposal.public_id)
        said.append(_line("clock", f"You set this aside until {at}.", url, "Bring it back"))
    if aside.times >= asides.OFTEN:
        often = f"{wording.number(aside.times)} times"
        said.append(_line("info", f"You have set this aside {often}: perhaps hand it to somebody."))
    return said


def _later(proposal: Proposal, member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """The panel “not now”."""
    clock, last = hours.of_member(member), asides.latest(proposal, now)
    return {
        "url": place.url("set-aside", member.workspace.slug, proposal.public_id),
        "choices": [
            {"code": one.code, "label": one.label, "help": asides.said(one, member, now)}
            for one in asides.choices(proposal, member, now)
        ],
        "last": moments.near(last, now, clock.tzinfo),
        "zone": zone_words(clock, member),
        "from": clock.local(now).strftime(TYPED),
        "to": clock.local(last).strftime(TYPED),
    }


def zone_words(clock: hours.Hours, member: Membership) -> SafeString | str:
    """Whose clock is meant, where it is not the workspace's."""
    return "" if clock.zone == member.workspace.timezone else visible(f"on your clock, {clock.zone}")
