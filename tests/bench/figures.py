"""The page of figures over the roll-ups of many runs, and what it costs to keep them current."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actors
from approvals.sealing import horizon
from runs import recorder
from runs.figures import folding
from tests.bench import pages, site
from tests.bench.site import Latency
from tests.people import Company

DAYS, WORKFLOWS, VERSIONS = 90, 8, 2
# One row a kind of fact: measure, key, how many for each run.
_FILL = """
INSERT INTO runs_figure
  (workspace_id, scope, grain, starts_at, measure, workflow, agent, agent_version, key, count, amount)
SELECT %(workspace)s, %(scope)s, %(grain)s, at, kind.measure, CASE WHEN w > 0 THEN 'workflow-' || w ELSE '' END,
  CASE WHEN v > 0 THEN 'ag' ELSE '' END, CASE WHEN v > 0 THEN v::text ELSE '' END, kind.key,
  greatest(1, round(%(each)s * kind.share * (0.5 + random())))::bigint, round((random() * 10)::numeric, 4)
FROM generate_series(%(since)s::timestamptz, %(until)s::timestamptz, %(step)s::interval) at,
  generate_series(%(workflow)s, %(workflows)s) w, generate_series(%(version)s, %(versions)s) v,
  (SELECT * FROM (VALUES ('began', '', 1.0), ('run', 'succeeded', .9), ('run', 'partial', .05), ('run', 'failed', .05),
     ('cost', 'EUR', 1), ('tokens', 'in', 1), ('tokens', 'out', 1), ('asked', '', 3), ('proposal', 'by_policy', 1),
     ('proposal', 'approved', 1.5), ('proposal', 'edited', .2), ('proposal', 'rejected', .1),
     ('proposal', 'blocked', .2), ('reading', '', 1.8), ('write', 'succeeded', 2.6), ('case', '1|proposal.invalid', .1),
     ('settled', '1|proposal.invalid', .1)) told(measure, key, share)
   UNION ALL SELECT 'run_ms', number::text, .05 FROM generate_series(90, 109) number
   UNION ALL SELECT 'wait_ms', number::text, .1 FROM generate_series(140, 157) number) kind(measure, key, share)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Cost:
    """``rows`` in the roll-ups, how long pages took, and what folding took: milliseconds idle, entries a second."""

    rows: int
    pages: dict[str, Latency]
    idle_ms: float
    entries: int
    folding: float


def measure(company: Company, *, runs: int, fresh: int, workflows: int = WORKFLOWS, looks: int = 60) -> Cost:
    """As if so many ``runs`` had been counted in the last ninety days; then ``fresh`` ones are, really."""
    _fill(company, runs, workflows)
    client = Client()
    client.force_login(company.olu.user, backend=site.BACKEND)
    here = reverse("figures", args=[company.workspace.slug])
    today = timezone.now().date()
    asked = {
        view: [f"{here}?view={view}&on={today - timedelta(days=number % 60)}" for number in range(looks)]
        for view in ("day", "week", "month")
    }
    asked["month of one workflow"] = [f"{url}&workflow=workflow-1" for url in asked["month"]]
    seen = {name: pages.measured(client, addresses) for name, addresses in asked.items()}
    idle, entries, rate = _fold(company, fresh)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM runs_figure")
        (rows,) = cursor.fetchone()
    return Cost(rows, seen, idle, entries, rate)


def _fill(company: Company, runs: int, many_workflows: int) -> None:
    """Rows of every scope and grain: all together, each workflow, each version."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for grain, step, many in (("hour", "1 hour", DAYS * 24), ("day", "1 day", DAYS)):
        until = now if grain == "hour" else now.replace(hour=0)
        told: dict[str, Any] = {"workspace": company.workspace.pk, "grain": grain, "step": step, "until": until,
                                "since": until - timedelta(days=DAYS)}  # fmt: skip
        for scope, workflows, versions in (
            ("all", 0, 0),
            ("workflow", many_workflows, 0),
            ("version", many_workflows, VERSIONS),
        ):
            cells = max(workflows, 1) * max(versions, 1)
            parts = {"scope": scope, "workflow": min(workflows, 1), "workflows": workflows,
                     "version": min(versions, 1), "versions": versions, "each": runs / (many * cells)}  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute(_FILL, told | parts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) runs_figure")


def _fold(company: Company, fresh: int) -> tuple[float, int, float]:
    """Idle, in milliseconds; entries, and how many of them a second."""
    while folding.fold_due():
        pass
    idle = site.seconds(folding.fold_due) * 1000
    actor, now = actors.worker("bench"), timezone.now()
    for _ in range(fresh):
        run = recorder.start(agent=company.bot, workflow="workflow-1", actor=actor, now=now)
        recorder.record(run=run, moves=[recorder.Move("a", "a", "note")], now=now)
        recorder.finish(run=run, state="succeeded", actor=actor, now=now)
    below = horizon.complete()
    entries = 0

    def all_of_it() -> None:
        nonlocal entries
        while found := folding.fold(workspace=company.workspace.pk, below=below):
            entries += found

    took = site.seconds(all_of_it)
    return idle, entries, entries / took
