"""What the page of a redrive says: what would be sent, how far it is, and what this reader may do."""

from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

from django.db.models import Count

from approvals import rail, wording
from approvals.models import Membership
from exceptions import cases
from exceptions.money import largest_first
from runs.models import Redrive, RedriveLine
from runs.models.redrive import LineState, State
from runs.redriving import foreseeing, orders

SHOWN = 50
SAMPLES = 3
SENT = (
    LineState.ACCEPTED, LineState.EXECUTED, LineState.VERIFIED, LineState.UNVERIFIABLE, LineState.FAILED
)  # fmt: skip
WRITTEN = (LineState.EXECUTED, LineState.VERIFIED, LineState.UNVERIFIABLE)
HEADS = {
    State.PREVIEWED: "Send again",
    State.CANARY: "The first are sent",
    State.RUNNING: "The rest is sent",
    State.STOPPED: "Stopped",
    State.DONE: "Sent again",
}


def context(redrive: Redrive, member: Membership, now: datetime) -> dict[str, Any]:
    """Everything the page needs, in a fixed number of queries."""
    rows = RedriveLine.objects.filter(redrive=redrive)
    lines = rows.select_related("execution__proposal").order_by("position")
    states, foreseen = Counter[str](), Counter[str]()
    for state, seen, many in rows.values_list("state", "foreseen").annotate(many=Count("pk")):
        states[state] += many
        foreseen[seen] += many
    total = states.total()
    acts = cases.handles(member)
    waits = redrive.state == State.PREVIEWED
    return rail.around(member, now) | {
        "redrive": redrive,
        "heading": HEADS[State(redrive.state)],
        "figures": _foreseen(foreseen) if waits else _figures(states, total),
        "money": wording.listed([wording.money(*one) for one in largest_first(redrive.money)]),
        "lines": [_line(line) for line in lines[:SHOWN]],
        "more": max(total - SHOWN, 0),
        "samples": [_line(line) for line in _drawn(redrive, total)] if waits else [],
        "looking": waits and redrive.next_at is not None,
        "moves": redrive.next_at is not None,
        "sendable": sum(foreseen[name] for name in foreseeing.SENT),
        "mine": redrive.made_by_id == member.user_id,
        "alone": orders.ALONE,
        "may_confirm": acts and waits and not (redrive.wants_second and redrive.made_by_id == member.user_id),
        "may_stop": acts and redrive.state in (State.CANARY, State.RUNNING),
        "may_go_on": acts and redrive.state == State.STOPPED,
        "may_drop": acts and redrive.state in (State.PREVIEWED, State.STOPPED),
    }


def _foreseen(counts: Counter[str]) -> list[dict[str, Any]]:
    """The preview in figures: what each kind of line comes to."""
    labels = {
        foreseeing.RUN: "Will be sent", foreseeing.UNSEEN: "Not looked at yet", foreseeing.APPLIED: "There already",
        foreseeing.STALE: "Back to review", foreseeing.UNAPPROVED: "No longer approved",
        foreseeing.DOUBTFUL: "In doubt", foreseeing.UNDER_WAY: "Under way",
    }  # fmt: skip
    return [{"label": label, "value": counts[name]} for name, label in labels.items() if counts[name]]


def _figures(states: Counter[str], total: int) -> list[dict[str, Any]]:
    """Accepted is not executed, and executed is not verified: each is counted by itself."""
    return [
        {"label": "Writes", "value": total},
        {"label": "Accepted", "value": sum(states[name] for name in SENT)},
        {"label": "Executed", "value": sum(states[name] for name in WRITTEN)},
        {"label": "Verified", "value": states[LineState.VERIFIED], "tone": "ok"},
        {"label": "Cannot be verified", "value": states[LineState.UNVERIFIABLE]},
        {
            "label": "Failed again",
            "value": states[LineState.FAILED],
            "tone": "stop" if states[LineState.FAILED] else "",
        },
        {"label": "Left out", "value": states[LineState.SKIPPED]},
    ]


def _drawn(redrive: Redrive, total: int) -> list[RedriveLine]:
    """A few by chance, the same ones however often the page is read."""
    chosen = Random(redrive.id.int).sample(range(1, total + 1), min(SAMPLES, total))  # noqa: S311  not for secrets
    rows = RedriveLine.objects.filter(redrive=redrive, position__in=chosen)
    return list(rows.select_related("execution__proposal").order_by("position"))


def _line(line: RedriveLine) -> dict[str, Any]:
    words = (
        line.why or foreseeing.WORDS.get(line.foreseen, "") if line.state == LineState.WAITING else line.why
    )
    return {"line": line, "proposal": line.execution.proposal, "execution": line.execution, "words": words}
