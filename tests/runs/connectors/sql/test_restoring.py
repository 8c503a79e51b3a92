"""The way back of a write: exact to the last blank, never over what somebody did since, never pretended."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from approvals import arguments as reading
from approvals import tools
from runs.connectors.sql.tools import every
from tests.runs.connectors.sql.crm import DEFINITION, UPSERT, Crm, Declared
from tests.runs.connectors.sql.test_writing import EVERYTHING

PHONE = {"column": "phone", "value": "+44 1", "left": "1"}


def test_everything_a_write_changed_is_put_back_to_the_letter(crm: Crm) -> None:
    tool, restore = crm.declare()
    before = crm.exact()
    receipt = crm.run(tool, **EVERYTHING)
    assert crm.exact() != before
    undone = crm.undo(tool, restore, EVERYTHING, receipt)
    assert crm.exact() == before
    assert undone.after["phone"] == "+44 1"


@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    was=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    wanted=st.text(max_size=40),
)
def test_any_text_is_written_exactly_or_refused_and_what_was_there_comes_back(
    crm: Crm, was: str, wanted: str
) -> None:
    tool, restore = crm.declare()
    crm.owner.execute("DELETE FROM crm.countersign_writes")
    crm.owner.execute("UPDATE crm.customers SET email = %s WHERE id = 1", [was])
    read = reading.read(tool, {"id": 1, "email": wanted})
    if read.value is None or read.normal["email"] == was:
        return
    receipt = tool.run(read.value, key="key-1", context=crm.context)
    assert crm.row()["email"] == read.normal["email"] == receipt.after["email"]
    crm.undo(tool, restore, read.normal, receipt)
    assert crm.row()["email"] == was


def test_what_was_empty_is_empty_again_and_what_was_emptied_is_back(crm: Crm) -> None:
    tool, restore = crm.declare()
    before = crm.exact(1), crm.exact(2)
    for number, told in ((1, {"id": 1, "clear": ["phone", "extra", "credit"]}), (2, EVERYTHING | {"id": 2})):
        receipt = crm.run(tool, f"key-{number}", **told)
        crm.undo(tool, restore, told, receipt, f"undo-{number}")
    assert (crm.exact(1), crm.exact(2)) == before


def test_only_the_columns_that_changed_are_put_back(crm: Crm) -> None:
    tool, restore = crm.declare()
    told = {"id": 1, "phone": "1", "tier": "basic"}  # the tier was basic before
    receipt = crm.run(tool, **told)
    crm.owner.execute("UPDATE crm.customers SET tier = 'gold', name = 'Ada' WHERE id = 1")
    crm.undo(tool, restore, told, receipt)
    assert (crm.row()["phone"], crm.row()["tier"], crm.row()["name"]) == ("+44 1", "gold", "Ada")


def test_what_somebody_changed_since_is_not_overwritten(crm: Crm) -> None:
    tool, restore = crm.declare()
    told = {"id": 1, "phone": "1"}
    receipt = crm.run(tool, **told)
    crm.owner.execute("UPDATE crm.customers SET phone = '2' WHERE id = 1")
    with pytest.raises(tools.Refused) as refusal:
        crm.undo(tool, restore, told, receipt)
    assert refusal.value.code == "posting.target_changed" and "phone" in refusal.value.message
    assert (crm.row()["phone"], len(crm.writes())) == ("2", 1)


def test_a_row_that_is_gone_cannot_be_said_to_be_restored(crm: Crm) -> None:
    tool, restore = crm.declare()
    told = {"id": 1, "phone": "1"}
    receipt = crm.run(tool, **told)
    crm.owner.execute("DELETE FROM crm.customers WHERE id = 1")
    with pytest.raises(tools.Refused) as refusal:
        crm.undo(tool, restore, told, receipt)
    assert refusal.value.code == "posting.target_changed"


def test_undoing_twice_is_refused_unless_it_is_the_same_try(crm: Crm) -> None:
    tool, restore = crm.declare()
    told = {"id": 1, "phone": "1"}
    receipt = crm.run(tool, **told)
    first = crm.undo(tool, restore, told, receipt)
    assert crm.undo(tool, restore, told, receipt) == first
    with pytest.raises(tools.Refused):
        crm.undo(tool, restore, told, receipt, "undo-2")


def test_an_undo_can_itself_be_undone(crm: Crm) -> None:
    tool, restore = crm.declare()
    told = {"id": 1, "phone": "1"}
    receipt = crm.run(tool, **told)
    name, arguments = tool.reversal(told, {"data": receipt.data})
    undone = crm.run(restore, "undo", **arguments)
    assert name == restore.name
    again = restore.reversal(arguments, {"data": undone.data})
    assert again is not None
    crm.run(restore, "again", **again[1])
    assert crm.row()["phone"] == "1"


def test_a_row_that_was_inserted_is_deleted(crm: Crm) -> None:
    tool, restore = crm.declare(UPSERT)
    told = {"id": 3, "name": "Grace"}
    receipt = crm.run(tool, **told)
    undone = crm.undo(tool, restore, told, receipt)
    assert crm.row(3) is None
    assert restore.reversal({"id": 3}, {"data": undone.data}) is None
    assert crm.undo(tool, restore, told, receipt) == undone


@pytest.mark.parametrize("since", ["touched = 1", "name = 'Hopper'"])
def test_a_row_that_was_inserted_and_changed_since_stays(crm: Crm, since: str) -> None:
    tool, restore = crm.declare(UPSERT)
    told = {"id": 3, "name": "Grace"}
    receipt = crm.run(tool, **told)
    crm.owner.execute(f"UPDATE crm.customers SET {since} WHERE id = 3")
    with pytest.raises(tools.Refused) as refusal:
        crm.undo(tool, restore, told, receipt)
    assert refusal.value.code == "posting.target_changed" and crm.row(3) is not None


@pytest.mark.parametrize("rule", ["CASCADE", "SET NULL", "NO ACTION"])
def test_a_row_others_lean_on_is_not_deleted(crm: Crm, rule: str) -> None:
    tool, restore = crm.declare(UPSERT)
    told = {"id": 3, "name": "Grace"}
    receipt = crm.run(tool, **told)
    crm.owner.execute(
        f"CREATE TABLE crm.orders (customer bigint REFERENCES crm.customers ON DELETE {rule});"
        "INSERT INTO crm.orders VALUES (3)"
    )
    with pytest.raises(tools.Refused):
        crm.undo(tool, restore, told, receipt)
    assert crm.row(3) is not None


@pytest.mark.parametrize(
    "forged",
    [
        {"write": "another"},
        {"columns": [{"column": "phone", "value": "+1 900", "left": "1"}]},
        {"columns": [PHONE, {"column": "tier", "value": "gold", "left": "basic"}]},
        {"id": 2},
    ],
)  # fmt: skip
def test_nobody_restores_what_was_never_so(crm: Crm, forged: dict[str, Any]) -> None:
    tool, restore = crm.declare()
    receipt = crm.run(tool, id=1, phone="1")
    found = tool.reversal({"id": 1, "phone": "1"}, {"data": receipt.data})
    before = crm.exact(1), crm.exact(2)
    with pytest.raises(tools.Refused):
        crm.run(restore, "undo", **(found[1] | forged))
    assert (crm.exact(1), crm.exact(2)) == before


@pytest.mark.parametrize(
    "later",
    [
        {"table": "leads"},
        {"database": "OTHER_DSN"},
        {"columns": [{"name": "tier", "type": "enum", "values": ["basic", "gold"]}]},
        {"key_columns": [{"name": "ref", "type": "uuid"}]},
    ],
)
def test_a_later_version_that_means_another_row_or_lacks_the_column_takes_nothing_back(
    crm: Crm, later: dict[str, Any]
) -> None:
    tool, _ = crm.declare()
    receipt = crm.run(tool, id=1, phone="1")
    plain = {"headline": "", "subject": "", "amount": "", "currency": ""}
    columns = [column for column in DEFINITION["columns"] if column["name"] not in ("ref", "tier")]
    write, _ = every(Declared(DEFINITION | plain | {"columns": columns} | later, version=2))
    assert write.reversal({"id": 1, "phone": "1"}, {"data": receipt.data}) is None


def test_only_listed_columns_are_restored(crm: Crm) -> None:
    _, restore = crm.declare()
    with pytest.raises(ValueError, match="columns"):
        restore.Arguments.model_validate(
            {
                "id": 1,
                "write": "key-1",
                "columns": [{"column": "name", "value": "Eve", "left": "Ada  Lovelace "}],
            }
        )


def test_a_reviewer_sees_what_each_column_says_now_and_would_say_again(crm: Crm) -> None:
    tool, restore = crm.declare()
    receipt = crm.run(tool, id=1, phone="1")
    arguments = restore.Arguments.model_validate(tool.reversal({"id": 1}, {"data": receipt.data})[1])
    seen = restore.observe(arguments, context=crm.context)
    assert seen.before == {"phone": {"before": "1", "after": "+44 1"}}
    told = restore.rehearse(arguments, key="undo", context=crm.context)
    assert told.would["after"]["phone"] == "+44 1" and crm.row()["phone"] == "1"
    crm.owner.execute("UPDATE crm.customers SET phone = '2' WHERE id = 1")
    assert "phone" in restore.observe(arguments, context=crm.context).notes[0]


def test_without_a_key_table_the_way_back_is_as_exact(crm: Crm) -> None:
    tool, restore = crm.declare(key="none")
    before = crm.exact()
    receipt = crm.run(tool, **EVERYTHING)
    crm.undo(tool, restore, EVERYTHING, receipt)
    assert crm.exact() == before
