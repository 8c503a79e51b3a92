"""What a replay reads again: the inputs that the run left on record, with what they led to then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Min

from approvals.models import Evidence, Proposal
from runs.models import RunReplay, Step

MOST = 2_000  # inputs of one replay
NOT_KEPT = "Its text is not on record: nothing was proposed about it"
ERASED = "Its text is no longer on record"


@dataclass(frozen=True)
class Given:
    """One input, and what came of it: outputs by step, the arguments that were proposed to a tool, and by what it was
    read.
    """

    position: int
    item: str
    proposal: UUID | None = None
    tool: str = ""
    text: str = ""
    why: str = ""  # it cannot be read again
    outputs: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class Again:
    """What the code of today makes of it: outputs by the same names, and by what it was read."""

    outputs: Mapping[str, Any]
    by: str


class Reader(Protocol):
    """A workflow's reading without what follows it. It may ask a model; it writes and proposes nothing."""

    def read(self, given: Given) -> Again: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Listed:
    """An input by its place, not looked up yet."""

    position: int
    item: str
    proposal: UUID | None


def listed(replay: RunReplay) -> list[Listed]:
    """The inputs in the order in which they were proposed, then those that came to nothing."""
    proposals = Proposal.objects.filter(
        run=replay.run_id, drill=False, amends__isnull=True, reverses__isnull=True
    )
    made = _of(replay, replay.run.steps.filter(proposal__isnull=False))
    named = {row.proposal: row.item for row in made.only("proposal", "item")[:MOST]}
    if replay.item:
        proposals = proposals.filter(pk__in=named)
    found = [
        (named.get(pk, subject), pk)
        for pk, subject in proposals.order_by("id").values_list("pk", "subject")[:MOST]
    ]
    if replay.step not in ("", "propose"):  # what it was proposed from was read once, however many came of it
        found = list({item: (item, pk) for item, pk in reversed(found)}.values())[::-1]
    known = {item for item, _ in found}
    told = _of(replay, replay.run.steps.exclude(item="")).values("item").annotate(began=Min("started_at"))
    lost = [row["item"] for row in told.order_by("began", "item")[:MOST] if row["item"] not in known]
    both: list[tuple[str, UUID | None]] = [*found, *((item, None) for item in lost)]
    return [Listed(number, item, pk) for number, (item, pk) in enumerate(both[:MOST], start=1)]


def _of(replay: RunReplay, rows: Any) -> Any:
    return rows.filter(item=replay.item) if replay.item else rows


def look_up(replay: RunReplay, one: Listed) -> Given:
    """The input with its text, and what came of it then."""
    if one.proposal is None:
        return Given(one.position, one.item, why=NOT_KEPT)
    proposal = Proposal.objects.get(pk=one.proposal)
    text = Evidence.objects.filter(proposal=proposal, position=1, kind="text").first()
    steps = {step.name: step for step in _steps(replay, one.item)}
    outputs = {name: step.output for name, step in steps.items()} | {"propose": proposal.proposed_arguments}
    if replay.step:
        outputs = {name: output for name, output in outputs.items() if name == replay.step}
    kept = text.content if text else ""
    why = "" if kept else ERASED
    return Given(one.position, one.item, one.proposal, proposal.tool, kept, why, outputs, by(steps.values()))


def _steps(replay: RunReplay, item: str) -> list[Step]:
    """The completed steps of an input, the latest of a name last; those of a run that this one goes on from too."""
    runs = [key for key in (replay.run_id, replay.run.resumes_id) if key]
    return list(Step.objects.filter(run__in=runs, item=item, error__isnull=True).order_by("id")[:200])


def by(steps: Any) -> str:
    """What read it: a model under a prompt, or rules."""
    asked = [step for step in steps if step.model]
    if not asked:
        return "rules"
    last = asked[-1]
    return f"{last.model}, {last.prompt} {last.prompt_version}".strip()[:200]
