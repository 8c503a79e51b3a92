"""Runs by the million and their steps by the ten million: the page that answers for one, the search by time, and what
recording a step costs a workflow.

Filled in SQL, in the order of time, as they would have come: a run every half minute of a year, ten steps each, a few
under way at any moment; one run of a hundred thousand steps; a hundred of them with proposals that came in through the
door and were signed. Not as in life: the ledger holds the beginning and the end of each run and little else.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from approvals import actors
from runs import recorder
from runs.models import Run
from tests import expenses
from tests.bench import bulk, reviewing
from tests.bench.reviewing import Cost
from tests.bench.site import Latency
from tests.bench.site import seconds as timed
from tests.people import Company

TABLES = ("runs_run", "runs_step", "approvals_ledgerentry")
STEPS = 10  # of a run
LONG = 100_000  # of the longest
AT_ONCE = 50_000  # runs of one statement
LOOKS = 100
YEAR = 31_000_000  # seconds

NUMBERED = f"""
SELECT n, abs(hashint8extended(n, 7)) AS a, abs(hashint8extended(n, 8)) AS b, md5(n::text) AS h,
    %(now)s::timestamptz - make_interval(secs => 3600 + {YEAR}::float * (%(many)s - n) / %(many)s) AS born
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
ID = """
(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr({h}, 1, 3) || '8'
 || substr({h}, 4, 15))::uuid
"""
RUNS = f"""
INSERT INTO runs_run (id, workspace_id, agent_id, agent_version, workflow, period, trace_parent, state, counts, error,
    started_at, finished_at, heard_at, patience_seconds, silent, steps_told, steps_failed, steps_contradicted,
    tokens_in, tokens_out, costs)
SELECT {ID.format(at="born", h="h")}, %(workspace)s, %(agent)s, '1.' || n * 12 / %(many)s,
    (ARRAY['expense-posting', 'expense-posting', 'ticket-triage', 'dunning'])[1 + a %% 4], to_char(born, 'YYYY-MM'), '',
    coalesce((ARRAY['partial', 'failed', 'cancelled'])[1 + b %% 50], 'succeeded'), '{{"inputs": 10}}', '',
    born, born + make_interval(secs => 5 + a %% 600), born, 21600, false, {STEPS}, 0, 0, 8000, 900, '{{"USD": "0.004"}}'
FROM ({NUMBERED}) AS numbered
"""
ENTRIES = f"""
INSERT INTO approvals_ledgerentry (workspace_id, at, kind, actor_kind, actor, auth, run, data)
SELECT %(workspace)s, born, 'run.started', 'agent', 'agent:bench', '', {ID.format(at="born", h="h")}, '{{}}'
FROM ({NUMBERED}) AS numbered
"""
STEP = f"""
INSERT INTO runs_step (id, run_id, key, name, kind, item, parent, input, output, error, prompt, prompt_version,
    prompt_digest, model, confidence, tokens_in, tokens_out, cost, currency, latency_ms, started_at)
SELECT {ID.format(at="at", h="hk")}, run, 'item ' || k / 5 || '/' || k,
    (ARRAY['validate', 'extract', 'match', 'repeats', 'propose'])[1 + k %% 5],
    (ARRAY['rule', 'model', 'rule', 'rule', 'propose'])[1 + k %% 5], 'item ' || k / 5, '',
    '{{"document": "receipt", "characters": 812}}', jsonb_build_object('total', '54.19', 'seen', hk || hk || hk || hk),
    CASE WHEN (a + k) %% 400 = 0 THEN '{{"code": "x", "message": "illegible"}}'::jsonb END,
    'extract_expense', '3', h || h,
    'gpt-4.1-mini', 0.93, 800, 90, 0.0004, 'USD', 40 + a %% 900, at
FROM (SELECT *, md5(n || ':' || k) AS hk, born + make_interval(secs => k * 0.4) AS at, RUN_ID AS run
      FROM ({NUMBERED}) AS numbered CROSS JOIN generate_series(0, STEPS_OF_IT - 1) AS k) AS told
"""
STEPS_OF_ALL = STEP.replace("RUN_ID", ID.format(at="born", h="h")).replace("STEPS_OF_IT", str(STEPS))


@dataclass(frozen=True)
class Filled:
    """How many, in how many seconds, and how much of the disk they take."""

    runs: int
    seconds: float
    bytes: int


def fill(company: Company, runs: int) -> Filled:
    """So many runs of a year, and their steps."""
    began, now = time.perf_counter(), timezone.now()
    told = {"workspace": company.workspace.pk, "agent": company.bot.pk, "many": runs, "now": now}
    with bulk.loading(TABLES), connection.cursor() as cursor:
        for first in range(1, runs + 1, AT_ONCE):
            these = told | {"first": first, "last": min(first + AT_ONCE - 1, runs)}
            for statement in (RUNS, STEPS_OF_ALL, ENTRIES):
                cursor.execute(statement, these)
    bulk.tidy(TABLES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(c::regclass)) FROM unnest(%s::text[]) c", [list(TABLES)]
        )
        (size,) = cursor.fetchone() or (0,)
    return Filled(runs, time.perf_counter() - began, int(size))


def measure(company: Company, *, looks: int = LOOKS, long: int = LONG) -> dict[str, Cost]:
    """Every figure by its name."""
    client, slug = reviewing.signed_in(company.maria.user), company.workspace.slug
    here, dice = reverse("runs", args=[slug]), random.Random(7)
    shown = [_page(slug, run) for run in _drawn(company, looks, dice)]
    whole = [_page(slug, run) for run in _with_proposals(company, min(looks, 60))]
    longest = _page(slug, _longest(company, long))
    moments = [_moment(dice) for _ in range(looks)]
    middle = (timezone.now() - timedelta(seconds=1000)).isoformat()
    return {
        "run page": reviewing._pages(client, shown),
        "run page, ten proposals signed": reviewing._pages(client, whole),
        f"run page of {long:,} steps": reviewing._pages(client, [longest] * (looks // 4)),
        "  in its middle": reviewing._pages(client, [f"{longest}?at={quote(middle)}"] * (looks // 4)),
        "  only what failed": reviewing._pages(client, [f"{longest}?failed=1"] * (looks // 4)),
        "what was done at a moment": reviewing._pages(client, [f"{here}?at={quote(at)}" for at in moments]),
        "list of runs": reviewing._pages(client, [here] * (looks // 2)),
        "  that failed": reviewing._pages(client, [f"{here}?state=failed"] * (looks // 2)),
        "  of one version": reviewing._pages(
            client, [f"{here}?agent=bot&version=1.{n % 12}" for n in range(looks)]
        ),
        "  of a workflow and state": reviewing._pages(
            client, [f"{here}?workflow=dunning&state=failed"] * (looks // 2)
        ),
        "  of one period": reviewing._pages(
            client, [f"{here}?period=2026-0{1 + n % 9}" for n in range(looks // 2)]
        ),
        "  about a record": reviewing._pages(client, [f"{here}?record=R-{n:06}" for n in range(looks // 2)]),
        "a step recorded": _recorded(company, looks * 3, 1),
        "a step recorded, of fifty told at once": _recorded(company, looks // 2, 50),
    }


def _page(slug: str, run: Run) -> str:
    return reverse("run", args=[slug, run.public_id])


def _drawn(company: Company, many: int, dice: random.Random) -> list[Run]:
    """The first run after each of so many moments of the year."""
    rows = Run.objects.filter(workspace=company.workspace).order_by("started_at")
    found = (rows.filter(started_at__gte=_ago(dice.randrange(4000, YEAR))).first() for _ in range(many))
    return [run for run in found if run is not None]


def _ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def _moment(dice: random.Random) -> str:
    return timezone.localtime(_ago(dice.randrange(4000, YEAR))).strftime("%Y-%m-%d %H:%M")


def _with_proposals(company: Company, many: int) -> list[Run]:
    """Runs of today whose ten proposals came in through the door and were signed."""
    actor, found = actors.agent(company.bot.pk, "bench"), []
    for start in range(0, many * 10, 10):
        run = recorder.start(agent=company.bot, workflow="expense-posting", actor=actor, now=timezone.now())
        rows = expenses.propose(
            company.bot,
            range(start, start + 10),
            draft=lambda n, run=run: _of(run, n),
        )
        moves = [
            recorder.Move(f"{n}/{kind}", kind, kind, item=f"item {n}", latency_ms=40, output={"total": "1.00"},
                          proposal=row.pk if kind == "propose" else None)
            for n, row in enumerate(rows) for kind in ("rule", "model", "propose")
        ]  # fmt: skip
        recorder.record(run=run, moves=moves, now=timezone.now())
        found.append(recorder.finish(run=run, state="succeeded", actor=actor, now=timezone.now()))
    return found


def _of(run: Run, number: int) -> "expenses.Draft":
    made = expenses.draft(number)
    return type(made)(**vars(made) | {"run": run.pk, "idempotency_key": f"running-{number}"})


def _longest(company: Company, steps: int) -> Run:
    """A run of so many steps, the last of them a moment ago."""
    actor, began = actors.agent(company.bot.pk, "bench"), timezone.now() - timedelta(seconds=steps * 0.4 + 60)
    run = recorder.start(agent=company.bot, workflow="expense-posting", actor=actor, now=began)
    told = {"first": 1, "last": 1, "many": 1, "now": began + timedelta(seconds=3600)}
    with connection.cursor() as cursor:
        mine = STEP.replace("RUN_ID", f"'{run.pk}'::uuid").replace("STEPS_OF_IT", str(steps))
        cursor.execute(mine, told)
        cursor.execute("ANALYZE runs_step")
    Run.objects.filter(pk=run.pk).update(steps_told=steps, steps_failed=steps // 400)
    return run


def _recorded(company: Company, many: int, at_once: int) -> Cost:
    """Milliseconds a step, on a run that is under way."""
    actor = actors.agent(company.bot.pk, "bench")
    run = recorder.start(agent=company.bot, workflow="expense-posting", actor=actor, now=timezone.now())

    def tell(number: int) -> Callable[[], object]:
        moves = [
            recorder.Move(f"{number}/{n}", "extract", "model", item=f"item {number}", output={"total": "54.19"},
                          tokens_in=800, tokens_out=90, latency_ms=300)
            for n in range(at_once)
        ]  # fmt: skip
        return lambda: recorder.record(run=run, moves=moves, now=timezone.now())

    tell(-1)()
    return Cost(Latency.of([timed(tell(number)) / at_once for number in range(many)]))
