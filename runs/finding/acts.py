"""What was done around a moment, out of the ledger and the steps of the runs under way: one line an act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from approvals import ids, prepared, timeline
from approvals.models import LedgerEntry, Membership, Proposal
from approvals.visible import visible
from approvals.waiting import statements
from runs.finding.terms import Terms
from runs.models import Run

MOST = 150
SINCE, UNTIL = statements.NOW, statements.NOW.replace(year=2)  # stand for the two while a statement is built
RUNS, STEPS = 12, 15  # under way whose steps are shown, and how many of each
KINDS = (
    "proposal.submitted", "proposal.ruled", "decision.recorded", "decision.undone", "proposal.rejected",
    "proposal.expired", "proposal.withdrawn", "proposal.handed_over", "proposal.target_changed", "proposal.dismissed",
    "execution.started", "execution.succeeded", "execution.failed", "execution.unknown", "execution.cancelled",
    "execution.settled", "run.started", "run.finished", "case.opened", "case.resolved", "saga.begun", "saga.turned",
    "saga.settled", "switch.pulled", "switch.released", "breaker.opened", "breaker.closed", "lane.moved", "policy.set",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One line: when, what, about what, and where it leads. A page shows hundreds, so the clock is read here and not by
    the filters of templates.
    """

    at: datetime
    sentence: SafeString
    kind: str = ""
    about: str = ""
    url: str = ""
    tone: str = ""

    @cached_property
    def told_at(self) -> str:
        """As `datetime` of its ``time``: 2026-11-27T15:04:05+01:00."""
        return timezone.localtime(self.at).isoformat(timespec="seconds")

    @property
    def clock(self) -> str:
        return self.told_at[11:19]

    @property
    def minute(self) -> str:
        return self.told_at[11:16]


@dataclass(frozen=True)
class Acts:
    """In the order of the clock; ``cut`` where there were more than are shown."""

    lines: list[Act]
    cut: bool


def between(terms: Terms, member: Membership, runs: Sequence[Run], since: datetime, until: datetime) -> Acts:
    """What was done from ``since`` until ``until``, as far as the terms ask for it."""
    entries = _entries(terms, member, since, until)
    lines = _told(entries[:MOST], member) + _steps(terms, member, runs, since, until)
    lines.sort(key=lambda act: act.at)
    return Acts(lines[: 2 * MOST], len(entries) > MOST or len(lines) > 2 * MOST)


def _entries(terms: Terms, member: Membership, since: datetime, until: datetime) -> list[LedgerEntry]:
    if not any((terms.agent, terms.version, terms.workflow, terms.run, terms.person, terms.record)):
        return statements.ask(_all(), {statements.HOUSE: member.workspace_id, SINCE: since, UNTIL: until})
    rows = _within(member.workspace_id, since, until)
    mine: dict[str, Any] = {
        "agent": terms.agent, "agent_version": terms.version, "workflow": terms.workflow, "run": terms.run
    }  # fmt: skip
    mine = {name: value for name, value in mine.items() if value}
    if mine:
        proposals = Proposal.objects.filter(pk=OuterRef("proposal"), **mine)
        of_runs = {"pk" if name == "run" else name: value for name, value in mine.items()}
        rows = rows.filter(
            Q(Exists(proposals)) | Q(Exists(Run.objects.filter(pk=OuterRef("run"), **of_runs)))
        )
    if terms.person is not None:
        rows = rows.filter(actor=f"user:{terms.person.pk}")
    if terms.record:
        about = Q(subject=terms.record) | Q(subject__endswith=f":{terms.record}")
        rows = rows.filter(Exists(Proposal.objects.filter(about, pk=OuterRef("proposal"))))
    return list(rows[: MOST + 1])


def _within(workspace: int, since: datetime, until: datetime) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(workspace=workspace, at__gte=since, at__lt=until, kind__in=KINDS)
    return rows.order_by("at", "id")


@cache
def _all() -> statements.Kept[LedgerEntry]:
    return statements.keep(_within(statements.HOUSE, SINCE, UNTIL)[: MOST + 1])


def _told(entries: Sequence[LedgerEntry], member: Membership) -> list[Act]:
    here = {statements.HOUSE: member.workspace_id}
    named = statements.ids({row.proposal for row in entries if row.proposal})
    proposals = {row.pk: row for row in statements.ask(_proposals(), here | named)}
    walked = statements.ids({row.run for row in entries if row.run and not row.proposal})
    known = {row.pk: row for row in statements.ask(_runs(), here | walked)}
    names = timeline.names_of(entries, {member.user_id: member.user.get_username()})
    slug = member.workspace.slug
    return [
        _act(
            row,
            proposals.get(row.proposal) if row.proposal else None,
            known.get(row.run) if row.run else None,
            names,
            slug,
        )
        for row in entries
    ]


@cache
def _proposals() -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(statements.among("approvals_proposal.id"), workspace=statements.HOUSE)
    return statements.keep(rows.select_related("agent").only("headline", "agent__name"))


@cache
def _runs() -> statements.Kept[Run]:
    rows = Run.objects.filter(statements.among("runs_run.id"), workspace=statements.HOUSE)
    return statements.keep(rows.select_related("agent").only("workflow", "period", "agent__name"))


def _act(
    row: LedgerEntry, proposal: Proposal | None, run: Run | None, names: dict[str, str], slug: str
) -> Act:
    agent = proposal.agent.name if proposal else run.agent.name if run else "An agent"
    said, tone = timeline.sentence(row, names, agent), timeline.TONE_OF.get(row.kind, "")
    sentence = visible(said)
    if proposal is not None:
        url = reverse("proposal", args=[slug, proposal.public_id])
        return Act(row.at, sentence, row.kind, visible(proposal.headline), url, tone)
    if run is not None:
        url = reverse("run", args=[slug, run.public_id])
        about = f"{run.workflow} {run.period}".strip()
        return Act(row.at, visible(f"{agent}: {said.lower()}"), row.kind, visible(about), url, tone)
    url = reverse("case", args=[slug, ids.show("case", row.case)]) if row.case else ""
    return Act(row.at, sentence, row.kind, "the case" if row.case else "", url, tone)


# of each run its first few, by one walk down an index each
_STEPS = """
SELECT run, step.* FROM unnest(%(runs)s::uuid[]) AS run CROSS JOIN LATERAL (
    SELECT id, started_at, kind, name, model, item, coalesce(error, 'null') NOT IN ('null', '{}') AS failed
    FROM runs_step
    WHERE run_id = run AND started_at >= %(since)s AND started_at < %(until)s AND proposal IS NULL
    ORDER BY started_at, id LIMIT %(most)s
) AS step
"""
ANY_STEP = UUID(int=0)


def _steps(
    terms: Terms, member: Membership, runs: Sequence[Run], since: datetime, until: datetime
) -> list[Act]:
    """Steps of the runs under way, by the clock they were told with; a proposal's own step is told by the ledger."""
    if terms.person is not None or not runs:
        return []
    shown = {run.pk: run for run in runs[:RUNS]}
    slug = member.workspace.slug
    pages = {pk: reverse("step", args=[slug, run.public_id, ANY_STEP]) for pk, run in shown.items()}
    with prepared.cursor() as cursor:
        cursor.execute(_STEPS, {"runs": [*shown], "since": since, "until": until, "most": STEPS})
        return [
            _step(shown[run], pages[run].replace(str(ANY_STEP), str(step)), *told)
            for run, step, *told in cursor.fetchall()
        ]


def _step(run: Run, url: str, at: datetime, kind: str, name: str, model: str, item: str, failed: bool) -> Act:
    said = visible(f"{run.agent.name}: {name}{f', {model}' if model else ''}")
    about = visible(item or f"{run.workflow} {run.period}".strip())
    return Act(at, said, f"step.{kind}", about, url, "stop" if failed else "")
