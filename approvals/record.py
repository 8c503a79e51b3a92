"""How often this lane was right at this confidence, counted over what people decided, with the doubt drawn in."""

from dataclasses import dataclass
from math import sqrt

from django.db.models import Count, Exists, OuterRef, Q

from approvals.models import Decision, Proposal
from approvals.models.decision import SIGNATURES, Verdict
from approvals.models.proposal import State

LATEST = 200
FEW = 20
Z = 1.959964  # two-sided 95 percent


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
        return wilson(self.right, self.n)

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


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's interval for a share, 95 percent."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def of(proposal: Proposal) -> Record:
    """The lane's record in the proposal's confidence band, over the latest it settled. What the policy passed by
    itself is left out: nobody looked at it.
    """
    answers = Decision.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round"), by_policy=False)
    latest = (
        Proposal.objects.filter(lane_id=proposal.lane_id, band=proposal.band, settled_at__isnull=False)
        .exclude(pk=proposal.pk)
        .order_by("-settled_at")[:LATEST]
    )
    decided = Proposal.objects.filter(pk__in=latest.values("pk")).annotate(
        answered=Exists(answers),
        signed=Exists(answers.filter(verdict__in=SIGNATURES)),
        edited=Exists(answers.filter(verdict=Verdict.EDIT)),
    )
    counts = decided.aggregate(
        n=Count("pk", filter=Q(answered=True, state__in=[State.APPROVED, State.REJECTED])),
        right=Count("pk", filter=Q(state=State.APPROVED, signed=True, edited=False)),
    )
    return Record(band_words(proposal.band), counts["right"], counts["n"])


def band_words(band: int | None) -> str:
    """The confidence band in numbers: 16 is "0.80–0.85"."""
    if band is None:
        return "no stated confidence"
    return f"{band / 20:.2f}–{(band + 1) / 20:.2f}"
