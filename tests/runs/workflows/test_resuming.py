"""A walk that was cut off goes on from its last completed step: nothing asked twice, nothing proposed twice."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from approvals.models import Proposal
from config.keeper import dies_with_parent
from config.processes import manage
from runs import checkpoints, recorder
from runs.asking import desk
from runs.models import Run, Step
from runs.models.run import State
from runs.workflows.expense import document, posting, reading, telling, walk
from tests.books import Books
from tests.builders import agent_actor, now
from tests.config.scripts import until
from tests.openai_server import OpenAIServer, completion
from tests.people import Company
from tests.runs.workflows.test_walk import RECEIPT, agent, answer, model  # noqa: F401
from tests.workers import addresses


class PowerCut(BaseException):
    """Nobody catches it, as nobody notices when a process ends."""


def lines(many: int) -> list[dict[str, str]]:
    return [{"id": f"A{n}", "text": RECEIPT.replace("7026F713", f"7026F{n:03}")} for n in range(many)]


def cut_off(inputs: list[Any]) -> Iterator[Any]:
    yield from inputs
    raise PowerCut


@pytest.mark.django_db
def test_a_cut_off_walk_goes_on_in_the_same_run_and_counts_the_whole(agent: Any) -> None:  # noqa: F811
    with pytest.raises(PowerCut):
        walk.walk(agent=agent, inputs=cut_off([*lines(2), "junk"]))
    run = Run.objects.get()
    assert (run.state, Proposal.objects.count()) == ("running", 2)
    inputs = [*lines(2), "junk", *lines(4)[2:]]
    resumed, tally = walk.walk(agent=agent, inputs=inputs, resume=run)
    assert resumed == run and resumed.state == "partial"
    assert tally.outcomes == {"inputs": 5, "pending": 4, "unreadable": 1}
    assert Proposal.objects.filter(run=run.pk).count() == 4
    assert Step.objects.filter(run=run, name="extract").count() == 4
    third, tally = walk.walk(agent=agent, inputs=inputs, resume=resumed)
    assert third.resumes == run and tally.outcomes == {"inputs": 5, "pending": 4, "unreadable": 1}
    assert Proposal.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_what_a_model_had_read_is_not_asked_again(agent: Any, model: OpenAIServer) -> None:  # noqa: F811
    """The process ended after the answer and before the proposal; by then the run had been closed as silent."""
    model.plays(completion(answer()))
    run = recorder.start(agent=agent, workflow=posting.NAME, actor=agent_actor(agent), now=now())
    paper = document.read(lines(1)[0])
    with desk.opened(workspace=run.workspace, run=run, actor=agent_actor(agent)) as opened:
        read = reading.read(paper, opened)
    telling.record(run=run, item=paper.id, keys=telling.keys_of(paper), moves=read.moves)
    recorder.finish(run=run, state=State.FAILED, actor=agent_actor(agent), now=now(), silent=True)
    assert len(model.requests) == 1
    other, _ = walk.walk(agent=agent, inputs=lines(1), resume=run)
    assert len(model.requests) == 1 and other.resumes == run
    assert Proposal.objects.get().confidence_source == "model"
    assert [step.name for step in other.steps.order_by("key")] == ["match", "repeats", "propose"]
    walk.walk(agent=agent, inputs=[lines(1)[0] | {"text": RECEIPT}], resume=run)
    assert len(model.requests) == 2  # another text under the same id is another document


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_a_killed_process_is_resumed_by_hand(northwind: Company, books: Books, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines(150)))
    command = manage("run_workflow", "expense-posting", "--input", str(file), "--workspace", "northwind")
    environment = {**os.environ, **addresses()}
    with (tmp_path / "words").open("wb") as words:
        process = subprocess.Popen(
            command, env=environment, stdout=words, stderr=words, preexec_fn=dies_with_parent("SIGKILL")
        )
    try:
        assert until(lambda: Proposal.objects.count() >= 5)
        run = Run.objects.get()
        with pytest.raises(checkpoints.StillWalked), checkpoints.walking(run):
            pass
    finally:
        process.kill()
        process.wait()
    done = Proposal.objects.count()
    assert 5 <= done < 150 and run.steps.filter(name="propose").count() == done
    assert until(lambda: not held(run))
    call_command(
        "run_workflow", "expense-posting", input=file, workspace="northwind", resume=run.public_id, limit=20
    )
    run.refresh_from_db()
    assert run.state == "succeeded" and run.counts["inputs"] == 20
    assert Proposal.objects.count() == max(done, 20) == Proposal.objects.filter(run=run.pk).count()
    with pytest.raises(CommandError):
        call_command("run_workflow", "expense-posting", input=file, workspace="northwind", resume="run_x")


def held(run: Run) -> bool:
    try:
        with checkpoints.walking(run):
            return False
    except checkpoints.StillWalked:
        return True
