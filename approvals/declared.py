"""Tools that admins declare: a new version is a new row, and retiring keeps what was proposed answerable.

A retired tool can be named by nothing new. What was proposed before stays before its reviewers, what was approved runs
in the version that was signed, and what was written can be undone; whoever wants to stop that too pauses the tool.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from approvals import canonical, kinds, ledger, locks, shelf, sources, tools
from approvals.actors import Actor
from approvals.models import DeclaredTool, Proposal, Workspace
from approvals.models.proposal import State

LONGEST_NAME = 30  # what comes with a tool is called after it: the columns have room for both


class NameTaken(LookupError):
    """A tool of that name exists: add a version to it, or choose another name."""


class StaleTool(LookupError):
    """Somebody declared another version, or retired it, since this one was looked at. Look again."""


class SameTool(ValueError):
    """The newest version says exactly this."""


class AlreadyRetired(LookupError):
    """The tool was retired before."""


def checked(
    *, workspace: Workspace, name: str, version: int, kind: str, source: str
) -> tuple[dict[str, Any], list[tools.Tool]]:
    """What a source says, and the tools it makes. Raises `sources.NotJson`, `kinds.NotADefinition`."""
    definition = sources.read(source)
    made = kinds.get(kind).build(kinds.Declared(name, version, workspace.slug, definition))
    return definition, list(made)


def full_name(workspace: Workspace, name: str) -> str:
    """``create_ticket`` of northwind is ``northwind.create_ticket``."""
    return f"{workspace.slug}.{name}"


@dataclass(frozen=True)
class Ready:
    """A version that could be declared now: its full name, what it makes, and the version before it."""

    name: str
    digest: str
    made: list[tools.Tool]
    before: DeclaredTool | None


def ready(*, workspace: Workspace, name: str, kind: str, source: str, seen_version: int = 0) -> Ready:
    """What `declare` would declare. Raises what it does."""
    whole = full_name(workspace, name)
    _refuse_taken(workspace, whole, seen_version)
    definition, made = checked(
        workspace=workspace, name=whole, version=seen_version + 1, kind=kind, source=source
    )
    digest = canonical.digest(definition)
    before = newest(workspace, whole)
    if before is not None and before.retired_at is None and (before.kind, before.digest) == (kind, digest):
        raise SameTool(whole)
    return Ready(whole, digest, made, before)


def declare(
    *,
    workspace: Workspace,
    name: str,
    kind: str,
    source: str,
    by: int | None,
    actor: Actor,
    now: datetime,
    seen_version: int = 0,
) -> DeclaredTool:
    """The first version of a tool (``seen_version`` 0), or the one after ``seen_version``; one that was retired is
    back. Raises `NameTaken`, `StaleTool`, `SameTool`, `sources.NotJson`, `kinds.NotADefinition`.
    """
    it = ready(workspace=workspace, name=name, kind=kind, source=source, seen_version=seen_version)
    try:
        with transaction.atomic():
            row = DeclaredTool.objects.create(
                workspace=workspace, name=it.name, version=seen_version + 1, kind=kind, title=it.made[0].title,
                source=source, digest=it.digest, created_at=now, created_by_id=by,
            )  # fmt: skip
            _record("tool.declared", row, actor, now, made=kind, definition=it.digest)
    except IntegrityError:
        raise StaleTool(it.name) from None
    shelf.forget(workspace.slug)
    return row


def retire(*, tool: DeclaredTool, actor: Actor, now: datetime) -> None:
    """Nothing new may name it. Raises `AlreadyRetired`, or `StaleTool` when it is no longer the newest version."""
    with transaction.atomic():
        locks.take(Workspace.objects).get(pk=tool.workspace_id)
        later = newest(tool.workspace, tool.name)
        if later is None or later.pk != tool.pk:
            raise StaleTool(tool.name)
        if not DeclaredTool.objects.filter(pk=tool.pk, retired_at__isnull=True).update(retired_at=now):
            raise AlreadyRetired(tool.name)
        _record("tool.retired", tool, actor, now)
    tool.retired_at = now
    shelf.forget(tool.workspace.slug)


def newest(workspace: Workspace, name: str) -> DeclaredTool | None:
    """The latest version, retired or not."""
    return DeclaredTool.objects.filter(workspace=workspace, name=name).order_by("-version").first()


def of_workspace(workspace: Workspace) -> list[DeclaredTool]:
    """The newest version of each, retired ones included, by name."""
    rows = DeclaredTool.objects.filter(workspace=workspace).select_related("created_by")
    return list(rows.order_by("name", "-version").distinct("name"))


def versions(workspace: Workspace, name: str) -> list[DeclaredTool]:
    """Every version, the newest first."""
    rows = DeclaredTool.objects.filter(workspace=workspace, name=name).select_related("created_by")
    return list(rows.order_by("-version"))


def pending(tool: DeclaredTool, most: int) -> int:
    """How many proposals of it wait for an answer, counted up to ``most``."""
    names = {tool.name, *(made.name for made in shelf.built(tool))}
    waiting = Proposal.objects.filter(workspace_id=tool.workspace_id, tool__in=names, state=State.PENDING)
    return waiting.filter(drill=False)[:most].count()


def _refuse_taken(workspace: Workspace, name: str, seen_version: int) -> None:
    """A name of ours stays ours, and the first version of a name is declared once."""
    if any(tool.name == name or tool.name.startswith(f"{name}.") for tool in tools.every()):
        raise NameTaken(name)
    known = newest(workspace, name)
    if known is not None and seen_version == 0:
        raise NameTaken(name)
    if (known.version if known else 0) != seen_version:
        raise StaleTool(name)


def _record(kind: str, row: DeclaredTool, actor: Actor, now: datetime, **more: Any) -> None:
    data = {"tool": row.name, "version": row.version} | more
    ledger.append(workspace_id=row.workspace_id, kind=kind, actor=actor, at=now, data=data)
