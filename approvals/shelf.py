"""Declared tools as instances, kept by name and version. What a version says never changes, so it is built once.

Which version is the newest is asked once a second and workspace at most, however many rows of a page name its tools.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import structlog
from django.apps import apps

from approvals import canonical, kinds

if TYPE_CHECKING:
    from approvals.models import DeclaredTool
    from approvals.tools import Tool

SECONDS = 1.0
MOST_TOOLS, MOST_WORKSPACES = 2_000, 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Newest:
    version: int
    is_live: bool


_built: OrderedDict[tuple[str, int], Tool] = OrderedDict()
_newest: OrderedDict[str, tuple[float, dict[str, _Newest]]] = OrderedDict()
_changing = Lock()


def find(name: str, version: int | None = None) -> Tool | None:
    """The tool of that name: of that version, else of the newest, retired or not."""
    slug, base = _parted(name)
    if version is None:
        newest = _of(slug).get(base)
        if newest is None:
            return None
        version = newest.version
    return _kept(name, version) or _build(name, base, version)


def is_live(name: str, version: int) -> bool:
    """Whether this is the newest version, and nobody retired it."""
    slug, base = _parted(name)
    return _of(slug).get(base) == _Newest(version, is_live=True)


def live(slug: str) -> list[Tool]:
    """The tools of a workspace in their newest versions, without those that were retired, by name."""
    found: dict[str, Tool] = {}
    for base, newest in _of(slug).items():
        if newest.is_live and (_kept(base, newest.version) or _build(base, base, newest.version)):
            with _changing:
                same = [tool for (name, version), tool in _built.items()
                        if version == newest.version and _parted(name)[1] == base]  # fmt: skip
            found |= {tool.name: tool for tool in same}
    return [found[name] for name in sorted(found)]


def forget(slug: str = "") -> None:
    """Ask again which versions there are; without a workspace, forget everything."""
    with _changing:
        if slug:
            _newest.pop(slug, None)
        else:
            _newest.clear()
            _built.clear()


def _parted(name: str) -> tuple[str, str]:
    """The workspace, and the name under which it was declared: a way back is called after what it takes back."""
    slug, _, rest = name.partition(".")
    return slug, f"{slug}.{rest.partition('.')[0]}"


def _of(slug: str) -> dict[str, _Newest]:
    known = _newest.get(slug)
    if known is not None and time.monotonic() - known[0] < SECONDS:
        return known[1]
    asked_at = time.monotonic()
    rows = _rows().objects.filter(workspace__slug=slug).order_by("name", "-version").distinct("name")
    found = {
        name: _Newest(version, retired_at is None)
        for name, version, retired_at in rows.values_list("name", "version", "retired_at")
    }
    with _changing:
        _newest[slug] = (asked_at, found)
        _newest.move_to_end(slug)
        while len(_newest) > MOST_WORKSPACES:
            _newest.popitem(last=False)
    return found


def _kept(name: str, version: int) -> Tool | None:
    return _built.get((name, version))


def _build(name: str, base: str, version: int) -> Tool | None:
    row = _rows().objects.select_related("workspace").filter(name=base, version=version).first()
    if row is None:
        return None
    try:
        made = built(row)
    except (kinds.UnknownKind, kinds.NotADefinition, ValueError) as error:
        log.error("tool.not_built", tool=name, version=version, error=type(error).__name__)
        return None
    with _changing:
        for tool in made:
            _built[(tool.name, version)] = tool
        while len(_built) > MOST_TOOLS:
            _built.popitem(last=False)
    return next((tool for tool in made if tool.name == name), None)


def built(row: DeclaredTool) -> list[Tool]:
    """The row as tools. A definition that is not what its digest was taken over is none."""
    definition = row.definition
    if canonical.digest(definition) != row.digest:
        raise ValueError("the definition is not what was declared")
    told = kinds.Declared(row.name, row.version, row.workspace.slug, definition)
    return list(kinds.get(row.kind).build(told))


def _rows() -> type[DeclaredTool]:
    # the registry of tools is imported before there are models
    model: type[DeclaredTool] = apps.get_model("approvals", "DeclaredTool")
    return model
