"""Sealing: what is covered, what is signed, and by which key."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction
from django.db.utils import OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from approvals import canonical
from approvals.models import LedgerEntry, Seal
from approvals.sealing import inspection, keys, leaves, merkle, seals
from tests.approvals.ledgers import (
    ENTRIES,
    SEALS,
    a_workspace,
    append,
    entry_ids,
    get_seal,
    inspect,
    run,
    seal,
    sealed_in_batches,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_key_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def archive():
    return a_workspace()


def test_a_seal_covers_every_complete_entry(archive):
    append(archive, 7)
    assert seal() == 1
    report = inspect(archive)
    assert (report.entries, report.unsealed, report.head.number) == (7, 0, 1)


def test_nothing_new_needs_no_seal(archive):
    append(archive)
    assert seal() == 1
    assert seal() == 0


def test_many_entries_are_sealed_in_bounded_batches(archive, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 4)
    append(archive, 10)
    assert seal() == 3
    assert list(Seal.objects.order_by("number").values_list("size", flat=True)) == [4, 4, 2]
    assert inspect(archive).entries == 10


def test_a_batch_that_is_just_full_leaves_nothing_over(archive, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 5)
    append(archive, 10)
    assert seal() == 2
    assert seal() == 0


def test_each_workspace_has_a_chain_of_its_own(archive):
    other = a_workspace("harbour")
    append(archive, 2)
    append(other, 3)
    assert seal() == 2
    assert inspect(archive).entries == 2
    assert inspect(other).entries == 3


def test_each_seal_names_the_one_before(archive):
    sealed_in_batches(archive, 1, 1)
    first, second = get_seal(archive, 1), get_seal(archive, 2)
    assert first.previous == seals.FIRST
    assert second.previous == first.digest == canonical.digest(seals.document(first))


def test_a_fork_is_refused_by_the_database(archive):
    append(archive)
    seal()
    fork = get_seal(archive, 1)
    fork.pk, fork.number = None, 2
    with pytest.raises(IntegrityError, match="no_forks"):
        fork.save(force_insert=True)


def test_the_root_is_taken_over_canonical_json(archive):
    at = datetime(2018, 3, 25, 15, 4, 5, 60, tzinfo=UTC)
    append(archive, at=at, data={"measured": 0.93, "whole": 2.0, "codes": ["b", "a"]})
    seal()
    entry = LedgerEntry.objects.get()
    told = {
        "actor": "worker:test", "actor_kind": "worker", "at": "2018-03-25T15:04:05.000060Z", "auth": "process",
        "case": None, "data": {"measured": 0.93, "whole": 2.0, "codes": ["b", "a"]}, "execution": None,
        "id": entry.id, "kind": "run.started", "proposal": None, "run": None, "transaction": entry.transaction,
        "workspace": archive.pk,
    }  # fmt: skip
    assert get_seal(archive, 1).root == merkle.root([merkle.leaf_hash(canonical.dumps(told))]).hex()


numbers = st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none()
    | st.booleans()
    | numbers
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abAZ09._-", max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents)
def test_what_the_database_keeps_has_one_canonical_spelling(document):
    text = leaves._dump({"data": document})
    kept = leaves._decode(text)
    assert leaves._dump(kept).encode() == canonical.dumps(kept)


def test_numbers_no_json_reader_agrees_on_do_not_stop_the_sealer(archive):
    append(archive)
    for odd in ("1e400", "-1e-30", "123456789012345678901234567890", "0.1000", "-0.0"):
        run(
            f"INSERT INTO {ENTRIES} (workspace_id, at, kind, actor_kind, actor, auth, data)"
            " VALUES (%s, now(), 'run.started', 'worker', 'worker:test', '', jsonb_build_object('odd', %s::numeric))",
            archive.pk,
            odd,
        )
    assert seal() == 1
    assert inspect(archive).entries == 6


@pytest.mark.parametrize("table", [ENTRIES, SEALS])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET workspace_id = workspace_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_record_is_never_changed_deleted_or_emptied(archive, table, statement):
    append(archive)
    seal()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(statement.format(table))


def test_nobody_chooses_where_an_entry_stands(archive):
    append(archive, 2)
    seal()
    run(
        f"INSERT INTO {ENTRIES} (transaction, workspace_id, at, kind, actor_kind, actor, auth, data)"
        " VALUES (1, %s, now(), 'run.started', 'worker', 'worker:test', '', '{}')",
        archive.pk,
    )
    seal()
    assert inspect(archive).entries == 3
    assert get_seal(archive, 2).size == 1


def test_young_entries_may_wait_and_old_ones_are_reported(archive):
    append(archive, at=timezone.now())
    assert inspect(archive).unsealed == 1
    append(archive, at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(inspection.Broken, match=f"entry {entry_ids(archive)[-1]}: it is unsealed"):
        inspect(archive)


def test_the_key_is_made_once_for_its_owner_alone(archive, tmp_path):
    sealed_in_batches(archive, 1, 1)
    assert stat.S_IMODE((tmp_path / "ledger.key").stat().st_mode) == 0o600
    assert len((tmp_path / "ledger.pub").read_text().splitlines()) == 1
    assert not list(tmp_path.glob(".ledger-*"))


def test_checking_needs_no_private_key(archive, tmp_path):
    sealed_in_batches(archive, 2)
    (tmp_path / "ledger.key").unlink()
    assert inspect(archive).entries == 2


def test_a_lost_key_is_not_replaced_in_silence(archive, tmp_path):
    sealed_in_batches(archive, 1)
    (tmp_path / "ledger.key").unlink()
    append(archive)
    with pytest.raises(keys.KeyMissing, match="LEDGER_KEY_FILE"):
        seal()


def test_a_key_can_be_changed_and_both_are_believed(archive, tmp_path, settings):
    sealed_in_batches(archive, 1)
    other = tmp_path / "elsewhere.pem"
    keys._make(other)
    settings.LEDGER_KEY_FILE = str(other)
    sealed_in_batches(archive, 1)
    assert len({found.key for found in Seal.objects.all()}) == 2
    assert inspect(archive).head.number == 2


def test_a_file_that_is_no_key_is_refused(archive, tmp_path):
    (tmp_path / "ledger.key").write_text("hello")
    append(archive)
    with pytest.raises(keys.NotAKey):
        seal()


def test_a_signature_by_a_stranger_is_not_believed(archive, tmp_path):
    sealed_in_batches(archive, 1)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    (tmp_path / "ledger.pub").write_text(f"ed25519 {stranger.hex()}\n")
    with pytest.raises(inspection.Broken, match=r"seal 1: it is signed with the key .* not published here"):
        inspect(archive)


def test_a_restored_ledger_goes_on_above_what_was_sealed(archive):
    """A new server counts transactions from the beginning: here the old one's entries stand far in its future."""
    sealed_in_batches(archive, 2)
    far = 10**12
    try:
        run(f"ALTER TABLE {ENTRIES} DISABLE TRIGGER USER")
        run(
            f"INSERT INTO {ENTRIES} (transaction, workspace_id, at, kind, actor_kind, actor, auth, data)"
            " VALUES (%s, %s, now(), 'run.started', 'worker', 'worker:test', '', '{}')",
            far,
            archive.pk,
        )
        run(f"ALTER TABLE {ENTRIES} ENABLE TRIGGER USER")
        append(archive)
        assert seal() == 1
        append(archive)
        assert seal() == 1
        report = inspect(archive)
        assert (report.entries, report.unsealed) == (5, 0)
        assert LedgerEntry.objects.order_by("-id").first().transaction > far
    finally:
        run("SELECT setval('countersign_ledger_offset', 0)")


def test_an_entry_that_would_fall_below_a_seal_is_refused_until_the_count_is_mended(archive):
    try:
        run("SELECT setval('countersign_ledger_offset', %s)", 10**12)
        sealed_in_batches(archive, 2)
        run("SELECT setval('countersign_ledger_offset', 0)")
        with pytest.raises(OperationalError, match="restored into a younger server"):
            append(archive)
        assert seal() == 0
        append(archive)
        assert seal() == 1
        assert inspect(archive).entries == 3
    finally:
        run("SELECT setval('countersign_ledger_offset', 0)")
