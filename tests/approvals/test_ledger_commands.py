"""`verify_ledger` and `issue_token`, as somebody at a terminal meets them."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from approvals import agents
from approvals.models import LedgerEntry
from tests.approvals.ledgers import (
    ENTRIES,
    a_workspace,
    append,
    entry_ids,
    get_seal,
    sealed_in_batches,
    tamper,
)


@pytest.fixture
def archive(transactional_db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    workspace = a_workspace()
    sealed_in_batches(workspace, 2, 1)
    append(workspace)
    return workspace


def verify(capsys, *arguments):
    call_command("verify_ledger", *arguments)
    return capsys.readouterr().out


def test_it_says_what_holds_and_prints_the_head_to_note(archive, capsys):
    said = verify(capsys)
    assert "archive: 3 entries under 2 seals are as they were sealed; 1 more wait for a seal." in said
    assert f"Head 2:{get_seal(archive, 2).digest}" in said
    assert "Public key " in said


def test_it_checks_one_workspace_when_told(archive, capsys):
    other = a_workspace("harbour")
    sealed_in_batches(other, 1)
    tamper(ENTRIES, f"UPDATE {ENTRIES} SET actor = 'user:7' WHERE workspace_id = %s", other.pk)
    assert "harbour" not in verify(capsys, "--workspace", "archive")
    with pytest.raises(CommandError, match=f"harbour: entry {entry_ids(other)[0]}: it was changed"):
        verify(capsys)


def test_a_noted_head_is_held_against_the_ledger(archive, capsys):
    head = f"1:{get_seal(archive, 1).digest}"
    assert "are as they were sealed" in verify(capsys, "--workspace", "archive", "--head", head)
    with pytest.raises(CommandError, match="seal 3: it is gone"):
        verify(capsys, "--workspace", "archive", "--head", f"3:{'0' * 64}")
    with pytest.raises(CommandError, match="say which with --workspace"):
        verify(capsys, "--head", head)
    with pytest.raises(CommandError, match="NUMBER:DIGEST"):
        verify(capsys, "--workspace", "archive", "--head", "latest")


def test_an_unknown_workspace_is_said_to_be_unknown(archive, capsys):
    with pytest.raises(CommandError, match="no workspace nowhere"):
        verify(capsys, "--workspace", "nowhere")


def test_a_token_is_printed_once_and_works(northwind, capsys):
    call_command("issue_token", "bot", "--workspace", "northwind", "--days", "7")
    secret = capsys.readouterr().out.strip()
    token = agents.recognise(secret=secret, now=timezone.now())
    assert token.agent == northwind.bot
    assert (token.expires_at - token.created_at).days == 7
    assert LedgerEntry.objects.filter(kind="token.issued", actor="worker:console").count() == 1


def test_a_token_for_nobody_is_refused_with_the_names_there_are(northwind):
    with pytest.raises(CommandError, match="Agents there: bot"):
        call_command("issue_token", "robot", "--workspace", "northwind")
    with pytest.raises(CommandError, match="from 1 to 3650"):
        call_command("issue_token", "bot", "--workspace", "northwind", "--days", "0")
