"""What a week's review wants done: by a team, until a day, and done by somebody."""

from datetime import date, datetime

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership, Workspace
from approvals.oversight.weeks import Week
from exceptions import cases
from exceptions.models import NextAction, Team

SHOWN = 50


class NotYours(PermissionError):
    """Only ops owners and admins say what is done next."""


class DoneAlready(LookupError):
    """Somebody was quicker."""


def decide(
    *, member: Membership, week: Week, text: str, owner: Team, due_on: date, actor: Actor, now: datetime
) -> NextAction:
    """Raises `NotYours`, `cases.OtherWorkspace`."""
    if not cases.handles(member):
        raise NotYours("this needs the role ops owner or admin")
    if owner.workspace_id != member.workspace_id:
        raise cases.OtherWorkspace(owner.name)
    with transaction.atomic():
        made = NextAction.objects.create(
            workspace_id=member.workspace_id, week=week.monday, text=text, owner=owner, due_on=due_on,
            made_by=member.user, created_at=now,
        )  # fmt: skip
        ledger.append(
            workspace_id=member.workspace_id, kind="action.decided", actor=actor, at=now,
            data={"action": made.pk, "team": owner.pk},
        )  # fmt: skip
    return made


def finish(*, action: NextAction, member: Membership, actor: Actor, now: datetime) -> None:
    """Raises `NotYours`, `DoneAlready`."""
    if action.workspace_id != member.workspace_id or not cases.handles(member):
        raise NotYours("this needs the role ops owner or admin")
    with transaction.atomic():
        open_one = NextAction.objects.filter(pk=action.pk, done_at__isnull=True)
        if not open_one.update(done_at=now, done_by=member.user):
            raise DoneAlready(action.text)
        ledger.append(
            workspace_id=action.workspace_id,
            kind="action.done",
            actor=actor,
            at=now,
            data={"action": action.pk},
        )


def of(workspace: Workspace, week: Week) -> list[NextAction]:
    """What is still to do, the earliest day first; then what was done in the week."""
    rows = NextAction.objects.filter(workspace=workspace).select_related("owner", "done_by", "case")
    to_do = rows.filter(done_at__isnull=True).order_by("due_on", "id")[:SHOWN]
    done = rows.filter(done_at__gte=week.since, done_at__lt=week.until).order_by("-done_at")[:SHOWN]
    return [*to_do, *done]
