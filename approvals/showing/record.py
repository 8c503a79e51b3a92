"""How often this lane was right at this confidence, counted over what people decided, with the doubt drawn in."""

from dataclasses import dataclass
from functools import cache

from approvals import questions
from approvals.models import Proposal
from approvals.statistics import bounds

LATEST = 200
FEW = 20


@dataclass(frozen=True)
class Record:
    """``right`` of ``n`` decided proposals were approved as the agent sent them."""

    band: str
    right: int
    n: int

    @property
    def few(self) -> bool:
        return self.n < FEW

    @property
    def share(self) -> int:
        return round(100 * self.right / self.n) if self.n else 0

    @property
    def interval(self) -> tuple[float, float]:
        return bounds.wilson(self.right, self.n)

    @property
    def low(self) -> int:
        return round(100 * self.interval[0])

    @property
    def high(self) -> int:
        return round(100 * self.interval[1])

    @property
    def floor(self) -> int:
        """Where the axis begins: a round number below the interval."""
        return max(0, int(10 * self.interval[0] - 0.5) * 10)

    def place(self, share: float) -> str:
        """A share from 0 to 1 as a position on the axis, in percent."""
        return f"{max(0.0, min(100.0, 100 * (100 * share - self.floor) / (100 - self.floor))):.1f}"

    @property
    def low_x(self) -> str:
        return self.place(self.interval[0])

    @property
    def share_x(self) -> str:
        return self.place(self.right / self.n if self.n else 0)

    @property
    def range_x(self) -> str:
        return f"{float(self.place(self.interval[1])) - float(self.low_x):.1f}"

    @property
    def anchor(self) -> str:
        """How the figure under the dot is set, so that it stays inside the drawing."""
        position = float(self.share_x)
        return "end" if position > 88 else "start" if position < 12 else "middle"


# Written out: put together anew for every page, this question cost more than its answer. What is compared with stands
# in a SELECT of its own, so that the plan is kept.
_COUNTED = """
SELECT count(*) FILTER (WHERE answers.signed IS NOT NULL AND latest.state IN ('approved', 'rejected')),
       count(*) FILTER (WHERE latest.state = 'approved' AND answers.signed AND NOT answers.edited)
FROM (
    SELECT id, round, state FROM approvals_proposal
    WHERE lane_id = (SELECT %(lane)s) AND {band} AND settled_at IS NOT NULL AND NOT drill AND id <> %(proposal)s
    ORDER BY settled_at DESC LIMIT {latest}
) AS latest
LEFT JOIN LATERAL (
    SELECT bool_or(verdict IN ('approve', 'edit')) AS signed, bool_or(verdict = 'edit') AS edited
    FROM approvals_decision WHERE proposal_id = latest.id AND round = latest.round AND NOT by_policy
) AS answers ON true
"""


def of(proposal: Proposal) -> Record:
    """The lane's record in the proposal's confidence band, over the latest it settled. What the policy passed by
    itself is left out, as nobody looked at it, and so are drills.
    """
    ((n, right),) = questions.rows(*asked(proposal))
    return Record(band_words(proposal.band), right, n)


def asked(proposal: Proposal) -> questions.Question:
    """What `of` asks."""
    values = {"lane": proposal.lane_id, "band": proposal.band, "proposal": proposal.pk}
    return _in_band(proposal.band is not None), values


@cache
def _in_band(stated: bool) -> str:
    return _COUNTED.format(latest=LATEST, band="band = (SELECT %(band)s)" if stated else "band IS NULL")


def band_words(band: int | None) -> str:
    """The confidence band in numbers: 16 is "0.80–0.85"."""
    if band is None:
        return "no stated confidence"
    return f"{band / 20:.2f}–{(band + 1) / 20:.2f}"
