"""What a worker does about golden sets each minute: draw, wish, carry on with trials, and look for drift."""

from datetime import datetime

from approvals.actors import worker
from runs.asking import journal, kept, outside
from runs.golden import drift, keeping, trying
from runs.workflows import editions
from runs.workflows.catalogue import WORKFLOWS

ACTOR = worker("golden")


def once(*, now: datetime) -> dict[str, int]:
    """Each part is bounded, and found by state: missing a round delays it and loses nothing."""
    return {
        "editions": editions.keep_up(actor=ACTOR, now=now),
        "prompts": outside.look(ours=list(WORKFLOWS), actor=ACTOR, now=now),
        "drawn": keeping.draw_due(actor=ACTOR, now=now),
        "wished": trying.wish_due(actor=ACTOR, now=now),
        "read": trying.go_on(actor=ACTOR, now=now),
        "drift": drift.look_due(actor=ACTOR, now=now),
        "forgotten": kept.forget(now=now) + journal.forget(now=now),
    }
