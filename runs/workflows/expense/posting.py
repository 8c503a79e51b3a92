"""expense-posting: one receipt in, one proposal out; what was seen, how sure, and every move on record.

validate → extract → match vendor and period → detect repeats → propose ``books.post_expense``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from approvals import actors, canonical, gathering, tools
from approvals.arguments import read as reading_of
from approvals.models import Agent, Proposal
from approvals.submission import Draft, Exhibit
from exceptions import intake
from runs.asking import editions, opinions
from runs.connectors.books import matching
from runs.models import Run
from runs.workflows.expense import reading
from runs.workflows.expense.document import Document
from runs.workflows.expense.extract import Extraction
from runs.workflows.expense.reading import Move, Stopwatch

NAME, VERSION = "expense-posting", "1.0"
TOOL = "books.post_expense"
DOUBTFUL = 0.5  # the most a reading is trusted whose amounts contradict each other


@dataclass
class Posted:
    """What became of one document: the proposal (old or new) and the moves made for it."""

    proposal: Proposal | None
    repeated: bool = False
    moves: list[Move] = field(default_factory=list)


def key_of(document: Document) -> str:
    """The idempotency key: the same document with the same text is the same event, whichever run brings it."""
    return f"{NAME}/{canonical.digest([document.id, document.text])[:40]}"


def post(
    *, document: Document, read: reading.Reading, run: Run, vendors: Sequence[matching.Vendor]
) -> Posted:
    """Match, look for repeats and propose. The proposal passes the one door like any other."""
    posted = Posted(None, moves=list(read.moves))
    if opinions.stops(read.opinion):
        opinions.hold_up(read.opinion, run=run, subject=f"receipt:{document.id}", now=timezone.now())
        return posted
    match = _match(read.extraction, vendors, posted)
    arguments = arguments_of(read.extraction, match)
    repeats = _repeats(arguments, run.agent, posted)
    draft = _draft(document, read, match, arguments, repeats, run)
    watch = Stopwatch()
    posted.proposal = intake.receive(
        draft=draft, agent=run.agent, actor=actors.agent(run.agent_id, "workflow"), now=timezone.now()
    )
    told = {
        "proposal": posted.proposal.public_id,
        "state": posted.proposal.state,
        "ruling": posted.proposal.ruling,
    }
    posted.moves.append(
        Move("propose", "propose", watch.started_at, watch.ms, draft.arguments, told,
             confidence=float(draft.confidence or 0))
    )  # fmt: skip
    return posted


def _match(seen: Extraction, vendors: Sequence[matching.Vendor], posted: Posted) -> matching.Match:
    watch = Stopwatch()
    match = matching.match(seen.vendor.value or "", vendors)
    posted.moves.append(
        Move("match", "rule", watch.started_at, watch.ms, {"vendor": seen.vendor.value, "date": seen.date.value},
             asdict(match), confidence=match.score)
    )  # fmt: skip
    return match


def _repeats(arguments: dict[str, Any], agent: Agent, posted: Posted) -> list[str]:
    """Earlier proposals that look like the same event: shown here, judged by the duplicate gate."""
    watch = Stopwatch()
    tool = tools.get(TOOL)
    likeness = gathering.likeness(tool, reading_of(tool, arguments).value)
    found: list[str] = []
    if likeness:
        alike = Proposal.objects.filter(workspace_id=agent.workspace_id, likeness=likeness, drill=False)
        earlier = alike.order_by("-id")[:5]
        found = [proposal.public_id for proposal in earlier]
    asked = {name: arguments.get(name) for name in ("vendor", "date", "total")}
    posted.moves.append(Move("repeats", "rule", watch.started_at, watch.ms, asked, {"alike": found}))
    return found


def arguments_of(seen: Extraction, match: matching.Match) -> dict[str, Any]:
    """What could be told; what could not is left out, and the gates say so."""
    told = {
        "vendor": match.name or seen.vendor.value,
        "date": seen.date.value,
        "currency": seen.currency.value,
        "total": seen.total.value,
        "tax": seen.tax.value,
        "document": seen.document.value,
        "account": match.account,
    }
    return {name: value for name, value in told.items() if value is not None}


def _draft(
    document: Document,
    read: reading.Reading,
    match: matching.Match,
    arguments: dict[str, Any],
    repeats: list[str],
    run: Run,
) -> Draft:
    seen = read.extraction
    return Draft(
        tool=TOOL,
        arguments=arguments,
        idempotency_key=key_of(document),
        subject=f"receipt:{document.id}"[:200],
        summary=_summary(seen, match),
        rationale=_rationale(seen, match, read.source, repeats) + opinions.sentence(read.opinion),
        confidence=Decimal(str(round(opinions.weigh(_confidence(seen, match), read.opinion), 3))),
        confidence_source=read.source,
        evidence=tuple(_evidence(document, seen, match, arguments)),
        workflow=NAME,
        run=run.id,
        read_by=editions.version(VERSION, reading.edition(read, document, run.workspace)),
        fingerprint=canonical.digest([document.id, document.text]),
    )


def _confidence(seen: Extraction, match: matching.Match) -> float:
    """The least sure field decides; amounts that contradict each other make the whole doubtful."""
    sure = seen.confidence
    if match.name is not None:
        sure = min(max(seen.vendor.confidence, match.score), seen.date.confidence, seen.currency.confidence,
                   seen.total.confidence)  # fmt: skip
    consistency = seen.consistency
    doubtful = consistency.sum_contradicts or consistency.totals_conflict or consistency.instructions_found
    return min(sure, DOUBTFUL) if doubtful else sure


def _summary(seen: Extraction, match: matching.Match) -> str:
    who = match.name or seen.vendor.value or "a vendor that could not be read"
    day = f"{date.fromisoformat(seen.date.value):%d %B %Y}" if seen.date.value else "an unknown day"
    return f"{seen.currency.value or ''} {seen.total.value or 'an unreadable total'} to {who}, {day}".strip()[
        :500
    ]


def _rationale(seen: Extraction, match: matching.Match, source: str, repeats: list[str]) -> str:
    sentences = [f"Read by {'a model' if source == 'model' else 'rules, no model is configured'}."]
    for name in reading.FIELDS:
        found = getattr(seen, name)
        if found.value is not None:
            sentences.append(f"{name.capitalize()}: {found.reason}, {found.confidence:.0%} sure.")
        elif name in ("vendor", "date", "currency", "total"):
            sentences.append(f"{name.capitalize()}: cannot tell.")
    if match.name is None:
        sentences.append("The books know no vendor of that name.")
    if seen.consistency.sum_contradicts:
        sentences.append("The printed parts do not add up to the total.")
    if seen.consistency.totals_conflict:
        sentences.append(f"Another total is printed: {seen.consistency.other_total}.")
    if seen.consistency.instructions_found:
        sentences.append("The text gives orders; they were not followed.")
    if repeats:
        sentences.append(f"The same day and total were proposed before: {', '.join(repeats)}.")
    return " ".join(sentences)


def _evidence(
    document: Document, seen: Extraction, match: matching.Match, arguments: dict[str, Any]
) -> list[Exhibit]:
    spans = [
        {"field": f"/{name}", "start": found.start, "end": found.end}
        for name in reading.FIELDS
        if (found := getattr(seen, name)).value is not None
        and found.start is not None
        and found.end is not None
        and name in arguments
        and not (name == "vendor" and match.name is not None and match.name != found.value)
    ]
    source = f"receipt:{document.id}"[:500]
    papers = [Exhibit("text", document.text, "Receipt", source, tuple(spans))]
    if document.picture:
        marked = {span["field"] for span in spans}
        boxes = [
            {"field": f"/{name}", "box": list(box)}
            for name, box in document.boxes.items()
            if f"/{name}" in marked
        ]
        papers.append(Exhibit("image", document.picture, "Scan of the receipt", source, tuple(boxes)))
    if match.name is None or match.name == seen.vendor.value:
        return papers
    printed = (
        f"{match.name}\nprinted on the receipt as: {seen.vendor.value}\naccount: {match.account or 'none'}"
    )
    span = {"field": "/vendor", "start": 0, "end": len(match.name)}
    return [*papers, Exhibit("record", printed, "Vendor in the books", "books:vendors", (span,))]


def standing(agent: Agent, document: Document) -> Proposal | None:
    """The proposal an earlier run made of this very document, if any."""
    return Proposal.objects.filter(agent=agent, idempotency_key=key_of(document)).first()
