"""What Ada sets for models and figures as the month goes by: budgets, thresholds, two versions of a prompt."""

from decimal import Decimal

from approvals.models import Proposal
from runs.asking import budgets, mixes
from runs.demo import watching
from runs.demo.month import reading
from runs.demo.month.scene import Scene, person
from runs.golden import keeping
from runs.workflows.expense import posting

KEPT = 4


def begin(scene: Scene) -> None:
    """Budgets and thresholds, on the first day."""
    watching.begin(admin=scene.member("ada"), now=scene.now)
    for per, measure, amount in (("month", "money", "20"), ("day", "money", "2"), ("run", "tokens", "60000")):
        budgets.set_budget(
            workspace=scene.workspace, per=per, measure=measure, amount=Decimal(amount), **scene.by_admin()
        )


def share(scene: Scene, shares: dict[int, int]) -> None:
    """Receipts are read with these versions of the prompt from now on, in percent."""
    mixes.choose(workspace=scene.workspace, prompt=reading.PROMPT, shares=shares, **scene.by_admin())


def keep_golden(scene: Scene) -> None:
    """Maria keeps a few receipts that every reader has to read right."""
    maria = scene.member("maria")
    rows = Proposal.objects.filter(
        workspace=scene.workspace, workflow=posting.NAME, state="approved", drill=False
    )
    for row in rows.filter(reverses__isnull=True).order_by("id")[:KEPT]:
        keeping.keep(proposal=row, by=maria.user_id, actor=person(maria), now=scene.clock.on(40))
