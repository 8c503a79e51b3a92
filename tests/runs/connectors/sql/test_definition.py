"""What an administrator may declare: checked before it is kept, and against the table before it is used."""

from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from approvals import tools
from approvals.answering import argument_kinds
from runs.api import answers
from runs.connectors.declared import complaints
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.setup import snippet
from runs.connectors.sql.tools import every
from tests.runs.connectors.sql.crm import DEFINITION, UPSERT, Crm, Declared, refused

PHONE = {"name": "phone", "type": "text"}


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"database": "postgresql://u:p@h/d"}, "database", "pattern"),
        ({"where": "1=1"}, "where", "not permitted"),
        ({"operation": "delete"}, "operation", "update"),
        ({"key_columns": []}, "key_columns", "at least 1"),
        ({"columns": [PHONE, PHONE]}, "definition", "phone is named twice"),
        ({"columns": [{"name": "id", "type": "integer"}]}, "definition", "id is named twice"),
        ({"columns": [PHONE | {"type": "float"}]}, "columns/0/type", "text"),
        ({"columns": [PHONE | {"maximum": 3}]}, "columns/0", "maximum bounds decimal and integer"),
        ({"columns": [PHONE | {"min_length": 5, "max_length": 2}]}, "columns/0", "min_length is more"),
        ({"columns": [PHONE | {"pattern": "("}]}, "columns/0", "not a regular expression"),
        ({"columns": [{"name": "tier", "type": "enum"}]}, "columns/0", "lists its values"),
        ({"columns": [{"name": "json", "type": "json"}]}, "columns/0", "taken as a name"),
        ({"columns": [{"name": "clear", "type": "text"}]}, "columns/0", "taken as a name"),
        ({"columns": [{"name": "Größe", "type": "text"}]}, "columns/0", "give 'Größe' an argument"),
        ({"columns": [PHONE | {"name": "a\x00b"}]}, "columns/0/name", "pattern"),
        ({"headline": "{id.__class__}"}, "definition", "nothing else between braces"),
        ({"headline": "{id!r}"}, "definition", "nothing else"),
        ({"headline": "{salary}"}, "definition", "speaks of salary"),
        ({"headline": "{"}, "definition", "cannot be read"),
        ({"subject": "{phone}"}, "definition", "speaks of phone"),
        ({"amount": "phone"}, "definition", "decimal or integer"),
        ({"currency": ""}, "definition", "either a currency"),
        ({"table": "countersign_writes"}, "definition", "ours"),
        ({"risk": "none"}, "risk", "low"),
        ({"customer_facing": "no"}, "customer_facing", "boolean"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_with_the_place_and_a_reason(
    changes: dict[str, Any], where: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(DEFINITION | changes)
    found = dict(complaints(refusal.value))
    assert words in found[where]
    assert "postgresql://" not in str(found)


def test_agents_and_forms_can_read_what_a_tool_takes() -> None:
    write, restore = _declared(DEFINITION)
    schema = answers.tool(write)["arguments"]
    jsonschema.validate({"id": 1, "phone": "1", "clear": ["credit"]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": 1, "name": "Eve"}, schema)
    kinds = {name: kind.kind for name, kind in argument_kinds.of(write).items()}
    assert kinds == {
        "id": "number", "phone": "text", "tier": "choice", "credit": "money", "since": "date", "seen_at": "moment",
        "active": "flag", "extra": "json", "ref": "text", "email": "text", "clear": "items",
    }  # fmt: skip
    assert argument_kinds.of(restore)["columns"].kind == "rows"


def test_a_column_whose_name_no_argument_can_have_gets_another() -> None:
    column = {"name": "Größe (cm)", "argument": "height", "type": "integer"}
    told = Definition.model_validate(
        DEFINITION | {"columns": [column], "headline": "", "amount": "", "currency": ""}
    )
    assert told.columns[0].called == "height"


def test_the_schema_says_all_an_administrator_may_write() -> None:
    schema = Definition.model_json_schema()
    assert {"database", "schema", "table", "operation", "key_columns", "columns"} <= schema[
        "properties"
    ].keys()
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"table": "nothing"}, "no table nothing"),
        ({"schema": 'crm"; DROP SCHEMA crm; --'}, "no table customers"),
        ({"columns": [{"name": "fax", "type": "text"}]}, "no column fax"),
        ({"columns": [{"name": "touched", "type": "text"}]}, "touched is integer, not text"),
        ({"shown": ["secret"]}, "no column secret"),
    ],
)
def test_a_table_that_is_otherwise_than_declared_is_refused_by_name(
    crm: Crm, changes: dict[str, Any], words: str
) -> None:
    plain = DEFINITION | {"headline": "", "amount": "", "currency": ""}
    crm.declare()
    crm.owner.execute("GRANT SELECT ON crm.customers TO books_poster")
    tool, _ = _declared(plain | changes)
    told = {"id": 1} | {column["name"]: "1" for column in (plain | changes)["columns"][:1]}
    assert words in refused(crm, tool, **told).message


def test_what_the_role_may_not_do_is_said_before_anything_is_tried(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.owner.execute("REVOKE UPDATE (email) ON crm.customers FROM books_poster")
    refusal = refused(crm, tool, id=1, email="new@example.org")
    assert (refusal.code, refusal.message) == ("integration.auth", "We may not write the column email")
    crm.owner.execute("GRANT UPDATE (email) ON crm.customers TO books_poster")
    crm.run(tool, id=1, email="new@example.org")


def test_a_view_is_not_written_through(crm: Crm) -> None:
    crm.owner.execute("CREATE VIEW crm.seen AS SELECT * FROM crm.customers")
    tool, _ = crm.declare(table="seen")
    assert "not a table" in refused(crm, tool, id=1, phone="1").message


def test_an_upsert_needs_a_unique_key(crm: Crm) -> None:
    tool, _ = crm.declare(UPSERT | {"key_columns": [{"name": "touched", "type": "integer"}], "headline": "",
                                    "subject": ""})  # fmt: skip
    assert "unique index" in refused(crm, tool, touched=5, name="x").message


def test_a_schema_without_the_key_table_is_told_what_is_missing(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.owner.execute("DROP TABLE crm.countersign_writes")
    with pytest.raises(tools.Refused, match=r"its owner runs setup.sql"):
        crm.run(tool, id=1, phone="1")
    assert crm.row()["phone"] == "+44 1"


def test_a_table_that_changes_under_a_running_worker_is_looked_at_anew(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.run(tool, id=1, phone="1")
    crm.owner.execute("ALTER TABLE crm.customers RENAME COLUMN phone TO telephone")
    for _ in range(2):
        with pytest.raises(tools.Refused) as refusal:
            crm.run(tool, "key-2", id=1, phone="2")
        assert refusal.value.code == "integration.refused"
    crm.owner.execute("ALTER TABLE crm.customers RENAME COLUMN telephone TO phone")
    crm.run(tool, "key-2", id=1, phone="2")


def test_the_snippet_grants_what_is_needed_and_quotes_what_it_is_given(crm: Crm) -> None:
    crm.declare()
    crm.declare()
    rights = crm.owner.execute(
        "SELECT has_table_privilege('books_poster', 'crm.customers', 'DELETE') AS d, "
        "has_table_privilege('books_poster', 'crm.customers', 'UPDATE') AS u, "
        "has_table_privilege('books_poster', 'crm.countersign_writes', 'UPDATE') AS k"
    ).fetchone()
    assert rights == {"d": False, "u": False, "k": False}
    told = snippet(Definition.model_validate(DEFINITION | {"table": 'a"b'}), role="x; DROP")
    assert '"a""b"' in told and '"x; DROP"' in told


def _declared(definition: dict[str, Any]) -> tuple[tools.Tool, ...]:
    return every(Declared(definition))
