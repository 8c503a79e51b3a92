"""The customers of a team, in a schema of their own on the tests' server, and a tool that may change their phones."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from approvals import tools
from runs.connectors.sql import databases
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.setup import snippet
from runs.connectors.sql.tools import every

_TABLES = """
DROP SCHEMA IF EXISTS crm CASCADE;
CREATE SCHEMA crm;
CREATE TYPE crm.tier AS ENUM ('basic', 'gold');
CREATE TABLE crm.customers (
    id bigint PRIMARY KEY, name text NOT NULL, phone varchar(20), tier crm.tier NOT NULL DEFAULT 'basic',
    credit numeric(10,2) CONSTRAINT credit_is_no_debt CHECK (credit >= 0), since date, seen_at timestamptz,
    active boolean NOT NULL DEFAULT true, extra json, ref uuid, email text UNIQUE, touched int NOT NULL DEFAULT 0
);
INSERT INTO crm.customers (id, name, phone, credit, since, seen_at, extra, email) VALUES
    (1, 'Ada  Lovelace ', '+44 1', 10.50, '2020-02-29', '2026-01-02 03:04:05.678901+02', '{"b": 1,  "a": [null]}',
     'ada@example.org'),
    (2, 'Ken', NULL, NULL, NULL, NULL, NULL, 'ken@example.org');
"""
CANARY = "hunter2-canary"
DEFINITION: dict[str, Any] = {
    "database": "CRM_DSN",
    "schema": "crm",
    "table": "customers",
    "operation": "update",
    "key_columns": [{"name": "id", "type": "integer", "title": "Customer"}],
    "columns": [
        {"name": "phone", "type": "text", "nullable": True, "max_length": 30, "grounded": "text"},
        {"name": "tier", "type": "enum", "values": ["basic", "gold"]},
        {"name": "credit", "type": "decimal", "places": 3, "maximum": "5000", "nullable": True},
        {"name": "since", "type": "date", "earliest": "2000-01-01"},
        {"name": "seen_at", "type": "timestamp", "nullable": True},
        {"name": "active", "type": "boolean"},
        {"name": "extra", "type": "json", "nullable": True},
        {"name": "ref", "type": "uuid"},
        {"name": "email", "type": "text"},
    ],
    "shown": ["name"],
    "title": "Change a customer",
    "headline": "Set the phone of customer {id} to {phone}",
    "subject": "customer:{id}",
    "amount": "credit",
    "currency": "EUR",
    "risk": "medium",
}
UPSERT = DEFINITION | {
    "operation": "upsert",
    "columns": [*DEFINITION["columns"], {"name": "name", "type": "text", "max_length": 80}],
    "shown": [],
    "title": "Keep a customer",
}


@dataclass(frozen=True)
class Declared:
    definition: dict[str, Any] = field(default_factory=lambda: DEFINITION)
    name: str = "northwind.crm.set_phone"
    version: int = 1
    workspace_slug: str = "northwind"


@dataclass
class Crm:
    """``owner`` may do everything; the tools sign in as a role that may do what the snippet grants."""

    owner: psycopg.Connection[dict[str, Any]]

    context = tools.Context(workspace="northwind")

    def declare(
        self, definition: dict[str, Any] = DEFINITION, **changes: Any
    ) -> tuple[tools.Tool, tools.Tool]:
        """The write and its way back, with what the owner of the schema grants them."""
        declared = Declared(definition | changes)
        role = str(conninfo_to_dict(settings.BOOKS_DATABASE_URL)["user"])
        self.owner.execute(snippet(Definition.model_validate(declared.definition), role=role))
        write, restore = every(declared)
        return write, restore

    def row(self, number: int = 1) -> dict[str, Any] | None:
        return self.owner.execute("SELECT * FROM crm.customers WHERE id = %s", [number]).fetchone()

    def exact(self, number: int = 1) -> str | None:
        """The whole row as one text: not a blank may differ."""
        row = self.owner.execute(
            "SELECT c::text AS t FROM crm.customers c WHERE id = %s", [number]
        ).fetchone()
        return row["t"] if row else None

    def writes(self) -> list[dict[str, Any]]:
        return self.owner.execute("SELECT * FROM crm.countersign_writes ORDER BY written_at").fetchall()

    def run(self, tool: tools.Tool, key: str = "key-1", version: str = "", **told: Any) -> tools.Receipt:
        context = tools.Context(workspace="northwind", version=version)
        return tool.run(tool.Arguments.model_validate(told), key=key, context=context)

    def undo(
        self,
        tool: tools.Tool,
        restore: tools.Tool,
        told: dict[str, Any],
        receipt: tools.Receipt,
        key: str = "undo",
    ) -> tools.Receipt:
        """Take a write back the way a reversal does: from the stored arguments and receipt."""
        normal = tool.Arguments.model_validate(told).model_dump(mode="json", exclude_none=True)
        found = tool.reversal(normal, {"reference": receipt.reference, "data": receipt.data})
        assert found is not None and found[0] == restore.name
        return self.run(restore, key, **found[1])


def refused(crm: Crm, tool: tools.Tool, **told: Any) -> tools.Refused:
    """The refusal of a write, which must leave everything as it was."""
    before, writes = crm.exact(), len(crm.writes())
    with pytest.raises(tools.Refused) as refusal:
        crm.run(tool, "refused", **told)
    assert not isinstance(refusal.value, tools.Unknown)
    assert (crm.exact(), len(crm.writes())) == (before, writes)
    return refusal.value


@pytest.fixture
def crm(_prepared_books: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", settings.BOOKS_DATABASE_URL)
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True, row_factory=dict_row) as owner:
        owner.execute("SET client_min_messages = warning")
        owner.execute(_TABLES)
        yield Crm(owner)
        databases.close()
        owner.execute("DROP SCHEMA crm CASCADE")
