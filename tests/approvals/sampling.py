"""A week that is over, with work that passed by policy and work that people signed, and its sample."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from approvals import decisions
from approvals.actors import worker
from approvals.lanes import draws, ladder
from approvals.models import Proposal, SampleItem, SampleWeek
from approvals.models.lane import Stage
from approvals.oversight import weeks
from approvals.sampling import drawing
from exceptions import sampling
from tests import lanes
from tests.builders import a_proposal, actor_of, approve
from tests.people import Company

TICK = worker("tick")


def last_week(company: Company) -> weeks.Week:
    return weeks.ended(company.workspace, timezone.now())[0]


def trusted(company: Company) -> None:
    """The bot's lane may pass by policy whatever passes every gate."""
    lanes.stand(a_proposal(company.bot).lane, "full")


def passed(
    company: Company, many: int, *, at: datetime | None = None, name: str = "Standing order"
) -> list[Proposal]:
    """So many passed by policy in last week's middle, each about an amount of its own; chance took none of them for an
    audit of their lane, which judges for itself.
    """
    rows = []
    for number in range(many):
        title = f"{name} {number}"
        row = a_proposal(company.bot, arguments={"title": title, "amount": f"{10 + number}.00"}, title=title)
        _spared(row)
        decisions.approve_by_policy(proposal=row, actor=TICK, now=timezone.now())
        rows.append(row)
    _moved(rows, at or last_week(company).since + timedelta(days=2))
    return rows


def _spared(row: Proposal) -> None:
    """Its lane's lot falls on others."""
    while draws.share(row.lane, "audit", row.public_id) < ladder.AUDITED[Stage.FULL]:
        row.lane.salt = uuid4().hex
        row.lane.save(update_fields=["salt"])


def signed(company: Company, by: Any, many: int) -> list[Proposal]:
    """So many that somebody approved in last week's middle."""
    rows = [approve(a_proposal(company.bot), by) for _ in range(many)]
    _moved(rows, last_week(company).since + timedelta(days=2))
    return rows


def _moved(rows: list[Proposal], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE approvals_proposal SET settled_at = %s WHERE id = ANY (%s)",
            [at, [row.pk for row in rows]],
        )


def drawn(company: Company, seed: str = "seed", **more: Any) -> SampleWeek:
    """The sample of last week, without runs unless they are given."""
    told: dict[str, Any] = {"runs": ([], 0), "week": last_week(company)} | more
    return drawing.draw(workspace=company.workspace, seed=seed, actor=TICK, now=timezone.now(), **told)


def judge(item: SampleItem, member: Any, *, wrong: bool = False, turn: int | None = None) -> SampleItem:
    """The member says what it is, at the turn it has come to."""
    return sampling.judge(
        item=item, member=member, turn=turn or item.verdicts.count() + 1, wrong=wrong,
        reason_code="wrong_value" if wrong else "", note="Look at the total" if wrong else "", actor=actor_of(member),
        now=timezone.now(),
    )  # fmt: skip


def judged(week: SampleWeek, company: Company, wrong: int = 0) -> SampleWeek:
    """Everything is judged, the first so many of the uniform part wrong."""
    for item in week.items.order_by("pk"):
        bad = wrong > 0 and "uniform" in item.through
        wrong -= bad
        for member in [company.ken, company.ada][: 2 if bad or item.twice else 1]:
            judge(item, member, wrong=bad)
    week.refresh_from_db()
    return week
