"""What the sample workspaces watch from the beginning: a few thresholds, and what a posting takes by hand."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from approvals import actors
from approvals.models import Membership
from runs.alerts import setting
from runs.alerts.setting import Terms
from runs.figures import worth
from runs.models import Watch
from runs.workflows.expense import posting

BY_HAND = Decimal(4)  # minutes
WATCHED = (
    Terms(posting.NAME, Watch.ERROR_RATE, Decimal(10), 24, 5, "", working=False),
    Terms(posting.NAME, Watch.ACCURACY, Decimal(75), 168, 20, "", working=False),
    Terms(posting.NAME, Watch.LATENCY, Decimal(300), 24, 5, "", working=False),
    Terms(posting.NAME, Watch.SILENCE, Decimal(48), 24, 1, "", working=True),
)


def begin(*, admin: Membership, now: datetime) -> None:
    """As an admin of the workspace would say it; what was said before stays."""
    actor = actors.person(admin.user_id, "demo")
    with suppress(worth.SameWorth):
        worth.say(member=admin, minutes=BY_HAND, actor=actor, now=now)
    for terms in WATCHED:
        with suppress(setting.SameThreshold):
            setting.set_threshold(member=admin, terms=terms, actor=actor, now=now)
