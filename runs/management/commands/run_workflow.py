"""``manage.py run_workflow WORKFLOW --input FILE.jsonl``: walk a workflow and print one JSON summary."""

import json
import re
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from approvals import actors, agents, ids
from approvals.models import Agent, Membership, Proposal, Workspace
from exceptions import catalogue as failure_classes
from runs import checkpoints
from runs.models import Execution, Run
from runs.workflows import catalogue, editions
from runs.workflows.tickets import examples, learning

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
LONGEST_WAIT = 600
LONGEST_LINE = 2_000_000


class Command(BaseCommand):
    help = "Walk a workflow over a file of JSON lines. Running the same input again proposes nothing new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workflow", choices=sorted(catalogue.WORKFLOWS))
        parser.add_argument("--input", required=True, type=Path, help="a file with one JSON object per line")
        parser.add_argument(
            "--workspace", help="slug; without it the only one there is, else a new one named default"
        )
        parser.add_argument(
            "--labelled", type=Path, help="ticket-triage: a file of labelled examples to sort by from now on"
        )
        parser.add_argument("--period", default="", help="for example 2026-11")
        parser.add_argument("--limit", type=int, help="only the first so many lines")
        parser.add_argument("--resume", metavar="RUN", help="go on from the last completed step of this run")
        parser.add_argument("--wait", action="store_true", help="until nothing is left that needs no person")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if not options["input"].is_file():
            raise CommandError(
                f"{options['input']} is not a file. Name a file with one JSON object per line."
            )
        workflow = catalogue.get(options["workflow"])
        if options["limit"] is not None and options["limit"] < 0:
            raise CommandError(f"--limit is {options['limit']}. Give the number of lines to read, 0 or more.")
        workspace = _named(options["workspace"]) if options["workspace"] is not None else _only_or_default()
        if not Membership.objects.filter(workspace=workspace).exists():
            self.stderr.write(
                f"{workspace.slug} has no members yet: nobody can review what is proposed there."
            )
        if options["labelled"] is not None:
            _supply(workspace, workflow.name, options["labelled"], self.stderr.write)
        agent = _agent(workspace, workflow)
        lines = islice(_lines(options["input"]), options["limit"])
        told: dict[str, Any] = {"agent": agent, "inputs": lines, "period": options["period"]}
        if options["resume"]:
            told["resume"] = _resumed(options["resume"], agent)
        try:
            run, tally = workflow.walk(**told)
        except checkpoints.StillWalked as error:
            raise CommandError(
                f"{error} is being walked at this moment. There is nothing to resume."
            ) from error
        if options["wait"]:
            _wait(run)
        self.stdout.write(json.dumps(_summary(run, tally, time.monotonic() - began), indent=2))


def _resumed(public_id: str, agent: Agent) -> Run:
    """The run to go on from: the same workflow's, in the same workspace."""
    try:
        found = Run.objects.filter(pk=ids.read("run", public_id), agent=agent).first()
    except ids.UnknownId as error:
        raise CommandError(str(error)) from error
    if found is None:
        raise CommandError(
            f"{public_id} is no run of {agent} in {agent.workspace.slug}. Copy it from its page."
        )
    return found


def _supply(workspace: Workspace, workflow: str, path: Path, say: Callable[[str], object]) -> None:
    """Keep the team's examples, and say how well the words of a part of them sort the rest."""
    if workflow != examples.WORKFLOW:
        raise CommandError(f"--labelled is for {examples.WORKFLOW}: {workflow} learns from no examples.")
    if not path.is_file():
        raise CommandError(f"{path} is not a file. Name a file with one labelled example per line.")
    try:
        with path.open("rb") as lines:
            supplied = examples.read(lines)
        kept = examples.supply(
            workspace=workspace,
            supplied=supplied,
            by=None,
            actor=actors.worker("command"),
            now=timezone.now(),
        )
    except examples.UnreadableExamples as error:
        raise CommandError(f"{path}: {error}") from error
    except learning.TooFew as error:
        raise CommandError(
            f"{path} holds too few examples: at least {learning.FEWEST}, of two labels."
        ) from error
    say(
        f"{kept.size} examples, {len(kept.labels)} labels. Of {kept.held_out} kept back {kept.right} were sorted as "
        f"labelled; {kept.answered} were answered at all, and {kept.answered_right} of those rightly."
    )


def _named(slug: str) -> Workspace:
    """An explicit slug is never made: a slip of the pen would hide the proposals where nobody looks."""
    if not SLUG.fullmatch(slug):
        raise CommandError(f"{slug!r} is not a slug. Use letters, digits, hyphens and underscores.")
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        known = ", ".join(Workspace.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no workspace {slug}. Known: {known}.")
    return workspace


def _only_or_default() -> Workspace:
    known = list(Workspace.objects.all()[:2])
    if len(known) == 1:
        return known[0]
    workspace, made = Workspace.objects.get_or_create(
        slug="default", defaults={"name": "Default", "created_at": timezone.now()}
    )
    if made:
        failure_classes.seed(workspace=workspace, now=timezone.now())
    return workspace


def _agent(workspace: Workspace, workflow: catalogue.Workflow) -> Agent:
    """Made with its tools; afterwards only its version follows the code, what it may name is for admins to say."""
    told: dict[str, Any] = {"actor": actors.worker("command"), "now": timezone.now()}
    version = editions.version_of(workspace, workflow)
    try:
        return agents.introduce(
            workspace=workspace, name=workflow.name, version=version, tools=list(workflow.tools), **told
        )
    except agents.NameTaken:
        agent = Agent.objects.select_related("workspace").get(workspace=workspace, name=workflow.name)
    editions.bring_up(agent=agent, **told)
    return agent


def _lines(path: Path) -> Iterator[Any]:
    """Parsed lines; a line that cannot be parsed comes as the error, so that it is counted and the rest goes on."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            if len(line) > LONGEST_LINE:
                yield ValueError(
                    f"line {number} is longer than {LONGEST_LINE} bytes; send one receipt per line"
                )
                continue
            try:
                yield json.loads(line, parse_constant=_refuse)
            except (ValueError, RecursionError) as error:
                yield ValueError(
                    f"line {number} is not JSON ({type(error).__name__}); write one object per line"
                )


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _wait(run: Run) -> None:
    """Until every proposal of the run waits for a person or is done."""
    until = time.monotonic() + LONGEST_WAIT
    mine = Proposal.objects.filter(run=run.id, drill=False)
    while time.monotonic() < until:
        unread = mine.filter(state="pending", observed_at__isnull=True).exists()
        passing = mine.filter(state="pending", ruling="allow", round=1, shadow=False).exists()
        due = Execution.objects.filter(proposal__run=run.id, state__in=["scheduled", "started"])
        if not unread and not passing and not due.exists():
            return
        time.sleep(0.2)


def _summary(run: Run, tally: Any, seconds: float) -> dict[str, Any]:
    path = reverse("run", args=[run.workspace.slug, run.public_id])
    return {
        "run": run.public_id,
        "url": f"{settings.SITE_URL.rstrip('/')}{path}",
        "workspace": run.workspace.slug,
        "agent": str(run.agent),
        "state": run.state,
        "outcomes": dict(tally.outcomes),
        "blocked_by": dict(tally.blocked_by),
        "asked_by": dict(tally.asked_by),
        "seconds": round(seconds, 2),
    }
