"""A case full of failed writes, for tests of sending them again."""

from django.utils import timezone

from approvals import tools
from approvals.models import Membership
from exceptions.models import Case
from runs import drain
from runs.models import Redrive
from runs.redriving import foreseeing, going_on, orders
from tests import builders
from tests.builders import actor_of
from tests.memo import Board
from tests.people import Company

CODE = "integration.refused"


def failures(northwind: Company, board: Board, many: int) -> Case:
    """So many writes that the board refused, in one case."""
    board.trouble = [tools.Refused(CODE, "the board is locked") for _ in range(many)]
    for number in range(many):
        builders.an_approved(northwind.bot, northwind.maria, title=f"memo {number}", subject=f"memo:{number}")
    drain.drain(linger=0, longest=0)
    case = Case.objects.get(failure_class__code=CODE)
    assert case.open_count == many
    return case


def previewed(case: Case, member: Membership) -> Redrive:
    """Looked at by a worker, as its sweep does; a whole one would seal what this test takes back."""
    made = orders.preview(case=case, member=member, actor=actor_of(member), now=timezone.now())
    foreseeing.look_due(now=timezone.now())
    made.refresh_from_db()
    return made


def confirmed(redrive: Redrive, member: Membership) -> Redrive:
    return orders.confirm(
        redrive=redrive,
        member=member,
        reason="The board was unlocked",
        actor=actor_of(member),
        now=timezone.now(),
    )


def turn(redrive: Redrive) -> dict[str, int]:
    """One sweep when it is due, and one drain; what the lines are afterwards."""
    now = timezone.now()
    Redrive.objects.filter(pk=redrive.pk, next_at__isnull=False).update(next_at=now)
    going_on.go_on_due(now=now)
    drain.drain(linger=0, longest=0)
    redrive.refresh_from_db()
    counts: dict[str, int] = {}
    for state in redrive.lines.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts
