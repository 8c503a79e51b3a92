"""What an owner found behind a case: data, prompt, knowledge or process. The week's review counts them."""

from datetime import datetime

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases
from exceptions.models import Case
from exceptions.models.case import Cause


class UnknownCause(ValueError):
    """Not one of the causes that are counted."""


def label(*, case: Case, cause: str, member: Membership, actor: Actor, now: datetime) -> Case:
    """Name what is behind it, or with an empty word take the name back. Raises `NotYourCase`, `UnknownCause`."""
    cases.of_member(member, case)
    if cause and cause not in Cause.values:
        raise UnknownCause(cause)
    with transaction.atomic():
        changed = Case.objects.filter(pk=case.pk).exclude(cause=cause).update(cause=cause)
        if changed:
            case.cause = cause
            ledger.append(
                workspace_id=case.workspace_id, kind="case.labelled", actor=actor, at=now, case=case.id,
                data={"cause": cause},
            )  # fmt: skip
    return case


def choices(case: Case) -> list[dict[str, object]]:
    """The causes as buttons say them."""
    return [
        {"code": code, "label": label.partition(":")[0].capitalize(), "help": label.partition(": ")[2],
         "current": code == case.cause}
        for code, label in Cause.choices
    ]  # fmt: skip
