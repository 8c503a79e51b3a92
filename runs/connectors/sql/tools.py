"""A declared write and its way back, as tools like any other."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from approvals import canonical, tools
from approvals.tools import Context, Observation, Receipt, Refused, Rehearsal
from runs.connectors import templates
from runs.connectors.declared import Declared
from runs.connectors.postgres import Connection
from runs.connectors.sql import arguments as reading
from runs.connectors.sql import (
    databases,
    errors,
    fitting,
    images,
    keys,
    observing,
    requests,
    restoring,
    writing,
)
from runs.connectors.sql.definition import Definition

MAX_SECONDS = 20.0
Work = Callable[[Connection], Receipt]


class DeclaredTool(tools.Tool):
    """What a write and its way back share. The attributes stand on the instance: each is a tool of its own."""

    definition: Definition

    def __init__(self, declared: Declared) -> None:
        definition = Definition.model_validate(declared.definition)
        stated = {
            "name": declared.name, "version": declared.version, "workspace": declared.workspace_slug,
            "definition": definition, "title": definition.title, "risk": definition.risk,
            "customer_facing": definition.customer_facing, "reversibility": "exact",
            "way_back": definition.way_back, "cascade": definition.cascade, "max_seconds": MAX_SECONDS,
            "idempotency": "key" if definition.key == "table" else "none",
        }  # fmt: skip
        vars(self).update(stated)

    def subject(self, arguments: Any) -> str:
        told = arguments.model_dump(mode="json")
        if self.definition.subject:
            return templates.filled(self.definition.subject, told, 200)
        key = "/".join(str(told[column.called]) for column in self.definition.key_columns)
        return f"{self.definition.table}:{key}"[:200]

    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        work = self._work(arguments, key, context)
        try:
            with databases.writing(self.workspace, self.definition.database) as connection:
                return work(connection)
        except errors.Misfit:
            fitting.forget(self.definition, self.workspace)
            with databases.reading(self.workspace, self.definition.database) as connection:
                fitting.of(connection, self.definition, self.workspace)  # says what it is
            raise

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        return self._request(arguments)

    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        self._check_workspace(context)
        if self.definition.key != "table":
            raise tools.Unknown("outcome.unknown", "This database keeps no record of write keys")
        attempt = keys.of(key=key, workspace=self.workspace, tool=self.name, arguments=arguments)
        with databases.reading(self.workspace, self.definition.database) as connection:
            return keys.earlier(connection, self.definition, attempt)

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        """Written, read back and rolled back: triggers and constraints have spoken, and nothing is kept."""
        work = self._work(arguments, key, context)
        with databases.rehearsing(self.workspace, self.definition.database) as connection:
            receipt = work(connection)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit would
        return Rehearsal(
            request=self._request(arguments),
            would={"before": self._spoken(receipt.data.get("before")), "after": receipt.after or None},
            notes=("Tried in a transaction that was rolled back: nothing was kept",),
        )

    def _request(self, arguments: Any) -> str:
        raise NotImplementedError

    def _work(self, arguments: Any, key: str, context: Context) -> Work:
        raise NotImplementedError

    def _spoken(self, image: images.Image | None) -> dict[str, Any] | None:
        return images.spoken(self.definition, image) if image else None

    def _check_workspace(self, context: Context) -> None:
        if context.workspace != self.workspace:
            raise Refused("integration.refused", "This tool belongs to another workspace")


class WriteRow(DeclaredTool):
    """Gives one row values in columns on a list."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared)
        columns = self.definition.columns
        nullable = [column for column in columns if column.nullable and not column.required]
        editable = [column.called for column in columns if column.editable]
        if nullable and all(column.editable for column in nullable):
            editable.append("clear")
        stated = {
            "Arguments": reading.of(self.definition), "editable": tuple(editable),
            "grounded": {column.called: column.grounded for column in self.definition.every_column if column.grounded},
        }  # fmt: skip
        vars(self).update(stated)

    def amount(self, arguments: Any) -> tuple[Decimal, str] | None:
        if not self.definition.amount:
            return None
        given = getattr(arguments, self.definition.amount)
        named = self.definition.currency_argument
        currency = getattr(arguments, named) if named else self.definition.currency
        return (Decimal(given), currency or "") if given is not None else None

    def likeness(self, arguments: Any) -> str:
        return canonical.digest(arguments.model_dump(mode="json", exclude_none=True))

    def dates(self, arguments: Any) -> dict[str, Any]:
        columns = (column for column in self.definition.every_column if column.type == "date")
        told = {column.called: getattr(arguments, column.called) for column in columns}
        return {name: day for name, day in told.items() if day is not None}

    def headline(self, arguments: dict[str, Any]) -> str:
        return templates.filled(self.definition.headline, arguments) or self.title

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        found = restoring.arguments_of(self.definition, arguments, receipt.get("data", {}))
        return (restoring_name(self.name), found) if found else None

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        self._check_workspace(context)
        return observing.before_writing(self.definition, arguments, workspace=self.workspace)

    def _work(self, arguments: Any, key: str, context: Context) -> Work:
        self._check_workspace(context)
        attempt = keys.of(key=key, workspace=self.workspace, tool=self.name, arguments=arguments)
        return partial(
            writing.write,
            definition=self.definition,
            arguments=arguments,
            attempt=attempt,
            version=context.version,
        )

    def _request(self, arguments: Any) -> str:
        return requests.write(self.definition, arguments)


class RestoreRow(DeclaredTool):
    """Undoes one write of the tool it belongs to. Never named by an administrator: it comes with that tool."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared)
        stated = {
            "name": restoring_name(declared.name), "title": f"Undo: {self.definition.title}"[:80],
            "Arguments": reading.of_restore(self.definition), "editable": (), "grounded": {},
            "reversal_of": declared.name, "reversibility": "compensating", "way_back": "",
        }  # fmt: skip
        vars(self).update(stated)

    def likeness(self, arguments: Any) -> str:
        return str(arguments.write)

    def headline(self, arguments: dict[str, Any]) -> str:
        told = templates.filled(self.definition.headline, arguments) if self.definition.headline else ""
        return f"Undo: {told or self.definition.title}"

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """Columns can be put forward again; a row that was deleted is inserted anew by whoever wants it."""
        found = restoring.arguments_of(self.definition, arguments, receipt.get("data", {}))
        return (self.name, found) if found else None

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        self._check_workspace(context)
        return observing.before_restoring(self.definition, arguments, workspace=self.workspace)

    def _work(self, arguments: Any, key: str, context: Context) -> Work:
        self._check_workspace(context)
        attempt = keys.of(key=key, workspace=self.workspace, tool=self.name, arguments=arguments)
        return partial(restoring.restore, definition=self.definition, arguments=arguments, attempt=attempt)

    def _request(self, arguments: Any) -> str:
        return requests.restore(self.definition, arguments)


def restoring_name(name: str) -> str:
    return f"{name}.restore"


def build(declared: Declared) -> tools.Tool:
    """The write itself. Raises `pydantic.ValidationError` for a definition that is not one."""
    return WriteRow(declared)


def every(declared: Declared) -> tuple[tools.Tool, ...]:
    """All tools that come with the definition: the write, and its way back."""
    return WriteRow(declared), RestoreRow(declared)
