"""The ledger in the browser: what is shown, to whom, and how it is taken away."""

import json
import subprocess
import sys

import httpx2
import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from approvals import actors, ids
from approvals.models import LedgerEntry
from approvals.sealing import export, keys
from tests import people
from tests.approvals.ledgers import ENTRIES, SEALS, append, seal, tamper
from tests.runs.api import served


@pytest.fixture
def company(transactional_db, board, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    found = people.northwind(timezone.now())
    seal()
    return found


@pytest.fixture
def read(client, company):
    """The page as Tess the auditor reads it."""

    def get(query="", who="tess"):
        client.force_login(getattr(company, who).user)
        answer = client.get(f"/w/northwind/ledger/{query}")
        assert answer.status_code == 200, answer
        return answer

    return get


def lines(answer):
    return answer.context["page"].lines


def entries(answer):
    return [line for line in lines(answer) if not line.is_seal]


def seals(answer):
    return [line for line in lines(answer) if line.is_seal]


def test_facts_are_told_newest_first_with_names_in_them(company, read):
    append(company.workspace, actor=actors.person(company.maria.user_id))
    answer = read()
    first = entries(answer)[0]
    assert (first.what, first.who) == ("The run began", "maria")
    assert [line.seq for line in entries(answer)] == sorted(
        (line.seq for line in entries(answer)), reverse=True
    )
    assert "The run began, by maria" in answer.text


def test_seals_stand_above_the_entries_they_close_over(company, read):
    append(company.workspace, 3)
    seal()
    append(company.workspace)
    shown = [line.title if line.is_seal else line.kind for line in lines(read())]
    assert shown[:7] == ["Not sealed yet", "run.started", "Seal 2", *["run.started"] * 3, "Seal 1"]


def test_seals_are_checked_as_the_page_is_drawn(company, read):
    append(company.workspace, 3)
    seal()
    assert {line.tone for line in seals(read())} == {""}
    assert all("Verified" in line.word for line in seals(read()))


@pytest.mark.parametrize("harm", [
    f"UPDATE {ENTRIES} SET actor = 'user:1' WHERE id = (SELECT max(id) FROM {ENTRIES})",
    f"DELETE FROM {ENTRIES} WHERE id = (SELECT max(id) - 1 FROM {ENTRIES})",
    f"UPDATE {SEALS} SET sealed_at = sealed_at + interval '1 s' WHERE number = 2",
    f"UPDATE {SEALS} SET leaves = set_byte(leaves, 1, 255 - get_byte(leaves, 1)) WHERE number = 2",
    f"UPDATE {SEALS} SET signature = repeat('0', 128) WHERE number = 2",
    f"UPDATE {SEALS} SET previous = repeat('0', 63) || '1' WHERE number = 2",
])  # fmt: skip
def test_a_broken_seal_is_shown_as_broken(company, read, harm):
    append(company.workspace, 3)
    seal()
    append(company.workspace)
    seal()
    tamper(SEALS if SEALS in harm else ENTRIES, harm.replace("max(id)", "max(id) - 1"))
    assert "Seal 2" in [line.title for line in seals(read()) if line.tone == "broken"]


def test_without_a_published_key_nothing_is_claimed(company, read, tmp_path):
    (tmp_path / "ledger.pub").unlink()
    assert {line.tone for line in seals(read())} == {""}
    assert "Not checked" in read().text


def test_pages_lead_on_and_back_and_leave_nothing_out(company, read):
    append(company.workspace, 120)
    seal()
    everything = list(LedgerEntry.objects.order_by("-transaction", "-id").values_list("id", flat=True))
    seen, answer = [], read()
    assert answer.context["newer_url"] == ""
    pages = [answer]
    while answer.context["older_url"]:
        answer = read(answer.context["older_url"].partition("/ledger/")[2])
        pages.append(answer)
    for page in pages:
        seen += [line.seq for line in entries(page)]
        assert seals(page), "the seal over a page's entries is always shown"
    assert seen == everything
    back = read(pages[-1].context["newer_url"].partition("/ledger/")[2])
    assert [line.seq for line in entries(back)] == [line.seq for line in entries(pages[-2])]


def test_one_kind_can_be_asked_for(company, read):
    append(company.workspace, 2)
    append(company.workspace, kind="run.finished")
    answer = read("?kind=run.finished")
    assert [line.kind for line in lines(answer)] == ["run.finished"]
    assert read("?kind=switch.pulled").context["page"].lines == []


def test_one_proposal_can_be_asked_for(company, read):
    proposal = ids.new()
    append(company.workspace, proposal=proposal)
    append(company.workspace)
    answer = read(f"?proposal={ids.show('proposal', proposal)}")
    assert [line.proposal for line in lines(answer)] == [ids.show("proposal", proposal)]


@pytest.mark.parametrize("query", [
    "?kind=nothing.like-it", "?proposal=case_1", "?before=1", "?before=a-b", "?behind=1--2", "?before=²-1",
    "?before=99999999999999999999-1", "?proposal=prop_0", "?before=1-2-3", "?proposal=%00",
])  # fmt: skip
def test_a_question_that_makes_no_sense_finds_nothing(client, company, query):
    client.force_login(company.tess.user)
    assert client.get(f"/w/northwind/ledger/{query}").status_code == 404


def test_entries_of_another_workspace_are_not_there(company, read, harbour):
    append(harbour.workspace, kind="run.finished")
    assert "run.finished" not in [line.kind for line in entries(read())]


@pytest.mark.parametrize("name", ["ledger", "ledger-export", "ledger-verifier"])
def test_strangers_find_no_ledger(client, company, harbour, name):
    address = reverse(name, args=["northwind"])
    assert client.get(address).status_code == 302
    client.force_login(harbour.dana.user)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("who", "code"), [("maria", 403), ("olu", 403), ("ada", 200), ("tess", 200)])
def test_admins_and_auditors_take_the_ledger_away(client, company, who, code):
    client.force_login(getattr(company, who).user)
    for name in ("ledger-export", "ledger-verifier"):
        answer = client.get(reverse(name, args=["northwind"]))
        assert answer.status_code == code
        answer.close()


def test_what_is_taken_away_can_be_checked_elsewhere(client, company, tmp_path):
    append(company.workspace, 5)
    seal()
    client.force_login(company.tess.user)
    for name, file in (("ledger-export", "ledger.jsonl"), ("ledger-verifier", "verify.py")):
        (tmp_path / file).write_bytes(client.get(reverse(name, args=["northwind"])).getvalue())
    (public,) = keys.published().keys.values()
    subprocess.run(
        [sys.executable, "-I", "verify.py", "ledger.jsonl", "--key", public.hex()], cwd=tmp_path, check=True
    )


async def _taken(user):
    client = AsyncClient()
    await client.aforce_login(user)
    answer = await client.get("/w/northwind/ledger/export")
    return answer, b"".join([piece async for piece in answer.streaming_content])


def test_an_asynchronous_server_streams_it_piece_by_piece(company, monkeypatch):
    monkeypatch.setattr("approvals.sealing.export.AT_ONCE", 2)
    append(company.workspace, 5)
    seal()
    answer, content = async_to_sync(_taken)(company.tess.user)
    assert answer.is_async
    assert len([line for line in content.splitlines() if b'"entry"' in line]) == LedgerEntry.objects.count()
    assert json.loads(content.splitlines()[0])["workspaces"] == {str(company.workspace.pk): "northwind"}


def test_a_browser_that_takes_gzip_gets_the_whole_ledger(client, company, settings, tmp_path):
    append(company.workspace, 2_500)
    seal()
    client.force_login(company.tess.user)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    with served.site(VAR_DIR=str(tmp_path)) as site:
        answer = httpx2.get(
            f"{site.url}/w/northwind/ledger/export", cookies=cookies, headers={"Accept-Encoding": "gzip"}
        )
    assert answer.status_code == 200
    found = [json.loads(line) for line in answer.content.splitlines()]
    assert len([line for line in found if "entry" in line]) == LedgerEntry.objects.count()
    (tmp_path / "ledger.jsonl").write_bytes(answer.content)
    (public,) = keys.published().keys.values()
    subprocess.run(
        [sys.executable, "-I", export.VERIFIER, tmp_path / "ledger.jsonl", "--key", public.hex()], check=True
    )


def test_the_command_and_the_page_name_the_same_head(company, read, capsys):
    call_command("verify_ledger")
    assert read().context["head_text"] in capsys.readouterr().out
