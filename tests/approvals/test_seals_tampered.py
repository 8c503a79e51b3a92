"""What an owner of the tables can do to the record, and how it is found and named."""

import pytest

from approvals.models import Seal
from approvals.sealing import inspection, keys
from approvals.sealing.inspection import Broken, Note
from tests.approvals.ledgers import (
    ENTRIES,
    SEALS,
    a_workspace,
    append,
    entry_ids,
    get_seal,
    inspect,
    seal,
    sealed_in_batches,
    tamper,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(settings, tmp_path):
    """Nine entries under three seals, three each."""
    settings.VAR_DIR = tmp_path
    workspace = a_workspace()
    sealed_in_batches(workspace, 3, 3, 3)
    return workspace


def broken(workspace, **more):
    with pytest.raises(Broken) as found:
        inspect(workspace, **more)
    return found.value


def test_an_untouched_ledger_holds(archive):
    assert inspect(archive).entries == 9


@pytest.mark.parametrize("change", [
    "kind = 'run.finished'", "actor = 'user:7'", "auth = 'session:0'", "at = at + interval '1 microsecond'",
    "data = jsonb_build_object('number', 8)", "proposal = gen_random_uuid()", "actor_kind = 'person'",
])  # fmt: skip
def test_a_changed_entry_is_named(archive, change):
    fourth = entry_ids(archive)[4]
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET {change} WHERE id = %s", fourth)
    found = broken(archive)
    assert (found.place, found.reason) == (f"entry {fourth}", "it was changed after seal 2 was set")


@pytest.mark.parametrize("index", [3, 4])
def test_a_deleted_entry_is_missed_in_front_of_the_next(archive, index):
    ids = entry_ids(archive)
    tamper(ENTRIES, f"DELETE FROM {ENTRIES} WHERE id = %s", ids[index])
    found = broken(archive)
    assert found.place == f"the entry before entry {ids[index + 1]}"
    assert found.reason == "it was deleted; seal 2 covers it"


@pytest.mark.parametrize("index", [5, 8])
def test_the_last_entry_under_a_seal_is_missed_too(archive, index):
    ids = entry_ids(archive)
    tamper(ENTRIES, f"DELETE FROM {ENTRIES} WHERE id = %s", ids[index])
    assert broken(archive).place == f"the entry after entry {ids[index - 1]}"


def test_all_entries_under_a_seal_are_missed(archive):
    tamper(ENTRIES, f"DELETE FROM {ENTRIES} WHERE id = ANY(%s)", entry_ids(archive)[:3])
    assert broken(archive).place == "the entry after the beginning of seal 1"


@pytest.mark.parametrize(("free_id", "number"), [(-1, 2), (10**9, 3)])
def test_an_entry_slipped_in_below_a_seal_is_named(archive, free_id, number):
    tamper(
        ENTRIES,
        f"INSERT INTO {ENTRIES} (id, transaction, workspace_id, at, kind, actor_kind, actor, auth, data)"
        " SELECT %s, transaction, workspace_id, at, kind, actor_kind, actor, auth, data"
        f" FROM {ENTRIES} WHERE id = %s",
        free_id,
        entry_ids(archive)[4],
    )
    found = broken(archive)
    assert found.place == f"entry {free_id}"
    assert found.reason == f"it was inserted: it was not there when seal {number} was set"


def test_an_entry_moved_to_another_workspace_is_missed(archive):
    other = a_workspace("harbour")
    third = entry_ids(archive)[2]
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET workspace_id = %s WHERE id = %s", other.pk, third)
    assert "deleted" in broken(archive).reason


def test_exchanged_entries_are_found(archive):
    first, second = entry_ids(archive)[:2]
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET id = CASE id WHEN %s THEN -1 ELSE %s END WHERE id IN (%s, %s)",
           first, first, first, second)  # fmt: skip
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET id = %s WHERE id = -1", second)
    assert broken(archive).place == f"entry {first}"


@pytest.mark.parametrize("change", [
    "size = size + 1", "root = repeat('0', 64)", "upto_id = upto_id + 1", "upto_transaction = upto_transaction + 1",
    "sealed_at = sealed_at + interval '1 second'", "key = repeat('0', 16)",
])  # fmt: skip
def test_a_changed_seal_is_named(archive, change):
    tamper(SEALS, f"UPDATE {SEALS} SET {change} WHERE number = 2")
    assert broken(archive).place == "seal 2"
    assert "changed" in broken(archive).reason


def test_a_changed_digest_or_link_is_named(archive):
    tamper(SEALS, f"UPDATE {SEALS} SET previous = repeat('1', 64) WHERE number = 2")
    assert str(broken(archive)).startswith("seal 2: it does not follow seal 1")


def test_changed_leaves_do_not_pass(archive):
    tamper(
        SEALS, f"UPDATE {SEALS} SET leaves = set_byte(leaves, 0, 255 - get_byte(leaves, 0)) WHERE number = 3"
    )
    assert (
        str(broken(archive)) == "seal 3: its list of leaves was changed; its entries are as they were sealed"
    )


def test_an_entry_changed_together_with_its_leaf_still_breaks_the_seal(archive):
    ids = entry_ids(archive)
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET kind = 'run.finished' WHERE id = %s", ids[4])
    tamper(SEALS, f"UPDATE {SEALS} SET leaves = overlay(leaves PLACING sha256('x') FROM 33) WHERE number = 2")
    assert str(broken(archive)) == f"seal 2: entries {ids[3]} to {ids[5]} are not what was sealed"


def test_swapped_signatures_are_found(archive):
    third = get_seal(archive, 3)
    tamper(SEALS, f"UPDATE {SEALS} SET signature = %s WHERE number = 2", third.signature)
    assert str(broken(archive)) == "seal 2: its signature is not by the key it names"


def test_a_seal_recomputed_without_the_key_is_found(archive, tmp_path):
    """Who owns the database but not the key can make everything fit except the signature."""
    forged = get_seal(archive, 3)
    forged.sealed_at = forged.sealed_at.replace(microsecond=0)
    tamper(SEALS, f"UPDATE {SEALS} SET sealed_at = %s, digest = %s WHERE number = 3",
           forged.sealed_at, inspection.canonical.digest(inspection.seals.document(forged)))  # fmt: skip
    assert str(broken(archive)) == "seal 3: its signature is not by the key it names"


@pytest.mark.parametrize("gone", [1, 2])
def test_a_seal_missing_in_the_middle_is_named(archive, gone):
    tamper(SEALS, f"DELETE FROM {SEALS} WHERE number = %s", gone)
    assert str(broken(archive)).startswith(f"seal {gone}: it is gone")


def test_a_chain_closed_over_a_missing_seal_is_found(archive):
    tamper(SEALS, f"DELETE FROM {SEALS} WHERE number = 2")
    tamper(SEALS, f"UPDATE {SEALS} SET number = 2 WHERE number = 3")
    assert broken(archive).place == "seal 2"


def cut_off_the_end(workspace):
    last = Seal.objects.filter(workspace=workspace).order_by("-number").first()
    tamper(SEALS, f"DELETE FROM {SEALS} WHERE number = %s", last.number)
    tamper(ENTRIES, f"DELETE FROM {ENTRIES} WHERE id = ANY(%s)", entry_ids(workspace)[-last.size :])
    return Note(last.number, last.digest)


def test_an_end_cut_off_with_its_seal_shows_only_against_a_noted_head(archive):
    note = cut_off_the_end(archive)
    assert inspect(archive).entries == 6
    assert str(broken(archive, note=note)).startswith("seal 3: it is gone")


def test_an_end_sealed_anew_shows_against_a_noted_head(archive):
    note = cut_off_the_end(archive)
    append(archive, 3)
    seal()
    assert inspect(archive).head.number == 3
    assert str(broken(archive, note=note)).startswith("seal 3: it is not the seal that was noted")


def test_a_noted_head_goes_on_holding_as_the_ledger_grows(archive):
    note = Note(2, get_seal(archive, 2).digest)
    sealed_in_batches(archive, 2)
    assert inspect(archive, note=note).head.number == 4


def test_nothing_is_believed_without_a_published_key(archive, tmp_path):
    (tmp_path / "ledger.pub").unlink()
    assert keys.published().keys == {}
    assert broken(archive).place == "seal 1"
