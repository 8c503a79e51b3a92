"""What a message is about: told by a model, or by the words of a team’s examples; or "I cannot tell"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runs.llm.answers import Form, Quoted
from runs.llm.client import Asks
from runs.llm.errors import ModelError
from runs.llm.questions import Question
from runs.workflows.expense.lines import fold
from runs.workflows.expense.orders import gives_orders
from runs.workflows.expense.reading import Move, Stopwatch
from runs.workflows.tickets.learning import FLOOR, Learned
from runs.workflows.tickets.message import Message

PROMPT = "classify_ticket"
DOUBTFUL = 0.5  # the most that is believed of a message that gives orders
Span = tuple[int, int]


class About(Form):
    """What is asked of a model: one of the labels it is given, and the words that say so."""

    label: Quoted[str]


@dataclass(frozen=True)
class Finding:
    """``label`` is one of the team’s, or None for "I cannot tell". ``spans`` count characters of the paper."""

    label: str | None
    confidence: float
    source: str  # model or rule
    spans: tuple[Span, ...] = ()
    reason: str = ""
    orders: bool = False
    moves: list[Move] = field(default_factory=list)


def sort(
    message: Message, *, labels: Mapping[str, Any], learned: Learned | None, client: Asks | None
) -> Finding:
    """Never raises: a model that fails is recorded, and the words answer instead."""
    moves: list[Move] = []
    if client is not None and labels:
        found = _by_model(message, labels, client, moves)
        if found is not None:
            return found
    return _by_words(message, learned, moves)


def _by_model(message: Message, labels: Mapping[str, Any], client: Asks, moves: list[Move]) -> Finding | None:
    watch = Stopwatch()
    asked = {"message": message.id, "characters": len(message.said), "labels": len(labels)}
    listed = "\n".join(f"- {label}" for label in labels)
    document = f"LABELS\n{listed}\n\nMESSAGE\n{message.said}"
    try:
        answer = client.ask(
            Question(
                prompt=client.prompt(PROMPT, message.paper),
                form=About,
                document=document,
                about=message.paper,
            ),
            unsure=_unsure,
        )
    except ModelError as error:
        said = {"code": error.code, "message": str(error)[:300]}
        moves.append(
            Move("classify", "model", watch.started_at, watch.ms, asked, error=said, effort=error.effort)
        )
        return None
    told = answer.value.label
    spans = places(message, [told.quote or ""])
    known = (
        told.value if told.value in labels and spans else None
    )  # a label nobody gave it, or words nobody wrote
    found = _finding(message, known, told.confidence if known else 0.0, "model", spans, "")
    output = {
        "label": found.label,
        "said": told.value,
        "orders": found.orders,
        "from_cache": answer.from_cache,
    }
    moves.append(
        Move("classify", "model", watch.started_at, watch.ms, asked, output, confidence=found.confidence, effort=answer)
    )  # fmt: skip
    return Finding(**vars(found) | {"moves": moves})


def _unsure(said: About) -> bool:
    return said.label.value is None or said.label.confidence < 0.7


def _by_words(message: Message, learned: Learned | None, moves: list[Move]) -> Finding:
    watch = Stopwatch()
    asked = {"message": message.id, "characters": len(message.said), "quoted": message.own.quoted}
    if learned is None:
        found = _finding(message, None, 0.0, "rule", (), "no examples were supplied")
        output: dict[str, Any] = {"label": None, "examples": 0}
    else:
        best = learned.sorter.sort(message.said)
        label = best.label if best.confidence >= FLOOR else None
        spans = places(message, best.because)
        found = _finding(message, label, best.confidence, "rule", spans, _because(best.because, learned))
        output = {
            "label": label, "likeliest": best.label, "second": best.second, "because": list(best.because),
            "examples": learned.examples, "orders": found.orders,
        }  # fmt: skip
    moves.append(
        Move("classify", "rule", watch.started_at, watch.ms, asked, output, confidence=found.confidence)
    )
    return Finding(**vars(found) | {"moves": moves})


def _finding(
    message: Message, label: str | None, confidence: float, source: str, spans: tuple[Span, ...], reason: str
) -> Finding:
    orders = any(gives_orders(fold(line)) for line in message.said.splitlines())
    sure = min(confidence, DOUBTFUL) if orders else confidence
    return Finding(label, sure, source, spans, reason, orders)


def _because(words: tuple[str, ...], learned: Learned) -> str:
    it = learned.judged
    right = (
        f"{it.answered_right} of {it.answered} kept-back examples sorted right"
        if it.answered
        else "not judged yet"
    )
    named = ", ".join(f"“{word}”" for word in words) or "no word that the examples use"
    return f"{named}; {learned.examples} examples, {right}"


def places(message: Message, words: tuple[str, ...] | list[str]) -> tuple[Span, ...]:
    """Where these words stand in what the sender wrote, counted on the paper; the first place of each."""
    folded, found = fold(message.text), []
    for one in words:
        wanted = fold(one).strip()
        for first, last in message.own.spans:
            at = folded.find(wanted, first, last) if wanted else -1
            if at >= 0:
                found.append((message.offset + at, message.offset + at + len(wanted)))
                break
    return tuple(found)
