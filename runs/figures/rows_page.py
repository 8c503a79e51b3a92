"""The page of rows behind a mark: one line each, whatever they are rows of."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from approvals import rail, wording
from approvals.models import Membership, Proposal
from approvals.visible import visible
from exceptions.models import Case, Episode, Occurrence
from runs.figures import rows
from runs.figures.rows import Wanted
from runs.models import Execution, Run
from runs.running import bar

TITLES = {
    "runs": "Runs", "proposals": "Proposals", "failures": "Proposals that went to exceptions", "writes": "Writes",
    "cases": "Cases that opened", "settled": "Cases that were resolved",
}  # fmt: skip
KEYS = {
    "by_policy": "approved by policy", "handed_over": "handed over by a reviewer", "blocked": "stopped by a gate",
    "overridden": "changed or refused by people", "answered": "answered by people", "reversed": "undone",
}  # fmt: skip


def read(member: Membership, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """What the template needs."""
    found = rows.of(member, wanted)
    slug = member.workspace.slug
    narrowed = [
        KEYS.get(wanted.key, "" if wanted.key.isdecimal() else wanted.key),
        wanted.workflow,
        wanted.version,
    ]
    return rail.around(member, now) | {
        "title": TITLES[wanted.of],
        "narrowed": wording.listed([visible(word) for word in narrowed if word]),
        "since": timezone.localtime(wanted.since),
        "until": timezone.localtime(wanted.until),
        "lines": [_line(row, slug) for row in found[: rows.SHOWN]],
        "more": len(found) > rows.SHOWN,
        "shown": rows.SHOWN,
    }


def _line(row: Any, slug: str) -> dict[str, Any]:
    match row:
        case Run():
            took = (row.finished_at - row.started_at) if row.finished_at else None
            return _told(reverse("run", args=[slug, row.public_id]), f"{row.workflow} {row.period}".strip(), row.state,
                         f"{row.agent.name} {row.agent_version}", bar.took(took) if took is not None else "",
                         row.finished_at)  # fmt: skip
        case Occurrence() if row.proposal:
            return _item(row.proposal, slug, row.case.title, row.at)
        case Execution():
            return _item(row.proposal, slug, row.state, row.finished_at)
        case Episode():
            return _case(row.case, slug, row.owner.name, row.failure_class.title, row.opened_at)
        case Case():
            return _case(row, slug, row.owner.name, row.failure_class.title, row.resolved_at)
    return _item(row, slug, row.state, row.settled_at)


def _item(row: Proposal, slug: str, state: str, at: datetime | None) -> dict[str, Any]:
    amount = wording.money(row.amount, row.currency) if row.amount is not None else ""
    return _told(
        reverse("proposal", args=[slug, row.public_id]), row.headline, state,
        f"{row.agent.name} {row.agent_version}", amount, at,
    )  # fmt: skip


def _case(row: Case, slug: str, owner: str, kind: str, at: datetime | None) -> dict[str, Any]:
    return _told(reverse("case", args=[slug, row.public_id]), row.title, kind, owner, "", at)


def _told(url: str, title: str, state: str, who: str, amount: str, at: datetime | None) -> dict[str, Any]:
    return {"url": url, "title": title, "state": state, "who": who, "amount": amount, "at": at}
