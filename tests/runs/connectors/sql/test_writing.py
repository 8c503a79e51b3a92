"""Writing a row of a team's table: exactly what was signed, once, and never more than one row."""

from typing import Any

import pytest

from approvals import arguments as reading
from approvals import canonical, tools
from tests.runs.connectors.sql.crm import UPSERT, Crm, refused

EVERYTHING = {
    "id": 1, "phone": "+49 30 123", "tier": "gold", "credit": "99.50", "since": "2024-02-29", "active": False,
    "seen_at": "2026-11-21T10:00:00.123456+01:00", "extra": {"z": [1, None, 1.5]}, "email": "a@example.org",
    "ref": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
}  # fmt: skip


def test_a_write_changes_the_columns_it_names_and_no_other(crm: Crm) -> None:
    tool, _ = crm.declare()
    before = crm.row()
    receipt = crm.run(tool, id=1, phone="+49 30 123")
    assert crm.row() == before | {"phone": "+49 30 123"}
    assert receipt.reference == "customers/1"
    assert (receipt.data["before"]["phone"], receipt.data["after"]["phone"]) == ("+44 1", "+49 30 123")
    assert receipt.after["phone"] == "+49 30 123" and receipt.after["name"] == "Ada  Lovelace "


def test_every_type_arrives_as_it_was_signed(crm: Crm) -> None:
    tool, _ = crm.declare()
    read = reading.read(tool, EVERYTHING)
    assert read.errors == ()
    receipt = tool.run(read.value, key="key-1", context=crm.context)
    canonical.check([receipt.after, receipt.data])
    told = {name: receipt.after[name] for name in EVERYTHING}
    told["credit"] += "0"  # the column keeps two places, the argument three
    assert told == read.normal
    assert reading.read(tool, read.normal).normal == read.normal


def test_a_column_is_emptied_by_name(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.run(tool, id=1, clear=["phone", "extra"])
    assert (crm.row()["phone"], crm.row()["extra"]) == (None, None)


@pytest.mark.parametrize(
    "told",
    [
        {"id": 1},
        {"id": 1, "phone": "  "},
        {"id": 1, "name": "Eve"},
        {"id": 1, "phone": "1", "clear": ["phone"]},
        {"id": 1, "clear": ["active"]},
        {"id": 1, "credit": "5000.01"},
        {"id": 1, "credit": "1.0001"},
        {"id": 1, "credit": "NaN"},
        {"id": 1, "credit": True},
        {"id": 1, "tier": "platinum"},
        {"id": 1, "since": "1999-12-31"},
        {"id": 1, "since": 20000},
        {"id": 1, "seen_at": "2026-11-21T10:00:00"},
        {"id": 1, "seen_at": "1760000000"},
        {"id": 1, "active": "yes"},
        {"id": 1, "ref": "no"},
        {"id": 1, "phone": "1\n2"},
        {"id": 1, "phone": "\u202e1"},
        {"id": 1, "phone": "1" * 31},
        {"id": 1, "extra": {"n": float("nan")}},
        {"id": 1, "extra": ["x" * 10_000]},
        {"id": "1; DROP TABLE crm.customers", "phone": "1"},
        {"id": None, "phone": "1"},
        {"phone": "1"},
    ],
)
def test_what_the_definition_does_not_allow_never_reaches_the_database(
    crm: Crm, told: dict[str, Any]
) -> None:
    assert reading.read(crm.declare()[0], told).errors


def test_words_that_look_like_a_statement_are_only_words(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.run(tool, id=1, email="'; DROP TABLE crm.customers; -- %s {} \\")
    assert crm.row()["email"] == "'; DROP TABLE crm.customers; -- %s {} \\"


def test_a_row_that_is_not_there_is_refused(crm: Crm) -> None:
    refusal = refused(crm, crm.declare()[0], id=99, phone="1")
    assert (refusal.code, refusal.field) == ("integration.refused", "id")


def test_a_key_of_several_rows_writes_none(crm: Crm) -> None:
    tool, _ = crm.declare(
        key_columns=[{"name": "active", "type": "boolean"}],
        columns=[{"name": "phone", "type": "text"}],
        headline="", subject="", amount="", currency="",
    )  # fmt: skip
    assert "more than one row" in refused(crm, tool, active=True, phone="1").message


def test_a_write_that_would_change_nothing_is_refused(crm: Crm) -> None:
    assert "nothing would change" in refused(crm, crm.declare()[0], id=1, phone="+44 1").message


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"credit": "-1"}, "does not allow this value (credit_is_no_debt)"),
        ({"email": "ken@example.org"}, "already holds this value"),
        ({"phone": "1" * 25}, "longer than the column"),
        ({"credit": "1.005"}, "keeps another value of credit"),
    ],
)
def test_what_the_table_refuses_or_rounds_is_refused_for_good(
    crm: Crm, told: dict[str, Any], words: str
) -> None:
    refusal = refused(crm, crm.declare()[0], id=1, **told)
    assert not isinstance(refusal, tools.Transient) and words in refusal.message
    assert "ken@example.org" not in refusal.message


def test_a_trigger_that_keeps_something_else_than_was_signed_undoes_the_write(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.owner.execute(
        "CREATE FUNCTION crm.louder() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.email := upper(NEW.email); "
        "RETURN NEW; END'; CREATE TRIGGER louder BEFORE UPDATE ON crm.customers "
        "FOR EACH ROW EXECUTE FUNCTION crm.louder()"
    )
    assert refused(crm, tool, id=1, email="new@example.org").field == "email"


def test_what_the_table_refuses_only_at_the_end_is_refused_too(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.owner.execute(
        "CREATE FUNCTION crm.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hunter2''; END'; "
        "CREATE CONSTRAINT TRIGGER no AFTER UPDATE ON crm.customers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION crm.no()"
    )
    refusal = refused(crm, tool, id=1, phone="1")
    assert refusal.code == "integration.refused" and "hunter2" not in refusal.message
    with pytest.raises(tools.Refused):
        tool.rehearse(tool.Arguments(id=1, phone="1"), key="key-1", context=crm.context)


def test_a_row_that_changed_since_it_was_signed_is_not_written(crm: Crm) -> None:
    tool, _ = crm.declare()
    seen = tool.observe(tool.Arguments(id=1, phone="1"), context=crm.context)
    crm.owner.execute("UPDATE crm.customers SET name = 'Ada' WHERE id = 1")
    with pytest.raises(tools.Refused) as refusal:
        crm.run(tool, version=seen.version, id=1, phone="1")
    assert refusal.value.code == "posting.target_changed" and crm.row()["phone"] == "+44 1"
    again = tool.observe(tool.Arguments(id=1, phone="1"), context=crm.context)
    crm.run(tool, version=again.version, id=1, phone="1")


def test_columns_nobody_is_shown_may_change_meanwhile(crm: Crm) -> None:
    tool, _ = crm.declare()
    seen = tool.observe(tool.Arguments(id=1, phone="1"), context=crm.context)
    crm.owner.execute("UPDATE crm.customers SET touched = touched + 1 WHERE id = 1")
    crm.run(tool, version=seen.version, id=1, phone="1")


def test_an_upsert_inserts_what_is_not_there_and_changes_what_is(crm: Crm) -> None:
    tool, _ = crm.declare(UPSERT)
    receipt = crm.run(tool, id=3, name="Grace", phone="1")
    assert (crm.row(3)["name"], crm.row(3)["tier"], receipt.data["before"]) == ("Grace", "basic", None)
    receipt = crm.run(tool, "key-2", id=3, phone="2")
    assert (crm.row(3)["name"], crm.row(3)["phone"]) == ("Grace", "2")
    assert receipt.data["before"]["phone"] == "1"


def test_an_insert_without_what_the_table_wants_is_refused(crm: Crm) -> None:
    assert refused(crm, crm.declare(UPSERT)[0], id=3, phone="1").field == "name"


def test_another_workspace_gets_nothing_from_the_tool(crm: Crm) -> None:
    tool, _ = crm.declare()
    for call in (tool.run, tool.look_up, tool.rehearse):
        with pytest.raises(tools.Refused):
            call(tool.Arguments(id=1, phone="1"), key="key-1", context=tools.Context(workspace="harbour"))
    assert crm.row()["phone"] == "+44 1"


def test_a_rehearsal_says_what_would_be_and_keeps_nothing(crm: Crm) -> None:
    tool, _ = crm.declare()
    before = crm.exact()
    arguments = tool.Arguments.model_validate({"id": 1, "phone": "O'1"})
    told = tool.rehearse(arguments, key="key-1", context=crm.context)
    assert told.request == 'UPDATE "crm"."customers"\nSET "phone" = \'O\'\'1\'\nWHERE "id" = \'1\''
    assert (told.would["before"]["phone"], told.would["after"]["phone"]) == ("+44 1", "O'1")
    assert crm.exact() == before and crm.writes() == []
    with pytest.raises(tools.Refused):
        tool.rehearse(tool.Arguments(id=99, phone="1"), key="key-1", context=crm.context)


def test_an_observation_shows_the_row_under_the_names_of_the_arguments(crm: Crm) -> None:
    tool, _ = crm.declare()
    seen = tool.observe(tool.Arguments(id=1, phone="1", clear=["credit"]), context=crm.context)
    assert (seen.before["phone"], seen.before["name"]) == ("+44 1", "Ada  Lovelace ")
    assert seen.before["credit"] == {"before": "10.50", "after": None}
    assert seen.before["seen_at"] == "2026-01-02T01:04:05.678901Z"
    canonical.check(seen.before)
    nobody = tool.observe(tool.Arguments(id=9, phone="1"), context=crm.context)
    assert nobody.notes == ("There is no such row: this will be refused",)
    idle = tool.observe(tool.Arguments(id=1, phone="+44 1"), context=crm.context)
    assert idle.notes == ("The row already says so: nothing would change",)


def test_a_tool_says_what_it_is(crm: Crm) -> None:
    tool, restore = crm.declare()
    arguments = tool.Arguments(id=1, credit="12.5")
    assert (tool.name, tool.version, tool.risk, tool.reversibility) == (
        "northwind.crm.set_phone",
        1,
        "medium",
        "exact",
    )
    assert (tool.idempotency, tool.grounded) == ("key", {"phone": "text"})
    assert [str(part) for part in tool.amount(arguments)] == ["12.500", "EUR"]
    assert tool.subject(arguments) == "customer:1"
    assert tool.headline({"id": 1, "phone": "x\ny"}) == "Set the phone of customer 1 to x y"
    assert "id" not in tool.editable and "phone" in tool.editable and "clear" in tool.editable
    assert (restore.name, restore.reversal_of) == ("northwind.crm.set_phone.restore", tool.name)
    assert tool.Arguments.model_json_schema()["required"] == ["id"]
