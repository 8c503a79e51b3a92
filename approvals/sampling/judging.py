"""A judge's verdict on one thing of a sample, given without knowing what was decided or what others found."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from approvals import decisions, ledger, locks
from approvals.actors import Actor
from approvals.models import Decision, Membership, SampleItem, SampleVerdict
from approvals.models.sample import OPEN, State
from approvals.models.workspace import Role
from approvals.sampling import closing, labelling, protocol


class NotYourSample(PermissionError):
    """Reviewers judge, and nobody their own work or anything twice."""


class JudgedAlready(LookupError):
    """Somebody was quicker, or it waits for nobody any more."""


class ReasonMissing(ValueError):
    """What is wrong has a reason."""


def judge(
    *, item: SampleItem, member: Membership, turn: int, wrong: bool, reason_code: str = "", note: str = "",
    actor: Actor, now: datetime,
) -> SampleItem:  # fmt: skip
    """Record a verdict and move the item on. ``turn`` is the number of the verdict that was asked for on the screen.

    Raises `NotYourSample`, `JudgedAlready`, `ReasonMissing`.
    """
    if wrong and reason_code not in decisions.REASONS:
        raise ReasonMissing(reason_code)
    with transaction.atomic():
        row = locks.take(SampleItem.objects).select_related("week", "proposal").get(pk=item.pk)
        answers = list(row.verdicts.order_by("number").values_list("judge", "wrong"))
        _check(row, member, turn, [judge for judge, _ in answers])
        try:
            SampleVerdict.objects.create(
                item=row, number=turn, judge=member.user, wrong=wrong, judged_at=now,
                reason_code=reason_code if wrong else "", note=note.strip() if wrong else "",
            )  # fmt: skip
        except IntegrityError as error:
            raise NotYourSample(str(error)) from error
        _move(row, [*(said for _, said in answers), wrong], turn, actor, now)
        closing.close_if_done(week=row.week, actor=actor, now=now)
    return row


def _check(row: SampleItem, member: Membership, turn: int, judges: list[int]) -> None:
    if row.week.workspace_id != member.workspace_id or not member.may(Role.REVIEWER):
        raise NotYourSample("reviewers of the workspace judge its samples")
    if row.state not in OPEN or turn != len(judges) + 1:
        raise JudgedAlready(str(row))
    if member.user_id in judges or (row.proposal is not None and _is_own(row, member)):
        raise NotYourSample("nobody judges their own work, or anything twice")


def _is_own(row: SampleItem, member: Membership) -> bool:
    own = Decision.objects.filter(proposal=row.proposal_id, reviewer=member.user_id)
    return row.proposal.proposed_by_id == member.user_id or own.exists()  # type: ignore[union-attr]


def _move(row: SampleItem, answers: list[bool], turn: int, actor: Actor, now: datetime) -> None:
    """The ledger tells that somebody judged, and what was found only once no judge is still to come."""
    row.state, row.wrong = protocol.after(answers, twice=row.twice)
    settled = row.state == State.SETTLED
    row.settled_at = now if settled else None
    row.save(update_fields=["state", "wrong", "settled_at"])
    about: dict[str, Any] = {
        "workspace_id": row.week.workspace_id,
        "actor": actor,
        "at": now,
        "proposal": row.proposal_id,
        "run": row.run,
    }
    ledger.append(kind="sample.judged", data={"sample": row.pk, "turn": turn}, **about)
    if settled:
        labelling.keep(item=row, judges=answers.count(bool(row.wrong)), now=now)
        ledger.append(
            kind="sample.settled",
            data={"sample": row.pk, "wrong": row.wrong, "judges": len(answers)},
            **about,
        )
