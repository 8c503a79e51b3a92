"""What a model would have made of a receipt, and would have cost. No model is asked: the rules read, and an account is
invented beside it, under a name that says so.
"""

from dataclasses import replace
from decimal import Decimal
from random import Random

from runs.asking import budgets, journal, versions
from runs.asking.purse import WorkspacePurse
from runs.demo.month.scene import Scene, chance
from runs.llm.effort import Effort
from runs.llm.purse import Taken
from runs.models import Run
from runs.workflows.expense import reading
from runs.workflows.expense.document import Document
from runs.workflows.expense.reading import Reading

MODEL = "invented-large"
PROMPT = reading.PROMPTS[0]
PER_TOKEN = Decimal("0.0000025")  # US dollars


def read(scene: Scene, run: Run, document: Document, digest: str) -> Reading:
    """Read by the rules, told as by a model; one question more in the journal and in the purse."""
    found = reading.read(document, None)
    effort = _effort(scene, document, digest)
    scene.clock.on(effort.latency_ms / 1000)
    _pay(scene, run, effort)
    journal.note(
        workspace=scene.workspace, run=run, purpose="work", document=document.text, effort=effort, error="",
        now=scene.now,
    )  # fmt: skip
    moves = [
        replace(move, kind="model", effort=effort, latency_ms=effort.latency_ms) if move.name == "extract" else move
        for move in found.moves
    ]  # fmt: skip
    return Reading(found.extraction, "model", moves)


def _effort(scene: Scene, document: Document, digest: str) -> Effort:
    """The older version is asked with more words, and takes longer."""
    asked = versions.choose(
        workspace_id=scene.workspace.pk, slug=scene.workspace.slug, prompt=PROMPT, input_digest=digest
    )
    drawn: Random = chance("effort", document.id)
    slow = 1.5 if asked.version == 1 else 1.0
    came, went = len(asked.text) // 4 + len(document.text) // 3, drawn.randint(90, 160)
    return Effort(
        model=MODEL, prompt=asked.name, prompt_version=asked.version, prompt_digest=asked.digest, tokens_in=came,
        tokens_out=went, cost=(came + 4 * went) * PER_TOKEN, attempts=1,
        latency_ms=int(slow * drawn.lognormvariate(7.6, 0.4)),
    )  # fmt: skip


def _pay(scene: Scene, run: Run, effort: Effort) -> None:
    if not budgets.in_force(scene.workspace.pk):
        return
    took = Taken(tokens=effort.tokens_in + effort.tokens_out, money=effort.cost or Decimal(0))
    purse = WorkspacePurse(workspace=scene.workspace, run=run, actor=scene.worker.actor, at=scene.now)
    purse.reserve(took)
    purse.settle(took, took)
