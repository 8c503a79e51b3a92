"""The proposals of a run, those behind each of its figures."""

from functools import cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.models import Decision, Proposal
from approvals.models.proposal import State
from approvals.waiting import statements
from runs.models import Execution, Run

PAGE = 25
SHOWN = ("headline", "state", "amount", "currency")
_answers = Decision.objects.filter(proposal=OuterRef("pk"))
_undone = Execution.objects.filter(reverses__proposal=OuterRef("pk"), state="succeeded")
SHOWS: dict[str, tuple[str, Q]] = {
    "by_policy": (
        "passed by policy",
        Q(Exists(_answers.filter(by_policy=True, round=OuterRef("round"))), state=State.APPROVED),
    ),
    "reviewed": ("reviewed", Q(Exists(_answers.filter(by_policy=False)))),
    "edited": ("edited", Q(Exists(_answers.filter(verdict="edit")))),
    "reversed": ("undone", Q(Exists(_undone))),
    **{state.value: (state.label, Q(state=state)) for state in State},
}


def of(run: Run, show: str = "", before: UUID | None = None) -> tuple[list[Proposal], str]:
    """Newest first, a page at a time, and the id to go on from."""
    if show not in SHOWS and before is None:
        found = statements.ask(_newest(), {statements.ITEM: run.pk})
    else:
        rows = _of(run.pk).filter(SHOWS[show][1]) if show in SHOWS else _of(run.pk)
        found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else ""


def _of(run: UUID) -> QuerySet[Proposal]:
    return Proposal.objects.filter(run=run, drill=False).order_by("-id").only(*SHOWN)


@cache
def _newest() -> statements.Kept[Proposal]:
    return statements.keep(_of(statements.ITEM)[: PAGE + 1])


def word(show: str) -> str:
    return SHOWS[show][0] if show in SHOWS else ""
