"""``manage.py run_workflow``: where it works, what it refuses, and what it leaves to admins."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from approvals import actors, agents
from approvals.models import Agent, Proposal, Workspace
from runs import recorder
from runs.checkpoints import Checkpoint
from runs.workflows.expense import posting, walk
from tests.books import Books
from tests.people import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    file = tmp_path / "in.jsonl"
    file.write_text("")
    return file


def command(file: Path, **options: Any) -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    call_command("run_workflow", posting.NAME, input=file, stdout=out, stderr=err, **options)
    return json.loads(out.getvalue()), err.getvalue()


def test_an_unknown_workspace_is_refused_and_the_known_are_named(northwind: Company, nothing: Path) -> None:
    with pytest.raises(CommandError, match=r"no workspace nowhere\. Known: northwind"):
        command(nothing, workspace="nowhere")
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"workspace": "No Such!"}, {"workspace": ""}, {"limit": -1}])
def test_what_cannot_be_meant_is_refused_with_a_sentence(
    northwind: Company, nothing: Path, wrong: dict[str, Any]
) -> None:
    with pytest.raises(CommandError):
        command(nothing, **wrong)


def test_the_only_workspace_need_not_be_named(northwind: Company, books: Books, nothing: Path) -> None:
    told, noted = command(nothing)
    assert (told["workspace"], noted) == ("northwind", "")


def test_where_there_is_none_a_new_one_says_that_nobody_can_review(books: Books, nothing: Path) -> None:
    told, noted = command(nothing)
    assert told["workspace"] == "default"
    assert "no members yet" in noted


def test_a_tool_that_an_admin_took_stays_taken(northwind: Company, books: Books, nothing: Path) -> None:
    command(nothing)
    agent = Agent.objects.get(workspace=northwind.workspace, name=posting.NAME)
    assert agent.tools == [posting.TOOL]
    agents.change(agent=agent, version="0.9", tools=[], actor=actors.worker("test"), now=timezone.now())
    command(nothing)
    agent.refresh_from_db()
    assert (agent.version, agent.tools) == ("1.0", [])


@pytest.mark.usefixtures("books")
def test_a_document_another_run_was_quicker_with_counts_as_repeated(northwind: Company) -> None:
    """Both had read it before either proposed it."""
    agent = agents.add_agent(
        workspace=northwind.workspace, name=posting.NAME, version="1.0", tools=[posting.TOOL],
        actor=actors.worker("test"), now=timezone.now(),
    )  # fmt: skip
    line = {"id": "A1", "text": "GARDENIA BAKERIES (KL) SDN BHD\nDATE: 26/10/2026\nTOTAL RM 54.19\n"}

    run = recorder.start(
        agent=agent, workflow=posting.NAME, actor=actors.worker("test"), now=timezone.now(), period=""
    )
    one = walk.Walk(run, Checkpoint())
    [(given, read)] = walk._readings(one, [line])
    for repeated in (0, 1):
        walk._finish_one(one, given, read, [])
        assert one.tally.outcomes["repeated"] == repeated
    assert Proposal.objects.count() == 1
