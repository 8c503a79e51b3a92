"""The reply that is proposed: a team's own template, or a model's draft that says nothing nobody gave it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import field_validator

from runs.llm.answers import Form, Told
from runs.llm.client import Asks
from runs.llm.errors import ModelError
from runs.llm.questions import Question
from runs.workflows.expense.reading import Move, Stopwatch
from runs.workflows.tickets.message import Message

PROMPT = "draft_reply"
LONGEST = 4_000
USUAL = (
    "Hello,\n\nthank you for writing. {team} has your message and will answer you. Your ticket is {ticket}."
)
_FACT = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|\d[\d.,:/\- ]*\d|\d", re.IGNORECASE)


class Draft(Told[str]):
    """A reply in plain text."""

    @field_validator("value")
    @classmethod
    def _fits(cls, value: str | None) -> str | None:
        if value is not None and not (value.strip() and len(value) <= LONGEST):
            raise ValueError(f"must be 1 to {LONGEST} characters, or null")
        return value


class Reply(Form):
    """What is asked of a model."""

    reply: Draft


@dataclass(frozen=True)
class Drafted:
    """``source``: template or model."""

    text: str
    source: str
    moves: list[Move] = field(default_factory=list)


def draft(message: Message, *, label: str, terms: Mapping[str, Any], client: Asks | None) -> Drafted:
    """Never raises: where a model fails, or says what nobody gave it, the template stands."""
    team = str(terms.get("team") or label)
    template = filled(str(terms.get("reply") or USUAL), team=team, ticket=message.id, subject=message.subject)
    if client is None:
        return Drafted(template, "template")
    watch = Stopwatch()
    asked = {"message": message.id, "label": label}
    document = f"WHAT MAY BE SAID\n{template}\n\nMESSAGE\n{message.said}"
    try:
        prompt = client.prompt(PROMPT, message.paper)
        answer = client.ask(Question(prompt=prompt, form=Reply, document=document, about=message.paper))
    except ModelError as error:
        said = {"code": error.code, "message": str(error)[:300]}
        move = Move("draft", "model", watch.started_at, watch.ms, asked, error=said, effort=error.effort)
        return Drafted(template, "template", [move])
    words = answer.value.reply.value
    new = facts(words or "") - facts(document)
    output = {"used": bool(words) and not new, "invented": len(new)}
    move = Move("draft", "model", watch.started_at, watch.ms, asked, output, effort=answer)
    if not words or new:
        return Drafted(template, "template", [move])
    return Drafted(words.strip(), "model", [move])


def filled(template: str, **known: str) -> str:
    """The template with what is known put in; braces around anything else stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda place: known.get(place[1], place[0]), template)


def facts(text: str) -> set[str]:
    """Addresses, links and figures: what a reply must not make up."""
    return {found.group().strip(" .,:-/").casefold() for found in _FACT.finditer(text)}
