"""A run as the judge of a sample sees it: what went in, what came out, and not what became of what it proposed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from approvals import wording
from approvals.models import Membership, SampleItem
from approvals.sampling import blind
from runs.models import Run
from runs.running import bar, moves, nesting, proposed, stepping

STEPS = 60
TELLTALE = "gate"  # steps of this kind tell how the gates ruled


def title(run: Run) -> str:
    """What it was and for when."""
    return f"{run.workflow} {run.period}".strip()


def read(item: SampleItem, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of one item's pane, whichever of the two it is."""
    if item.run is None:
        return blind.read(item, member, now)
    run = Run.objects.select_related("agent").filter(pk=item.run, workspace_id=member.workspace_id).first()
    if run is None:
        raise Http404("no such run")
    steps = [step for step in stepping.after(run, None, STEPS) if step.kind != TELLTALE]
    bars = [moves.bar(placed, run, member.workspace.slug) for placed in nesting.nested(run, steps)]
    for one in bars:
        one.url, one.facts = "", [told for told in one.facts if told["label"] != "Proposal"]
    _, shown = bar.placed(bars)
    return {
        "heading": title(run),
        "page_title": title(run),
        "eyebrow": [
            f"agent {run.agent.name} {run.agent_version}",
            f"began {timezone.localtime(run.started_at):%d %b %H:%M}",
        ],
        "judged_run": run,
        "asked_for": proposed.of(run)[0],
        "steps": shown,
        "public_id": run.public_id,
    }


def rows(items: Sequence[SampleItem], member: Membership, shown: SampleItem | None) -> list[dict[str, Any]]:
    """What waits for the judge, as ``components/row.html`` reads it: by its words alone."""
    wanted = [item.run for item in items if item.run is not None]
    runs = {row.pk: row for row in Run.objects.filter(pk__in=wanted, workspace_id=member.workspace_id)}
    return [
        _words(item, runs) | {
            "id": f"sample-{item.pk}", "url": reverse("sample", args=[member.workspace.slug, item.pk]), "due": "",
            "current": shown is not None and shown.pk == item.pk,
        }
        for item in items
    ]  # fmt: skip


def _words(item: SampleItem, runs: Mapping[UUID, Run]) -> dict[str, str]:
    if item.proposal is None:
        run = runs.get(item.run) if item.run else None
        return {"title": title(run) if run else "A run", "amount": "", "why": "Run"}
    money = item.proposal.amount
    words = "" if money is None else wording.money(str(money), item.proposal.currency)
    return {"title": item.proposal.headline, "amount": words, "why": "Proposal"}


def whole_url(item: SampleItem) -> tuple[str, str]:
    """The name and id of the page that says everything, once it is settled."""
    if item.run is not None:
        return "run", Run(pk=item.run).public_id
    assert item.proposal is not None
    return "proposal", item.proposal.public_id
