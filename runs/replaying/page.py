"""What the page of a replay says: how far it is, and what would come out differently today."""

from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse

from approvals import ids, rail, wording
from approvals.models import Membership
from approvals.visible import visible
from approvals.waiting import statements
from runs.models import ReplayLine, Run, RunReplay
from runs.models.run_replay import Outcome, State
from runs.replaying import asking, carrying

SHOWN, RECENT = 100, 5
ORDER = (Outcome.DIFFERS, Outcome.UNABLE, Outcome.SAME)
STEPS = {
    "extract": "Read", "match": "Matched", "propose": "Proposed", "classify": "Sorted", "draft": "Drafted",
    "validate": "Checked",
}  # fmt: skip


def offered(run: Run, member: Membership) -> dict[str, Any]:
    """What the page of the run, or of a step, says of replays: whether one may be asked for, and those there are."""
    rows = statements.ask(_recent(), {statements.ITEM: run.pk})
    return {
        "may_replay": asking.possible(run) and member.may(*asking.MAY_ASK),
        "replays": [
            {"at": row.asked_at, "scope": _scope(row), "state": row.get_state_display(), "id": row.public_id}
            for row in rows
        ],
    }


@cache
def _recent() -> statements.Kept[RunReplay]:
    return statements.keep(RunReplay.objects.filter(run=statements.ITEM).order_by("-id")[:RECENT])


def context(replay: RunReplay, member: Membership, now: datetime) -> dict[str, Any]:
    """Everything the page needs, in a fixed number of queries."""
    slug, counts = member.workspace.slug, carrying.counted(replay.pk)
    rows = ReplayLine.objects.filter(replay=replay)
    lines = [row for outcome in ORDER for row in rows.filter(outcome=outcome).order_by("position")[:SHOWN]][
        :SHOWN
    ]
    done = sum(counts.values())
    return rail.around(member, now) | {
        "replay": replay,
        "run": replay.run,
        "waits": replay.state != State.DONE,
        "heading": _heading(replay, counts),
        **_meaning(counts),
        "scope": _scope(replay),
        "figures": [
            {"label": "inputs", "value": replay.inputs or "—"},
            {"label": "read again", "value": done},
            {"label": "the same", "value": counts[Outcome.SAME], "tone": "sign"},
            {
                "label": "differ",
                "value": counts[Outcome.DIFFERS],
                "tone": "ask" if counts[Outcome.DIFFERS] else "",
            },
            {"label": "not possible", "value": counts[Outcome.UNABLE]},
        ],
        "lines": [_line(row, slug) for row in lines],
        "more": max(done - len(lines), 0),
    }


def _heading(replay: RunReplay, counts: dict[str, int]) -> str:
    if replay.state == State.WAITING:
        return "Waits for a worker"
    if replay.state == State.STARTED:
        return "Being read again"
    if counts[Outcome.DIFFERS]:
        return f"{wording.counted(counts[Outcome.DIFFERS], 'input')} would be read differently today".capitalize()
    return "Today it would be read the same" if counts[Outcome.SAME] else "Nothing could be read again"


def _meaning(counts: dict[str, int]) -> dict[str, str]:
    """What a finished replay says to whoever sees one first, and in which tone."""
    if counts[Outcome.DIFFERS]:
        told = (
            "What was proposed then stands. Each difference below is what another walk would propose instead."
        )
        return {"heading_tone": "ask", "meaning": told}
    if counts[Outcome.SAME]:
        told = "The rules, prompts and models of today come to what was proposed then."
        return {"heading_tone": "ok", "meaning": told}
    return {"heading_tone": "", "meaning": "Its inputs were not recorded, or can no longer be read."}


def _scope(replay: RunReplay) -> str:
    if replay.step:
        return f"the step {replay.step} of {replay.item}"
    return f"the input {replay.item}" if replay.item else "the whole run"


def _line(row: ReplayLine, slug: str) -> dict[str, Any]:
    return {
        "item": visible(row.item),
        "outcome": row.get_outcome_display(),
        "tone": {"same": "sign", "differs": "ask", "unable": "stop"}[row.outcome],
        "why": row.why,
        "by": f"read by {row.by_now}, as then"
        if row.by_now == row.by_then
        else f"read by {row.by_then or 'nobody'} then, by {row.by_now} now",
        "url": reverse("proposal", args=[slug, ids.show("proposal", row.proposal)]) if row.proposal else "",
        "changes": [_change(change) for change in row.changes],
    }


def _change(change: dict[str, str]) -> dict[str, Any]:
    """As ``components/change.html`` reads a line."""
    words = " ".join(wording.label(part) for part in change["field"].replace(".value", "").split("."))
    name = f"{STEPS.get(change['step'], change['step'])}: {words}"
    return {
        "shown_label": visible(name), "kind": "text", "edited": True, "after": visible(change["now"] or "nothing"),
        "before": visible(change["then"] or "nothing"), "note": "", "pin": 0, "missing": False,
    }  # fmt: skip
