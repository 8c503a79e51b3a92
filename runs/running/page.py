"""The page that answers for one run: what ran, what came of it, which records it touched, who was told."""

from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from approvals import access, ids, ledger, wording
from approvals.models import LedgerEntry, Membership
from approvals.waiting import statements
from runs.models import Run, Step
from runs.running import axis, figures, notified, proposed, records, timeline
from runs.running.bar import fact

FAILED_SHOWN = 20
STORY = 20
STORY_KINDS = ("run.started", "run.finished", "replay.asked", "replay.done")


def context(run: Run, member: Membership, asked: QueryDict, now: datetime) -> dict[str, Any]:
    """Everything the page says, in a bounded number of queries however long the run is."""
    slug = member.workspace.slug
    here = reverse("run", args=[slug, run.public_id])
    told, held = figures.of(run), notified.cases(run)
    story = statements.ask(_story(), {statements.ITEM: run.pk})
    return {
        "run": run,
        "here": here,
        "figures": figures.shown(run, told, here),
        "facts": _facts(run, slug),
        "warnings": _warnings(run),
        "failed_steps": _failed(run, slug) if run.steps_failed else [],
        "records": records.of(run, slug) if told.written else [],
        "more_records": told.written > records.PAGE,
        "cases": held,
        "notified": notified.of(run, held, slug, now),
        "events": [{"at": row.at, "sentence": _sentence(row.kind)} for row in story],
    } | _proposals(run, asked, here) | _steps(run, slug, asked, here, now)  # fmt: skip


def _proposals(run: Run, asked: QueryDict, here: str) -> dict[str, Any]:
    show, before = asked.get("show", ""), asked.get("proposal", "")
    rows, older = proposed.of(run, show, access.identifier("proposal", before) if before else None)
    more = f"{here}?{urlencode({'show': show, 'proposal': older})}#proposals" if older else ""
    return {"proposals": rows, "show_word": proposed.word(show), "more_proposals_url": more}


def _steps(run: Run, slug: str, asked: QueryDict, here: str, now: datetime) -> dict[str, Any]:
    """The waterfall from the place the address names; narrowed to one input, one kind, or what failed."""
    item, kind, failed = (asked.get(name, "").replace("\x00", "") for name in ("item", "kind", "failed"))
    only: dict[str, Any] = {name: value for name, value in (("item", item), ("kind", kind)) if value}
    if failed:
        only["error__isnull"] = False
    shown = timeline.page(run, slug, now, place=_place(asked), only=only)
    kept = {name: value for name, value in (("item", item), ("kind", kind), ("failed", failed)) if value}
    words = [f"of {item}" if item else "", f"of kind {kind}" if kind else "", "that failed" if failed else ""]
    return {
        "item_filter": item,
        "steps": shown.rows,
        "axis_ends": _ends(shown.axis),
        "folds": [_fold(piece.begins, piece.ends) for piece in shown.axis.folds],
        "steps_word": " ".join(filter(None, words)),
        "later_url": f"{here}?{urlencode(kept | {'from': shown.later})}#steps" if shown.later else "",
        "begin_url": f"{here}?{urlencode(kept)}#steps" if asked.get("from") or asked.get("at") else "",
    }


def _place(asked: QueryDict) -> timeline.Place | None:
    """``from`` is where the page before ended; ``at`` a moment as ISO 8601."""
    try:
        at = parse_datetime(asked.get("at", ""))
    except ValueError:
        at = None
    if at is not None and at.tzinfo is not None:
        return timeline.Place(at)
    return timeline.Place.read(asked.get("from", ""))


def _ends(drawn: axis.Axis) -> list[str]:
    """What stands at both ends of the axis; with the day where they are of different days."""
    if not drawn.pieces:
        return []
    both = [timezone.localtime(at) for at in (drawn.pieces[0].begins, drawn.pieces[-1].ends)]
    same = both[0].date() == both[1].date()
    return [f"{at:%H:%M:%S}" if same else f"{at.day} {at:%b %H:%M:%S}" for at in both]


def _fold(begins: datetime, ends: datetime) -> str:
    return f"{wording.spell(ends - begins)} after {timezone.localtime(begins):%H:%M:%S}"


def _facts(run: Run, slug: str) -> list[dict[str, Any]]:
    later = statements.first(_resuming(), {statements.ITEM: run.pk})
    found = [
        fact("Agent", f"{run.agent.name} {run.agent_version}"),
        fact("Workflow", run.workflow),
        fact("Period", run.period),
        fact("Began", f"{timezone.localtime(run.started_at):%d %B %Y, %H:%M:%S}"),
        fact("Ended", f"{timezone.localtime(run.finished_at):%d %B %Y, %H:%M:%S}" if run.finished_at else ""),
        fact("It counted", ", ".join(f"{count} {name}" for name, count in run.counts.items())),
        fact("Error", run.error),
        _linked("Goes on from", run.resumes_id, slug),
        _linked("Was gone on with by", later, slug),
        fact("Trace", run.trace_parent) | {"mono": True},
    ]
    return [one for one in found if one["value"]]


@cache
def _resuming() -> statements.Kept[UUID]:
    rows = Run.objects.filter(resumes=statements.ITEM).order_by("id")
    return statements.keep(rows.values_list("pk", flat=True)[:1])


def _linked(label: str, key: Any, slug: str) -> dict[str, Any]:
    public_id = ids.show("run", key) if key else ""
    return fact(label, public_id, reverse("run", args=[slug, public_id]) if public_id else "")


def _warnings(run: Run) -> list[dict[str, str]]:
    """What a reader must know before trusting the rest."""
    found = []
    if run.silent:
        since = timezone.localtime(run.heard_at or run.started_at)
        part = "It was closed unfinished. What it had told stands here, and is a part only."
        found.append((f"No word since {since:%d %B, %H:%M}.", part))
    elif run.state == "partial":
        found.append(("A part only.", "Some of its inputs could not be finished. The rest was."))
    if run.steps_contradicted:
        times = wording.counted(run.steps_contradicted, "step was", "steps were")
        found.append((f"{times} told again in other words.", "The first telling stands."))
    if "" in run.costs:
        found.append(("Some costs name no currency.", "They are shown apart and added to nothing."))
    return [{"title": title, "text": text} for title, text in found]


def _failed(run: Run, slug: str) -> list[dict[str, Any]]:
    return [
        {
            "title": step.item or step.name,
            "message": (step.error or {}).get("message", ""),
            "url": reverse("step", args=[slug, run.public_id, step.pk]),
        }
        for step in statements.ask(_first_failed(), {statements.ITEM: run.pk})
    ]


@cache
def _first_failed() -> statements.Kept[Step]:
    rows = Step.objects.filter(run=statements.ITEM, error__isnull=False).defer("input", "output")
    return statements.keep(rows.order_by("started_at", "id")[:FAILED_SHOWN])


@cache
def _story() -> statements.Kept[LedgerEntry]:
    rows = LedgerEntry.objects.filter(run=statements.ITEM, kind__in=STORY_KINDS)
    return statements.keep(rows.order_by("id")[:STORY])


def _sentence(kind: str) -> str:
    return ledger.KINDS[kind]
