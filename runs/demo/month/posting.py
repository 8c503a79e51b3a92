"""The month's receipts: walked by the workflow that ships, a few at a time."""

from collections.abc import Sequence
from datetime import date

from approvals import actors, canonical
from runs import recorder
from runs.asking import journal
from runs.connectors.books import matching
from runs.demo.month import hands, paper, reading
from runs.demo.month.scene import Scene
from runs.models import Run
from runs.models.run import State
from runs.workflows.expense import posting, telling
from runs.workflows.expense.document import Document
from runs.workflows.expense.reading import Move, Stopwatch
from runs.workflows.expense.tally import Tally

FIRST = 3001
OUTAGE = "The run could not go on: the scanner’s share did not answer"
ODD = {4: "closed", 19: "closed"}  # by place in the month


def papers(first: int, many: int, day: date) -> list[paper.Paper]:
    """Those of a day; ``first`` is the place of its first in the month."""
    places = range(first, first + many)
    return [paper.paper(FIRST + place, day, kind=ODD.get(place, "plain")) for place in places]


def walk(scene: Scene, found: Sequence[paper.Paper], day: date) -> Run:
    """One run over the receipts of a day; the books are read at once."""
    agent, tally = scene.company.agent, Tally()
    actor, vendors = actors.agent(agent.id, "workflow"), matching.vendors(scene.workspace.slug)
    run = recorder.start(
        agent=agent, workflow=posting.NAME, actor=actor, now=scene.now, period=day.isoformat()
    )
    for number, one in enumerate(found, start=1):
        _walk_one(scene, run, number, Document(one.id, one.text), vendors, tally)
    recorder.finish(run=run, state=State.SUCCEEDED, actor=actor, now=scene.clock.on(1), counts=tally.outcomes)
    hands.observe(scene)
    return run


def _walk_one(
    scene: Scene, run: Run, number: int, document: Document, vendors: Sequence[matching.Vendor], tally: Tally
) -> None:
    watch = Stopwatch()
    tally.outcomes["inputs"] += 1
    digest = canonical.text_digest(document.text)
    seen = {"id": document.id, "digest": digest}
    validated = Move("validate", "rule", watch.started_at, 0, {"line": number}, seen)
    posted = posting.post(
        document=document, read=reading.read(scene, run, document, digest), run=run, vendors=vendors
    )
    telling.record(
        run=run, item=document.id, keys=telling.keys_of(document), moves=[validated, *posted.moves],
        proposal=posted.proposal,
    )  # fmt: skip
    if posted.proposal is not None:
        tally.count(posted.proposal)
        journal.tie(run=run, document=document.text, proposal=posted.proposal.id, prompts=[reading.PROMPT])
