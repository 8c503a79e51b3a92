"""What a person says about a redrive: look at it, confirm it, stop it, let it go on. Workers do the rest."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from approvals import ledger, policies, tools
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases
from exceptions.models import Case
from runs.models import Redrive, RedriveLine
from runs.models.redrive import LineState, State
from runs.redriving import freezing
from runs.redriving.freezing import Frozen

ALONE = 100  # more than so many writes take a second person
GOOD_FOR = timedelta(minutes=30)  # a preview older than this is looked at anew
LONGEST_REASON = 500


class NothingToSend(LookupError):
    """No open failure of the case has a write that could be sent again."""


class NotOffered(ValueError):
    """Failures of this class are not sent again: something has to change first."""


class MissingReason(ValueError):
    """Whoever sends many again says what has changed."""


class SecondPersonWanted(PermissionError):
    """So many, or so much money, takes somebody else's confirmation."""


class LookAgain(LookupError):
    """The preview is too old, is being made, or was confirmed before."""


class AnotherRuns(LookupError):
    """One redrive of a case at a time."""


def preview(*, case: Case, member: Membership, actor: Actor, now: datetime) -> Redrive:
    """Freeze what would be sent; a worker looks at the targets. An earlier preview that nobody confirmed is dropped.

    Raises `cases.NotYourCase`, `NotOffered`, `NothingToSend`.
    """
    cases.of_member(member, case)
    if "retry" not in case.failure_class.resolutions:
        raise NotOffered(case.failure_class.code)
    with transaction.atomic():
        Redrive.objects.filter(case=case, state=State.PREVIEWED).update(
            state=State.DONE, finished_at=now, next_at=None, why_stopped="Looked at again"
        )
        made = Redrive.objects.create(
            workspace_id=case.workspace_id, case=case, made_by=member.user, created_at=now, next_at=now
        )
        frozen = freezing.freeze(made)
        if not frozen.writes:
            raise NothingToSend(case.public_id)
        made.money = {currency: str(amount) for currency, amount in frozen.money.items()}
        made.wants_second = frozen.writes > ALONE or _is_dear(case, frozen, now)
        made.save(update_fields=["money", "wants_second"])
        ledger.append_many(
            [entry(made, "redrive.previewed", actor, now, writes=frozen.writes, lines=frozen.lines)]
        )
    return made


def _is_dear(case: Case, frozen: Frozen, now: datetime) -> bool:
    """Whether the whole is above what one signature covers, by the policy of any tool in it."""
    for name in frozen.tools:
        try:
            policy = policies.current(workspace=case.workspace, tool=tools.get(name), now=now)
        except tools.UnknownTool:
            return True
        above = policy.second_above
        if above is not None and any(
            currency != policy.currency or amount > above for currency, amount in frozen.money.items()
        ):
            return True
    return False


def confirm(*, redrive: Redrive, member: Membership, reason: str, actor: Actor, now: datetime) -> Redrive:
    """Send the first. Raises `cases.NotYourCase`, `MissingReason`, `SecondPersonWanted`, `LookAgain`, `AnotherRuns`."""
    cases.of_member(member, redrive.case)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise MissingReason(redrive.public_id)
    if redrive.wants_second and redrive.made_by_id == member.user_id:
        raise SecondPersonWanted(redrive.public_id)
    ready = Redrive.objects.filter(
        pk=redrive.pk, state=State.PREVIEWED, next_at__isnull=True, created_at__gt=now - GOOD_FOR
    )
    try:
        with transaction.atomic():
            if not ready.update(
                state=State.CANARY, reason=reason, confirmed_by=member.user, confirmed_at=now, next_at=now
            ):
                raise LookAgain(redrive.public_id)
            ledger.append_many([entry(redrive, "redrive.confirmed", actor, now)])
    except IntegrityError as error:
        raise AnotherRuns(redrive.public_id) from error
    redrive.refresh_from_db()
    return redrive


def stop(*, redrive: Redrive, member: Membership, actor: Actor, now: datetime) -> None:
    """Send no more. What was sent goes its way. Raises `cases.NotYourCase`, `LookAgain`."""
    cases.of_member(member, redrive.case)
    under_way = Redrive.objects.filter(pk=redrive.pk, state__in=[State.CANARY, State.RUNNING])
    with transaction.atomic():
        if not under_way.update(state=State.STOPPED, why_stopped=f"{member.user} stopped it"):
            raise LookAgain(redrive.public_id)
        ledger.append_many([entry(redrive, "redrive.stopped", actor, now, why="person")])


def go_on(*, redrive: Redrive, member: Membership, actor: Actor, now: datetime) -> None:
    """Begin anew with one, then ten, of what is left. Raises `cases.NotYourCase`, `SecondPersonWanted`, `LookAgain`."""
    cases.of_member(member, redrive.case)
    if redrive.wants_second and redrive.made_by_id == member.user_id:
        raise SecondPersonWanted(redrive.public_id)
    with transaction.atomic():
        if not Redrive.objects.filter(pk=redrive.pk, state=State.STOPPED).update(
            state=State.CANARY, why_stopped="", confirmed_at=now, next_at=now
        ):
            raise LookAgain(redrive.public_id)
        ledger.append_many([entry(redrive, "redrive.went_on", actor, now)])


def give_up(*, redrive: Redrive, member: Membership, actor: Actor, now: datetime) -> None:
    """Leave what is left where it lies: in the case. Raises `cases.NotYourCase`, `LookAgain`."""
    cases.of_member(member, redrive.case)
    with transaction.atomic():
        if not Redrive.objects.filter(pk=redrive.pk, state__in=[State.PREVIEWED, State.STOPPED]).update(
            state=State.DONE, finished_at=now, next_at=None
        ):
            raise LookAgain(redrive.public_id)
        RedriveLine.objects.filter(redrive=redrive, state=LineState.WAITING).update(
            state=LineState.SKIPPED, why="Not sent"
        )
        ledger.append_many([entry(redrive, "redrive.finished", actor, now, why="person")])


def entry(redrive: Redrive, kind: str, actor: Actor, now: datetime, **data: int | str) -> ledger.Fact:
    return ledger.entry(
        workspace_id=redrive.workspace_id, kind=kind, actor=actor, at=now, case=redrive.case_id,
        data={"redrive": redrive.public_id} | data,
    )  # fmt: skip
