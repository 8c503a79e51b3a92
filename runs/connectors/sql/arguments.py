"""The arguments of a declared write, one for each column on the list, and of the write that takes it back."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)

from approvals import tools
from runs.connectors.sql import kinds
from runs.connectors.sql.columns import Column
from runs.connectors.sql.definition import Definition
from runs.connectors.values import blank_is_nothing


def of(definition: Definition) -> type[tools.Arguments]:
    """The key is always told, and at least one column is written or cleared."""
    told: dict[str, Any] = {column.called: _field(column, required=True) for column in definition.key_columns}
    for column in definition.columns:
        told[column.called] = _field(column, required=column.required)
    may_clear = [column.called for column in definition.columns if column.nullable and not column.required]
    if may_clear:
        told["clear"] = (
            Annotated[tuple[Literal[tuple(may_clear)], ...], AfterValidator(_in_order)] | None,  # type: ignore[misc]
            Field(None, description="Columns to empty"),
        )
    writable = tuple(column.called for column in definition.columns)
    validator: Any = model_validator(mode="after")(_writes_something(writable))
    return create_model(
        "Arguments",
        __base__=tools.Arguments,
        __doc__=f"One row of {definition.table}.",
        __validators__={"something_is_written": validator},
        **told,
    )


class Restored(BaseModel):
    """A column as it was, and as the write ``left`` it, in PostgreSQL's own spelling; null is absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    value: str | None = None
    left: str | None = None


class RestoreBase(tools.Arguments):
    """What of a row is put back. ``write`` names the write that is undone; a row it inserted is deleted."""

    write: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
    inserted: bool = False
    row: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    columns: Annotated[list[Restored], Field(max_length=40)] = []

    @model_validator(mode="after")
    def something_is_put_back(self) -> Self:
        if self.inserted != (self.row is not None) or self.inserted == bool(self.columns):
            raise ValueError("either columns are put back, or the row that was inserted is deleted")
        return self


def of_restore(definition: Definition) -> type[RestoreBase]:
    told: dict[str, Any] = {column.called: _field(column, required=True) for column in definition.key_columns}
    names: Any = Literal[tuple(column.name for column in definition.columns)]
    restored = create_model("Restored", __base__=Restored, column=(names, ...))
    told["columns"] = (Annotated[list[restored], Field(max_length=40)], [])  # type: ignore[valid-type]
    return create_model("Restore", __base__=RestoreBase, **told)


def _writes_something(writable: tuple[str, ...]) -> Callable[[Any], Any]:
    def something_is_written(self: Any) -> Any:
        cleared = getattr(self, "clear", None) or ()
        told = [name for name in writable if getattr(self, name) is not None]
        both = [name for name in told if name in cleared]
        if both:
            raise ValueError(f"{', '.join(both)} cannot be written and cleared at once")
        if not told and not cleared:
            raise ValueError("nothing is written: name at least one column")
        return self

    return something_is_written


def _field(column: Column, *, required: bool) -> tuple[Any, Any]:
    about = Field(
        ... if required else None, title=column.title or None, description=column.description or None
    )
    if required:
        return kinds.of(column), about
    return Annotated[kinds.of(column) | None, BeforeValidator(blank_is_nothing)], about


def _in_order(names: tuple[str, ...]) -> tuple[str, ...] | None:
    return tuple(sorted(set(names))) or None
