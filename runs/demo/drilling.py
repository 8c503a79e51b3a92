"""Two drills among what waits in each sample workspace: the same two, whenever the demo is begun anew."""

from datetime import datetime
from random import Random

from approvals.models import Proposal
from approvals.oversight import drills
from runs.demo.company import ACTOR, Company

COUNT = 2


def put(company: Company, *, now: datetime) -> list[Proposal]:
    """Make them of what the sample reviewers have signed."""
    chance = Random(company.workspace.slug)  # noqa: S311  chance that repeats itself
    return drills.prepare(
        workspace=company.workspace, count=COUNT, actor=ACTOR, now=now, chance=chance, enough=1
    )
