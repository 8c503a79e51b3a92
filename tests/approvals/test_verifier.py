"""The program that travels with an export, run as an auditor runs it: another process, nothing but Python."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import canonical
from approvals.sealing import keys, verifier
from tests.approvals.ledgers import (
    ENTRIES,
    a_workspace,
    append,
    entry_ids,
    get_seal,
    sealed_in_batches,
    tamper,
)
from tests.patience import PATIENCE_SECONDS

# RFC 8032 §7.1, tests 1 to 3: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]  # fmt: skip
needs_rows = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    workspace = a_workspace()
    sealed_in_batches(workspace, 3, 3)
    append(workspace)
    return workspace


@pytest.fixture
def exported(archive, tmp_path):
    """The lines of an export, which may be bent before they are checked."""
    call_command("verify_ledger", export=tmp_path / "ledger.jsonl", verbosity=0)
    return (tmp_path / "ledger.jsonl").read_bytes().splitlines(keepends=True)


@pytest.fixture
def verify(tmp_path):
    def run(lines, *arguments):
        (tmp_path / "given.jsonl").write_bytes(b"".join(lines))
        return subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", "given.jsonl", *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip

    return run


def bent(lines, index, change):
    """The lines with one of them changed, still spelled canonically."""
    line = json.loads(lines[index])
    change(line)
    return [*lines[:index], canonical.dumps(line) + b"\n", *lines[index + 1 :]]


def seal_lines(lines):
    return [index for index, line in enumerate(lines) if b'"seal":' in line]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_of_rfc_8032_are_believed(public, message, signature):
    key, text, mark = map(bytes.fromhex, (public, message, signature))
    assert verifier.signed(key, text, mark)
    assert not verifier.signed(key, text + b"x", mark)
    assert not verifier.signed(key, text, bytes([mark[0] ^ 1]) + mark[1:])
    assert not verifier.signed(
        key, text, mark[:32] + (int.from_bytes(mark[32:], "little") + verifier.L).to_bytes(32, "little")
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
@settings(max_examples=40, deadline=None)
def test_signatures_by_the_sealers_library_are_believed_and_no_others(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    bent_signature = bytearray(signature)
    bent_signature[bit // 8] ^= 1 << bit % 8
    assert verifier.signed(public, message, signature)
    assert not verifier.signed(public, message, bytes(bent_signature))


def test_what_is_no_point_is_no_key():
    assert verifier.point(b"\xff" * 32) is None
    assert not verifier.signed(b"\x02" + b"\0" * 31, b"", b"\0" * 64)
    assert not verifier.signed(b"short", b"", b"\0" * 64)


def test_it_needs_nothing_but_python():
    names = {
        line.split()[1].split(".")[0]
        for line in Path(verifier.__file__).read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert names <= set(sys.stdlib_module_names)


@needs_rows
def test_an_untouched_export_holds(archive, exported, verify):
    answer = verify(exported)
    assert answer.returncode == 0, answer.stderr
    head = get_seal(archive, 2)
    assert (
        "archive: 6 entries under 2 seals are as they were sealed; 1 more wait for a seal." in answer.stdout
    )
    assert f"Head 2:{head.digest}" in answer.stdout
    assert "by its own word" in answer.stdout


@needs_rows
def test_a_key_and_a_head_from_elsewhere_are_what_counts(archive, exported, verify):
    (public,) = keys.published().keys.values()
    head = f"1:{get_seal(archive, 1).digest}"
    assert verify(exported, "--key", public.hex(), "--head", head).returncode == 0
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "not by a key you trust" in verify(exported, "--key", stranger.hex()).stderr
    assert "you noted it, and it is not here" in verify(exported, "--head", f"3:{'0' * 64}").stderr


@needs_rows
def test_a_changed_entry_is_named(archive, exported, verify):
    answer = verify(bent(exported, 2, lambda line: line["entry"].update(actor="user:7")))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"BROKEN entry {entry_ids(archive)[1]}: it is not what was sealed")


@needs_rows
def test_an_entry_changed_together_with_its_leaf_breaks_the_seal(exported, verify):
    def change(line):
        line["entry"]["actor"] = "user:7"
        line["leaf"] = sha256(b"\0" + canonical.dumps(line["entry"])).hexdigest()

    assert verify(bent(exported, 2, change)).stderr.startswith("BROKEN seal 1: the 3 entries up to")


@needs_rows
def test_a_missing_entry_is_named_by_the_next(archive, exported, verify):
    answer = verify([*exported[:2], *exported[3:]])
    assert answer.stderr.startswith(f"BROKEN entry {entry_ids(archive)[2]}: an entry before it is missing")


@needs_rows
def test_the_last_entry_under_a_seal_is_missed(exported, verify):
    assert "BROKEN seal 1: it covers 3 entries" in verify([*exported[:3], *exported[4:]]).stderr


@needs_rows
def test_an_entry_put_in_is_named(archive, exported, verify):
    answer = verify([*exported[:3], exported[2], *exported[3:]])
    assert answer.stderr.startswith(f"BROKEN entry {entry_ids(archive)[1]}:")


@needs_rows
@pytest.mark.parametrize(
    ("name", "value"), [("root", "0" * 64), ("size", 2), ("sealed_at", "2020-01-01T00:00:00.000000Z")]
)
def test_a_changed_seal_is_named(exported, verify, name, value):
    answer = verify(bent(exported, seal_lines(exported)[1], lambda line: line["seal"].update({name: value})))
    assert answer.stderr.startswith("BROKEN seal 2: it was changed")


@needs_rows
def test_a_swapped_signature_is_found(exported, verify):
    first, second = seal_lines(exported)
    signature = json.loads(exported[second])["signature"]
    answer = verify(bent(exported, first, lambda line: line.update(signature=signature)))
    assert answer.stderr.startswith("BROKEN seal 1: its signature is not by a key you trust")


@needs_rows
def test_a_missing_batch_is_found(exported, verify):
    first, _ = seal_lines(exported)
    assert verify([exported[0], *exported[first + 1 :]]).stderr.startswith(
        "BROKEN seal 2: it does not follow seal 0"
    )


@needs_rows
def test_the_closing_line_tells_how_much_came_before_it(archive, exported):
    end = {"entries": 7, "seals": 2, "head": get_seal(archive, 2).digest}
    assert json.loads(exported[-1]) == {"end": {str(archive.pk): end}}


@needs_rows
def test_an_export_cut_behind_any_line_ends_early(exported, verify):
    for length in range(1, len(exported)):
        answer = verify(exported[:length])
        assert answer.returncode == 1
        assert answer.stderr == "BROKEN the file ends early: its closing line is missing\n"


@needs_rows
@pytest.mark.parametrize("line", [0, 1, -1])
def test_an_export_cut_within_a_line_ends_early(exported, verify, line):
    for kept in (exported[line][:9], exported[line][:-1]):
        answer = verify([*exported[: exported.index(exported[line])], kept])
        assert answer.stderr.startswith("BROKEN the file ends early, within a line:")


@needs_rows
def test_what_is_gone_before_the_closing_line_is_missed(exported, verify):
    _, second = seal_lines(exported)
    unsealed_gone = verify([*exported[:-2], exported[-1]])
    assert unsealed_gone.stderr == ("BROKEN archive: the closing line tells of entries 7, the file holds 6\n")
    seal_gone = verify([*exported[:second], exported[-1]])
    assert "archive: the closing line tells of entries 7, the file holds 6" in seal_gone.stderr


@needs_rows
@pytest.mark.parametrize(("name", "value"), [("entries", 8), ("seals", 1), ("head", "0" * 64)])
def test_a_closing_line_that_tells_otherwise_is_named(archive, exported, verify, name, value):
    def change(line):
        line["end"][str(archive.pk)][name] = value

    answer = verify(bent(exported, len(exported) - 1, change))
    assert f"BROKEN archive: the closing line tells of {name} {value}" in answer.stderr


@needs_rows
def test_nothing_may_follow_the_closing_line(exported, verify):
    assert "goes on behind its closing line" in verify([*exported, exported[-1]]).stderr


@needs_rows
def test_a_line_two_readers_would_read_differently_is_refused(exported, verify):
    twice = exported[1].replace(b'{"at":0,', b'{"at":0,"at":0,')
    assert "can be read in two ways" in verify([exported[0], twice, *exported[2:]]).stderr


@needs_rows
@pytest.mark.parametrize("lines", [[], [b"hello\n"], [b"[]\n"], [b"{}\n"], [b"\xff\n"]])
def test_what_is_no_export_is_said_to_be_none(exported, verify, lines):
    answer = verify(lines)
    assert answer.returncode == 1
    assert "BROKEN this is no whole export" in answer.stderr


@needs_rows
def test_an_export_of_a_broken_ledger_is_written_and_fails(archive, verify, tmp_path):
    third = entry_ids(archive)[2]
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET actor = 'user:7' WHERE id = %s", third)
    with pytest.raises(CommandError, match=f"archive: entry {third}: it was changed"):
        call_command("verify_ledger", export=tmp_path / "ledger.jsonl", verbosity=0)
    answer = verify((tmp_path / "ledger.jsonl").read_bytes().splitlines(keepends=True))
    assert answer.stderr.startswith(f"BROKEN entry {third}: it is not what was sealed")
