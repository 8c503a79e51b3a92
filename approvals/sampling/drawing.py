"""Drawing a week's sample, once, so that anybody can draw it again and find the same."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership, SampleItem, SampleWeek, Workspace
from approvals.models.workspace import Role
from approvals.oversight.weeks import Week
from approvals.sampling import closing, lot, strata
from approvals.sampling.strata import RUNS, Frame
from approvals.statistics import inspection
from approvals.telling import notices

PATIENCE = timedelta(days=14)
MOST_TOLD = 100


class DrawnAlready(LookupError):
    """The week has its sample."""


def draw(
    *,
    workspace: Workspace,
    week: Week,
    runs: tuple[Sequence[UUID], int],
    actor: Actor,
    now: datetime,
    seed: str,
) -> SampleWeek:
    """Draw the sample of a week that is over. ``runs`` are those drawn by the floor above, and of how many.

    Raises `DrawnAlready`.
    """
    state = closing.standing(workspace)
    plan = inspection.plan(lot.automatic(workspace, week), state.severity, strata.MOST_UNIFORM)
    drawn, frames = lot.draw(workspace, week, seed, strata.wanted(plan.n))
    frames[RUNS] = Frame(runs[1], len(runs[0]))
    try:
        with transaction.atomic():
            made = SampleWeek.objects.create(
                workspace=workspace, monday=week.monday, seed=seed, severity=state.severity, plan_n=plan.n,
                frames={name: asdict(frame) for name, frame in frames.items()}, plan_accept=plan.accept,
                drawn_at=now, due_at=now + PATIENCE,
            )  # fmt: skip
            rows = [*_proposals(drawn, frames), *_runs(runs[0], frames[RUNS])]
            rows.sort(key=lambda row: _lots(seed, row["proposal_id"] or row["run"]))
            SampleItem.objects.bulk_create(
                SampleItem(week=made, position=number, twice=number % strata.TWICE == 0, **row)
                for number, row in enumerate(rows, start=1)
            )
            ledger.append(
                workspace_id=workspace.pk, kind="sample.drawn", actor=actor, at=now,
                data={"week": week.monday.isoformat(), "items": len(rows), "seed": seed},
            )  # fmt: skip
            _tell(workspace, len(rows), now)
            closing.close_if_done(week=made, actor=actor, now=now)
    except IntegrityError as error:
        raise DrawnAlready(f"{workspace.slug} {week.monday}") from error
    return made


def _tell(workspace: Workspace, many: int, now: datetime) -> None:
    """Whoever may judge is told that something waits."""
    if many:
        able = Membership.objects.filter(
            workspace=workspace, roles__contains=[Role.REVIEWER], user__is_active=True
        )
        users = list(able.order_by("pk").values_list("user", flat=True)[:MOST_TOLD])
        notices.tell(workspace_id=workspace.pk, users=users, kind="sample_drawn", now=now, count=many)


def fresh_seed() -> str:
    """Of nobody's choosing."""
    return secrets.token_hex(16)


def _proposals(drawn: Sequence[lot.Drawn], frames: dict[str, Frame]) -> list[dict[str, Any]]:
    return [
        {
            "proposal_id": one.proposal, "run": None, "digest": one.digest, "strata": list(one.strata),
            "through": list(one.through), "probability": strata.inclusion(one.strata, frames),
        }
        for one in drawn
    ]  # fmt: skip


def _runs(drawn: Sequence[UUID], frame: Frame) -> list[dict[str, Any]]:
    told = {"proposal_id": None, "strata": [RUNS], "through": [RUNS], "probability": frame.chance}
    return [told | {"run": run} for run in drawn]


def _lots(seed: str, pk: UUID) -> str:
    return hashlib.sha256(f"{seed}:order:{pk}".encode()).hexdigest()
