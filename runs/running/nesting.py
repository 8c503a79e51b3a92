"""Steps within steps: each stands under the one that its reporter named as the step around it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runs.models import Run, Step

NEVER_TOLD = "The step around it, {}, was never told."
IN_A_CIRCLE = "It stands, as told, within itself."


@dataclass(frozen=True)
class Placed:
    """A step with how deep it stands on its page, and what is odd about that."""

    step: Step
    depth: int = 0
    odd: str = ""


def nested(run: Run, steps: Sequence[Step]) -> list[Placed]:
    """The steps of one page, children behind their parents, else in the order given. At most one query."""
    here = {step.key: step for step in steps}
    told = _told(run, {step.parent for step in steps if step.parent and step.parent not in here})
    within: defaultdict[str, list[Step]] = defaultdict(list)
    for step in steps:
        within[step.parent if step.parent in here else ""].append(step)
    placed = [one for step in within[""] for one in _root(step, within, told)]
    reached = {one.step.key for one in placed}
    for step in steps:  # what is left goes in circles: each is opened at its earliest step
        if step.key not in reached:
            around = [one for one in _tree(step, within, 0) if one.step.key not in reached]
            placed += [Placed(around[0].step, 0, IN_A_CIRCLE), *around[1:]]
            reached |= {one.step.key for one in around}
    return placed


def _told(run: Run, keys: set[str]) -> set[str]:
    return set(run.steps.filter(key__in=keys).values_list("key", flat=True)) if keys else set()


def _root(step: Step, within: Mapping[str, list[Step]], told: set[str]) -> list[Placed]:
    """A step whose parent is not on this page: because it has none, or that stands on another, or was never told."""
    first, *rest = _tree(step, within, 1 if step.parent in told else 0)
    odd = NEVER_TOLD.format(step.parent) if step.parent and step.parent not in told else ""
    return [Placed(step, first.depth, odd), *rest]


def _tree(
    step: Step, within: Mapping[str, list[Step]], depth: int, seen: frozenset[str] = frozenset()
) -> Iterator[Placed]:
    seen |= {step.key}
    yield Placed(step, depth)
    for child in within.get(step.key, []):
        if child.key not in seen:
            yield from _tree(child, within, depth + 1, seen)
