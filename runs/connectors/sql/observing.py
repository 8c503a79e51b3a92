"""The row as it stands before a write, and what a write would make of it."""

from collections.abc import Iterator
from typing import Any

from approvals.tools import Observation
from runs.connectors.sql import databases, fitting, images, restoring, writing
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.images import Image


def before_writing(definition: Definition, arguments: Any, *, workspace: str) -> Observation:
    """The values now, under the names of the arguments; a column to be emptied says both ends."""
    image = _row(definition, arguments, workspace)
    before = images.spoken(definition, image) if image else {}
    for name in getattr(arguments, "clear", None) or ():
        before[name] = {"before": before.get(name), "after": None}
    return Observation(before, images.version(image), notes=tuple(_notes(definition, arguments, image)))


def before_restoring(definition: Definition, arguments: Any, *, workspace: str) -> Observation:
    """What each column says now, and would say again."""
    image = _row(definition, arguments, workspace)
    if image is None:
        return Observation({}, images.version(None), notes=("The row is no longer there",))
    if arguments.inserted:
        before: dict[str, Any] = images.spoken(definition, image)
        before["row"] = {"before": "in the table", "after": "deleted"}
        return Observation(before, images.version(image))
    before = {part.column: {"before": image[part.column], "after": part.value} for part in arguments.columns}
    changed = restoring.moved(image, arguments)
    notes = (f"Somebody has changed {', '.join(changed)} since the write",) if changed else ()
    return Observation(before, images.version(image), notes=notes)


def _row(definition: Definition, arguments: Any, workspace: str) -> Image | None:
    with databases.reading(workspace, definition.database) as connection:
        fit = fitting.of(connection, definition, workspace)
        key = writing.key_of(definition, arguments)
        return writing.only(images.read(connection, definition, fit, key))


def _notes(definition: Definition, arguments: Any, image: Image | None) -> Iterator[str]:
    if image is None:
        yield (
            "There is no such row yet: it will be inserted"
            if definition.operation == "upsert"
            else "There is no such row: this will be refused"
        )
        return
    told = arguments.model_dump(mode="json", exclude_none=True, exclude={"clear"})
    now = images.spoken(definition, image)
    if not getattr(arguments, "clear", None) and all(now[name] == value for name, value in told.items()):
        yield "The row already says so: nothing would change"
