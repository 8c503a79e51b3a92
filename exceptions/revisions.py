"""Revisions: what somebody made of a class, a plan, a team, the rules or a channel, version by version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from exceptions.models import Revision

Content = dict[str, Any]
Words = Callable[[Content], dict[str, str]]
SHOWN = 50


class StaleVersion(LookupError):
    """Somebody made that version already. Read it again."""


@dataclass(frozen=True)
class Version:
    """One line of a history."""

    revision: Revision
    changes: list[dict[str, str]]


def keep(
    *,
    workspace_id: int,
    kind: str,
    key: str,
    version: int,
    content: Content,
    by: int | None,
    now: datetime,
    before: Content | None = None,
) -> None:
    """Write the version down, in the caller's transaction. ``before`` is what it followed, kept where nobody did: what
    was shipped, for one. Raises `StaleVersion`.
    """
    told = {"workspace_id": workspace_id, "kind": kind, "key": key, "at": now}
    if before is not None and version > 1:
        shipped = Revision(version=version - 1, content=before, by=None, **told)
        Revision.objects.bulk_create([shipped], ignore_conflicts=True)
    try:
        with transaction.atomic():
            Revision.objects.create(version=version, content=content, by_id=by, **told)
    except IntegrityError as error:
        raise StaleVersion(f"{kind} {key}, version {version}") from error


def latest(workspace_id: int, kind: str, key: str) -> int:
    """The number of the newest version, 0 before the first."""
    rows = Revision.objects.filter(workspace_id=workspace_id, kind=kind, key=key).order_by("-version")
    return rows.values_list("version", flat=True).first() or 0


def history(workspace_id: int, kind: str, key: str, words: Words) -> list[Version]:
    """The newest versions first, each with what it changed. ``words`` tells a content as label and value."""
    rows = list(
        Revision.objects.filter(workspace_id=workspace_id, kind=kind, key=key)
        .select_related("by")
        .order_by("-version")[: SHOWN + 1]
    )
    older: Sequence[Revision | None] = [*rows[1:], None][: len(rows)]
    lines = [
        Version(row, differences(words(was.content) if was else {}, words(row.content)) if was else [])
        for row, was in zip(rows, older, strict=True)
    ]
    return lines[:SHOWN]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, str]]:
    """What is said otherwise than before: label, before and after."""
    labels = dict.fromkeys([*before, *after])
    return [
        {"label": label, "before": before.get(label, ""), "after": after.get(label, "")}
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]
