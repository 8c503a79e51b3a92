"""How long something was looked at before it was answered, against the least a reading takes.

Nobody is stopped by any of it: an answer under the floor is flagged, with the decision and in the ledger.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db.models import Sum
from django.db.models.functions import Length

from approvals import canonical
from approvals.models import BatchItem, Decision, Evidence, Exposure, Hold, Proposal
from approvals.waiting import statements

# Nobody answers anything they have read in less (research D.5); above that, seconds by risk (same place).
LEAST_MS = 1500
LEAST_BY_RISK_MS = {"low": 0, "medium": 2000, "high": 5000}
# Silent reading takes 238 words a minute (Brysbaert 2019), some 24 characters a second. Values are compared and not
# read, four times as fast; evidence is searched for what is marked, forty times. It is the least, not the usual.
VALUES_PER_SECOND = 100
EVIDENCE_PER_SECOND = 1000
LONGEST_ESTIMATE_MS = 4000
READ = ("text", "table", "record", "link")


@dataclass(frozen=True)
class Look:
    """What the page measured while it was visible, in milliseconds. None: a page without script."""

    seen_ms: int | None = None
    evidence_ms: int | None = None
    panes: tuple[str, ...] = field(default=())


def floor_ms(proposal: Proposal) -> int:
    """The least time in which the item can have been read."""
    pages = statements.first(_pages(), {statements.ITEM: proposal.pk}) or 0
    values = len(canonical.dumps(proposal.arguments))
    estimate = 1000 * values // VALUES_PER_SECOND + 1000 * pages // EVIDENCE_PER_SECOND
    return max(LEAST_MS, LEAST_BY_RISK_MS.get(proposal.risk, 0), min(estimate, LONGEST_ESTIMATE_MS))


@cache
def _pages() -> statements.Kept[int]:
    """How many characters there are to read."""
    read = Evidence.objects.filter(proposal=statements.ITEM, kind__in=READ).order_by().values("proposal")
    return statements.keep(read.annotate(length=Sum(Length("content"))).values_list("length", flat=True))


@cache
def _held() -> statements.Kept[Hold]:
    return statements.keep(Hold.objects.filter(proposal=statements.ITEM, reviewer=statements.SEAT))


def record(*, decision: Decision, proposal: Proposal, look: Look, now: datetime) -> Exposure:
    """Keep the look with the decision, in the caller's transaction, before the hold is let go."""
    floor = floor_ms(proposal)
    if decision.batch_id is not None and look.seen_ms is None:
        look = _in_batch(decision, now)
    passed = _passed_ms(decision, proposal, now)
    seen = None if look.seen_ms is None else min(look.seen_ms, passed)
    evidence = None if look.evidence_ms is None else min(look.evidence_ms, passed if seen is None else seen)
    alone = decision.batch_id is None
    return Exposure.objects.create(
        decision=decision, seen_ms=seen, evidence_ms=evidence, panes=list(look.panes), floor_ms=floor,
        under_floor=alone and seen is not None and seen < floor,
    )  # fmt: skip


def told(seen: Exposure) -> dict[str, int]:
    """What the ledger keeps of it: numbers, and none where nothing was measured."""
    if seen.seen_ms is None:
        return {}
    return {"seen_ms": seen.seen_ms, "under_floor": int(seen.under_floor)}


def _passed_ms(decision: Decision, proposal: Proposal, now: datetime) -> int:
    """The longest anybody can have looked: since they have held it, else since it could be seen at all."""
    held = statements.first(_held(), {statements.ITEM: proposal.pk, statements.SEAT: decision.reviewer_id})
    since = (held.opened_at or held.taken_at) if held and decision.batch_id is None else None
    since = since or proposal.observed_at or proposal.created_at
    return max(0, int((now - since).total_seconds() * 1000))


def _in_batch(decision: Decision, now: datetime) -> Look:
    """An opened member was on the screen until the next one was opened; an unopened one was not seen."""
    opened = list(
        BatchItem.objects.filter(batch=decision.batch_id, opened_at__isnull=False)
        .order_by("opened_at")
        .values_list("proposal", "opened_at")
    )
    for (proposal, at), following in zip(opened, [*(at for _, at in opened[1:]), now], strict=True):
        if proposal == decision.proposal_id and at is not None and following is not None:
            return Look(max(0, int((following - at).total_seconds() * 1000)))
    return Look(0)
