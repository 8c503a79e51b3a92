"""The workflows that ship, and the agent each one runs as."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals.models import Workspace
from runs.replaying.inputs import Reader
from runs.workflows.expense import posting, reading, replaying
from runs.workflows.expense import walk as expense
from runs.workflows.tickets import proposing
from runs.workflows.tickets import replaying as sorting_again
from runs.workflows.tickets import walk as tickets


class UnknownWorkflow(LookupError):
    """No workflow of that name ships."""


@dataclass(frozen=True)
class Workflow:
    """A name, the version of its code, the tools its agent may use, and the function that walks it.

    ``prompts`` are those it may ask models with. ``reader`` does its reading again, for a replay; None where it cannot
    be.
    """

    name: str
    version: str
    tools: tuple[str, ...]
    walk: Callable[..., Any]
    prompts: tuple[str, ...] = ()
    reader: Callable[[Workspace], Reader] | None = None


WORKFLOWS = {
    workflow.name: workflow
    for workflow in [
        Workflow(
            posting.NAME, posting.VERSION, (posting.TOOL,), expense.walk, reading.PROMPTS, replaying.reader
        ),
        Workflow(
            proposing.NAME,
            proposing.VERSION,
            proposing.TOOLS,
            tickets.walk,
            proposing.PROMPTS,
            sorting_again.reader,
        ),
    ]
}


def get(name: str) -> Workflow:
    """The workflow of that name. Raises `UnknownWorkflow`."""
    try:
        return WORKFLOWS[name]
    except KeyError as error:
        raise UnknownWorkflow(f"{name}: the workflows are {', '.join(WORKFLOWS)}") from error
