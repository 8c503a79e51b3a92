"""Locks on rows, held until the transaction ends. Only who changes rows waits for them: who refers to them goes on."""

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

Row = TypeVar("Row", bound=Model)


def take(rows: QuerySet[Row] | Manager[Row], *and_of: str, skip: bool = False) -> QuerySet[Row]:
    """These rows, and those of the relations named, each one's own until the transaction ends.

    FOR NO KEY UPDATE: keys never change here, and a plain FOR UPDATE makes every check of a foreign key wait, at
    COMMIT, for whoever waits for what that transaction wrote: a deadlock. ``skip``: not those another has locked.
    """
    return rows.select_for_update(of=("self", *and_of), no_key=True, skip_locked=skip)
