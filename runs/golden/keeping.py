"""Keeping reviewed work as golden: by a reviewer's click, or drawn by chance, and never more than a bounded number."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Agent, Proposal, Workspace
from approvals.models.decision import SIGNATURES
from runs.golden import sets
from runs.models import GoldenCase
from runs.models.golden import Source

MOST_KEPT, MOST_DRAWN = 500, 200  # of one workflow in one workspace
WEEK, A_WEEK = timedelta(days=7), 5
LOOKED_AT = 2_000


class NotGolden(ValueError):
    """Only what people signed, of a workflow whose input can be read again, can be kept."""


class AlreadyKept(LookupError):
    """It is in the set, or was and was let go."""


class SetIsFull(ValueError):
    """The set holds as many as it may: let some go first."""


class AlreadyLetGo(LookupError):
    """The case is in no set any more."""


def may_be_kept(proposal: Proposal) -> bool:
    """Whether it was signed by a person, and is of a kind that can be tried again."""
    kind = sets.KINDS.get(proposal.workflow)
    settled = proposal.state == "approved" and not proposal.drill and proposal.reverses is None
    return kind is not None and proposal.tool == kind.tool and settled and _was_signed(proposal)


def _was_signed(proposal: Proposal) -> bool:
    return proposal.decisions.filter(by_policy=False, verdict__in=SIGNATURES, round=proposal.round).exists()


def keep(
    *, proposal: Proposal, by: int | None, actor: Actor, now: datetime, source: Source = Source.KEPT
) -> GoldenCase:
    """Keep its input and what was signed. Raises `NotGolden`, `AlreadyKept`, `SetIsFull`."""
    kind = sets.KINDS.get(proposal.workflow)
    line = kind.input_of(proposal) if kind is not None and may_be_kept(proposal) else None
    if kind is None or line is None:
        raise NotGolden(proposal.public_id)
    expected = {name: proposal.arguments.get(name) for name in kind.fields}
    try:
        with transaction.atomic():
            locks.take(Workspace.objects).get(pk=proposal.workspace_id)
            held = GoldenCase.objects.filter(workspace=proposal.workspace_id, workflow=proposal.workflow)
            if held.filter(retired_at__isnull=True).count() >= MOST_KEPT:
                raise SetIsFull(proposal.workflow)
            kept = GoldenCase.objects.create(
                workspace_id=proposal.workspace_id, workflow=proposal.workflow, proposal=proposal.id, source=source,
                input=line, expected=expected, kept_at=now, kept_by_id=by,
            )  # fmt: skip
            ledger.append(
                workspace_id=proposal.workspace_id, kind="golden.kept", actor=actor, at=now, proposal=proposal.id,
                data={"golden": kept.id.hex, "source": source},
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyKept(proposal.public_id) from error
    return kept


def let_go(*, golden: GoldenCase, actor: Actor, now: datetime) -> None:
    """It is tried no more; what was said of it stays. Raises `AlreadyLetGo`."""
    with transaction.atomic():
        if not GoldenCase.objects.filter(pk=golden.pk, retired_at__isnull=True).update(retired_at=now):
            raise AlreadyLetGo(str(golden))
        ledger.append(
            workspace_id=golden.workspace_id, kind="golden.retired", actor=actor, at=now,
            data={"golden": golden.id.hex},
        )  # fmt: skip


def draw_due(*, actor: Actor, now: datetime) -> int:
    """Once a week a few of the last week's signed work for each set, in an order nobody chose. Returns how many."""
    drawn = 0
    walked = Agent.objects.filter(name__in=sets.KINDS).select_related("workspace")
    for agent in walked.order_by("id"):
        drawn += _draw(agent.workspace, agent.name, sets.KINDS[agent.name].tool, actor, now)
    return drawn


def _draw(workspace: Workspace, workflow: str, tool: str, actor: Actor, now: datetime) -> int:
    mine = GoldenCase.objects.filter(workspace=workspace, workflow=workflow, source=Source.SAMPLE)
    if mine.filter(kept_at__gt=now - WEEK).exists() or mine.count() >= MOST_DRAWN:
        return 0
    newest = Proposal.objects.filter(workspace=workspace, settled_at__gt=now - WEEK).order_by("-settled_at")
    ids = [row.pk for row in newest.only("id", "workflow", "tool", "state")[:LOOKED_AT]
           if (row.workflow, row.tool, row.state) == (workflow, tool, "approved")]  # fmt: skip
    drawn = 0
    for pk in sorted(ids, key=lambda pk: pk.int % 10**9)[: 4 * A_WEEK]:  # the tail of a UUIDv7 is chance
        try:
            keep(proposal=Proposal.objects.get(pk=pk), by=None, actor=actor, now=now, source=Source.SAMPLE)
        except (NotGolden, AlreadyKept):
            continue
        drawn += 1
        if drawn == A_WEEK:
            break
    return drawn
