"""The ledger's entries about one proposal, told as sentences with names in them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from approvals import decisions, ledger, wording
from approvals.models import LedgerEntry, Proposal
from approvals.oversight import drill_story
from approvals.routing import routing_words
from approvals.waiting import statements

LONGEST = 200
TONES = {
    "sign": {"proposal.approved", "execution.succeeded", "case.resolved", "execution.settled"},
    "ask": {"decision.undone", "signature.taken_back", "proposal.target_changed", "proposal.policy_changed",
            "execution.unknown", "proposal.handed_over", "execution.cancelled", "case.escalated"},
    "stop": {"proposal.rejected", "proposal.dismissed", "proposal.expired", "execution.failed", "case.opened",
             "case.reopened", "case.repeated"},
    "info": {"execution.started", "execution.retried", "proposal.observed", "rehearsal.asked",
             "rehearsal.done"},
}  # fmt: skip
TONE_OF = {kind: tone for tone, kinds in TONES.items() for kind in kinds}
NEW_ROUND = {"decision.undone", "signature.taken_back", "proposal.target_changed", "proposal.policy_changed"}
TOLD_BY_THE_DECISION = {"proposal.rejected", "proposal.handed_over"}


@dataclass(frozen=True)
class Event:
    """One line of a story; names are those that ``components/story.html`` reads."""

    at: datetime
    sentence: str
    tone: str = ""
    day: str = ""
    more: str = ""


def entries_of(proposal: Proposal) -> list[LedgerEntry]:
    """What the ledger holds about the proposal and its executions, oldest first, bounded."""
    opening = drill_story.opening(proposal) if proposal.drill else []
    return opening + statements.ask(_entries(), {statements.ITEM: proposal.pk})


def asked(proposal: Proposal) -> statements.Built:
    """What `entries_of` asks."""
    return statements.meant(_entries().built, {statements.ITEM: proposal.pk})


@cache
def _entries() -> statements.Kept[LedgerEntry]:
    return statements.keep(LedgerEntry.objects.filter(proposal=statements.ITEM).order_by("id")[:LONGEST])


def names_of(entries: Iterable[LedgerEntry], known: Mapping[int, str]) -> dict[str, str]:
    """Names by actor; one query, and none when everybody is known already."""
    named = (name for entry in entries for name in _people(entry))
    wanted = {user for user in map(_user, named) if user is not None}
    names = dict(known)
    if missing := wanted - names.keys():
        people = get_user_model().objects.filter(pk__in=missing)
        names |= {row.pk: row.get_username() for row in people}
    return {f"user:{pk}": name for pk, name in names.items()}


def _people(entry: LedgerEntry) -> list[str]:
    """Everybody an entry speaks of: who did it, for whom, from whom, and to whom it was given."""
    told = entry.data
    actor = [entry.actor] if entry.actor_kind == "person" else []
    before = told.get("from") if entry.kind == "hold.taken_over" else None
    return [*actor, *filter(None, [told.get("covering"), before]), *_given_to(told)]


def _given_to(data: Mapping[str, Any]) -> list[str]:
    """The people of ``proposal.assigned``; other kinds mean something else by ``to``."""
    to = data.get("to")
    return [str(name) for name in to] if isinstance(to, list) else []


def _user(actor: str) -> int | None:
    _, _, number = actor.partition(":")
    return int(number) if number.isdigit() else None


def tell(entries: Sequence[LedgerEntry], names: Mapping[str, str], agent: str) -> list[Event]:
    """Sentences, oldest first. What a reviewer's answer already said is not said twice."""
    events: list[Event] = []
    signed: list[str] = []
    before: LedgerEntry | None = None
    days = {timezone.localtime(entry.at).date() for entry in entries}
    for entry in entries:
        if entry.kind in TOLD_BY_THE_DECISION and before is not None and before.kind == "decision.recorded":
            before = entry
            continue
        day = wording.day(timezone.localtime(entry.at).date()) if len(days) > 1 else ""
        fallen = _follow_signatures(signed, entry, names)
        events.append(Event(entry.at, sentence(entry, names, agent), _tone(entry), day, fallen))
        before = entry
    return events


def _follow_signatures(signed: list[str], entry: LedgerEntry, names: Mapping[str, str]) -> str:
    """Keep ``signed`` as of after the entry; returns what an edit did to the signatures before it."""
    if entry.kind in NEW_ROUND:
        signed.clear()
    if entry.kind != "decision.recorded" or entry.actor_kind != "person":
        return ""
    fallen = []
    if entry.data.get("verdict") == "edit":
        fallen = [names.get(actor, "somebody") for actor in signed]
        signed.clear()
    if entry.data.get("verdict") in ("approve", "edit"):
        signed.append(entry.actor)
    if not fallen:
        return ""
    return (
        f"The signature{'s' if len(fallen) > 1 else ''} of {wording.listed(fallen)} fell away: other values."
    )


def sentence(entry: LedgerEntry, names: Mapping[str, str], agent: str) -> str:
    """One fact in words."""
    who = routing_words.in_whose_place(_who(entry, names, agent), entry.data, names)
    if told := routing_words.sentence(entry, who, names):
        return told
    if entry.kind in _SENTENCES:
        return _SENTENCES[entry.kind](who, entry.data)
    words = ledger.KINDS.get(entry.kind, entry.kind)
    return f"{words}, by {who}" if entry.actor_kind == "person" else words


def _who(entry: LedgerEntry, names: Mapping[str, str], agent: str) -> str:
    match entry.actor_kind:
        case "person":
            return names.get(entry.actor, "somebody")
        case "agent":
            return agent
        case "policy":
            return "the policy"
    return "a worker"


def _tone(entry: LedgerEntry) -> str:
    if entry.kind == "decision.recorded":
        return {"reject": "stop", "hand_over": "ask"}.get(entry.data.get("verdict", ""), "sign")
    if entry.kind == "proposal.ruled":
        return {"ask": "ask", "block": "stop"}.get(entry.data.get("ruling", ""), "")
    return TONE_OF.get(entry.kind, "")


def _submitted(who: str, data: Mapping[str, Any]) -> str:
    how = (
        " to undo an execution" if "reverses" in data else " in place of another" if "amends" in data else ""
    )
    return f"{who} proposed it{how}"


def _ruled(who: str, data: Mapping[str, Any]) -> str:
    stops = wording.listed([str(stop).replace("_", " ") for stop in data.get("stops", [])])
    match data.get("ruling"):
        case "allow":
            return "Every gate allowed it"
        case "block":
            return f"The gates blocked it: {stops}"
    return f"The gates asked for {wording.counted(int(data.get('quorum', 1)), 'signature')}: {stops}"


def _decided(who: str, data: Mapping[str, Any]) -> str:
    reason = decisions.REASONS.get(data.get("reason", ""), "")
    match data.get("verdict"):
        case "edit":
            fields = wording.listed([wording.label(name).lower() for name in data.get("changed", [])])
            return f"{who} changed {fields or 'it'} and signed"
        case "reject":
            return f"{who} rejected it{f': {wording.inside(reason)}' if reason else ''}"
        case "hand_over":
            return f"{who} handed it to exceptions"
    together = ", together with others like it" if data.get("batch") else ""
    return f"{who} signed{together}" if who != "the policy" else "The policy let it pass"


def _approved(who: str, data: Mapping[str, Any]) -> str:
    try:
        release = timezone.localtime(datetime.fromisoformat(data["release_at"]))
    except (KeyError, ValueError):
        return "Approved"
    return f"Approved; it may run from {release:%H:%M:%S}"


def _attempt(data: Mapping[str, Any]) -> str:
    return f", attempt {data['attempt']}" if data.get("attempt", 1) != 1 else ""


_REHEARSED = {
    "passed": "A worker tried it: it would be written",
    "read": "A worker read the target again",
    "refused": "A worker tried it: it would be refused",
    "transient": "A worker tried it: the target did not answer",
    "unknown": "A worker tried it: the target left it open",
}

_SENTENCES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "proposal.submitted": _submitted,
    "proposal.ruled": _ruled,
    "proposal.observed": lambda who, data: "A worker read the target",
    "rehearsal.asked": lambda who, data: f"{who} asked for a dry run",
    "rehearsal.done": lambda who, data: _REHEARSED.get(
        str(data.get("ending")), "The dry run came to nothing"
    ),
    "proposal.approved": _approved,
    "proposal.expired": lambda who, data: "It expired: nobody answered in time",
    "proposal.withdrawn": lambda who, data: f"{who} took it back",
    "proposal.dismissed": lambda who, data: f"{who} dismissed it in exceptions",
    "decision.recorded": _decided,
    "drill.revealed": lambda who, data: "It was a drill: made wrong on purpose, and never to be sent",
    "decision.undone": lambda who, data: f"{who} took the approval back",
    "signature.taken_back": lambda who, data: f"{who} took the signature back",
    "execution.started": lambda who, data: f"A worker set out to write{_attempt(data)}",
    "execution.succeeded": lambda who, data: (
        "Written" + (f", receipt {data['reference']}" if data.get("reference") else ", with a receipt")
    ),
}
