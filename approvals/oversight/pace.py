"""How fast somebody answers, and when the page slows down. It never denies: an answer sent at once still counts.

Beyond the hourly limit the next item rests for a few seconds, a few more the further one is beyond it. Limits, streaks
and the hint to pause are those of research D.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from approvals import wording
from approvals.models import Decision, Membership, Proposal
from approvals.oversight import streaks
from approvals.waiting import statements

HOUR = timedelta(hours=1)
FIRST_REST, LONGEST_REST = 4, 30  # seconds
ANSWERS_PER_SECOND_MORE = 10
SATURATED = (LONGEST_REST - FIRST_REST) * ANSWERS_PER_SECOND_MORE  # answers over a limit: more change nothing
WITHOUT_A_PAUSE, PAUSE = timedelta(minutes=50), timedelta(minutes=5)
KEPT = "_pace_of_the_hour"


@dataclass(frozen=True)
class Hour:
    """One's answers in the last hour, newest first, as many as make a difference."""

    moments: Sequence[datetime]
    risks: Sequence[str]
    verdicts: Sequence[str]
    drills: Sequence[datetime] = ()  # when one of them was

    def answered_a_drill(self, since: datetime) -> bool:
        return any(at > since for at in self.drills)

    @property
    def high(self) -> int:
        return sum(risk == "high" for risk in self.risks)

    def without_a_pause(self, now: datetime) -> timedelta:
        """Since when one has been answering with no five minutes between."""
        begun = last = now
        for at in self.moments:
            if last - at >= PAUSE:
                break
            begun = last = at
        return now - begun


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_pace.html``: one query for all items of a page, none for those who do not answer."""
    if not member.may("reviewer") or proposal.state != "pending":
        return {}
    hour = of(member, now)
    rest, count = _rest(hour, proposal.risk, member)
    length = hour.without_a_pause(now)
    told = {
        "item": proposal.public_id,
        "rest": rest,
        "count": wording.capped(count, _telling(member)),
        "high": proposal.risk == "high" and hour.high == count,
        "pause": wording.spell(length) if length >= WITHOUT_A_PAUSE else "",
    }
    return {"pace": told} if rest or told["pause"] else {}


def of(member: Membership, now: datetime) -> Hour:
    """The member's last hour; asked once for a request, since the member is fetched once for it."""
    kept: Hour | None = member.__dict__.get(KEPT)
    if kept is None:
        rows = statements.ask(_answers(_telling(member) + 1), statements.of(member, now - HOUR))
        kept = Hour(
            [at for at, _, _, _ in rows],
            [risk for _, risk, _, _ in rows],
            [verdict for _, _, verdict, _ in rows],
            [at for at, _, _, drill in rows if drill],
        )
        member.__dict__[KEPT] = kept
    return kept


def asked(member: Membership, now: datetime) -> statements.Built | None:
    """What `of` asks of somebody who answers."""
    if KEPT in vars(member) or not member.may("reviewer"):
        return None
    return statements.meant(_answers(_telling(member) + 1).built, statements.of(member, now - HOUR))


def _telling(member: Membership) -> int:
    """So many answers in an hour give the longest rest, whatever their risk."""
    return max(member.workspace.hourly_limit, member.workspace.hourly_limit_high) + SATURATED


@lru_cache(maxsize=100)
def _answers(many: int) -> statements.Kept[tuple[datetime, str, str, bool]]:
    """Since `NOW`. Bounded near what there may be: for many more rows the database would call other processes in."""
    rows = Decision.objects.filter(
        reviewer=statements.SEAT, decided_at__gt=statements.NOW, proposal__workspace=statements.HOUSE
    ).order_by("-decided_at")
    return statements.keep(
        rows.values_list("decided_at", "proposal__risk", "verdict", "proposal__drill")[:many],
        statements.UNSEEN,
    )


def streak(member: Membership, now: datetime) -> int:
    """Approvals in a row within the hour."""
    return streaks.length(of(member, now).verdicts)


def _rest(hour: Hour, risk: str, member: Membership) -> tuple[int, int]:
    """Seconds of rest before an item of this risk, and how many answers were counted for it."""
    counted = [(len(hour.moments), member.workspace.hourly_limit)]
    if risk == "high":
        counted.append((hour.high, member.workspace.hourly_limit_high))
    over, count = max((count - limit, count) for count, limit in counted)
    if over < 0:
        return 0, count
    return min(LONGEST_REST, FIRST_REST + over // ANSWERS_PER_SECOND_MORE), count
