"""Editions: what reads besides the code of a workflow. What a lane has earned, one edition earned, for itself alone."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from django.conf import settings

from approvals import canonical
from approvals.models import Workspace
from runs.asking import opinions, terms, versions
from runs.llm import prompts

LENGTH = 8  # of a digest: enough to tell editions apart, and short enough to be read
RULES = "rules"  # they stood in for a model that failed


def of_model(*, asked: Mapping[str, str], second: str) -> str:
    """The edition of a model under these prompts (digests by name), with a second opinion or without."""
    return canonical.digest([settings.OPENAI_MODEL, second, dict(asked)])[:LENGTH]


def version(code: str, edition: str) -> str:
    """As an agent and its proposals name it: "1.0", "1.0+3f9ac2d1"."""
    return f"{code}+{edition}" if edition else code


def in_use(workspace: Workspace, names: Sequence[str]) -> Iterator[str]:
    """Every edition that some input may be read by now, the one with the largest share first."""
    second = _second(workspace, names)
    asked = [name for name in names if name != opinions.PROMPT or second]
    mixes = [versions.shares(versions.in_force(workspace.pk, name), name) for name in asked]
    rows = product(*(sorted(mix.items(), reverse=True) for mix in mixes))
    for row in sorted(rows, key=lambda row: -prod(share for _, share in row)):
        drawn = zip(asked, (number for number, _ in row), strict=True)
        told = {name: prompts.load(name, number).digest for name, number in drawn}
        yield of_model(asked=told, second=second)


def of_input(workspace: Workspace, names: Sequence[str], paper: str, asked: Mapping[str, str]) -> str:
    """The edition that read one input: what it was ``asked`` with (digests by name), and for prompts that had no turn
    the versions drawn for it.
    """
    second = _second(workspace, names)
    told = {
        name: asked.get(name) or _drawn(workspace, name, paper)
        for name in names if name != opinions.PROMPT or second
    }  # fmt: skip
    return of_model(asked=told, second=second)


def _second(workspace: Workspace, names: Sequence[str]) -> str:
    return terms.of(workspace).second_model if opinions.PROMPT in names else ""


def _drawn(workspace: Workspace, name: str, paper: str) -> str:
    drawn = versions.choose(
        workspace_id=workspace.pk, slug=workspace.slug, prompt=name, input_digest=canonical.text_digest(paper)
    )
    return drawn.digest
