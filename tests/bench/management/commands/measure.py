import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tests import shared_data
from tests.bench import (
    chaos,
    claiming,
    crowd,
    earning_report,
    escalating,
    executing,
    failing,
    figures,
    leasing,
    pages,
    pressing,
    proposing,
    receipts,
    reviewing,
    running,
    site,
    waiting,
)
from tests.bench.reviewing import Cost
from tests.people import Company

PARTS = (
    "proposing", "executing", "waiting", "receipts", "pages", "pressing", "reviewing", "claiming", "leasing", "failing",
    "escalating", "figures", "running", "earning", "chaos",
)  # fmt: skip
CLAIMED = 100_000
SIZES = ((1_000, 1_000), (10_000, 100_000), (100_000, 1_000_000))  # waiting, settled


class Command(BaseCommand):
    help = "Measure what it costs on this machine."
    requires_system_checks: list[str] = []
    crowded: crowd.Crowd | None = None
    small = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--small", action="store_true", help="a tenth and less of everything: does it run?"
        )
        parser.add_argument(
            "parts", nargs="*", default=[], help=f"{', '.join(PARTS)} (chaos takes six minutes)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
        call_command("collectstatic", interactive=False, verbosity=0)  # pages link them as in production
        company = site.found()
        self.stdout.write(f"{os.cpu_count()} cores, PostgreSQL with fsync, one run on one machine\n")
        self.small = options["small"]
        for part in options["parts"] or PARTS:
            getattr(self, part)(company)

    def say(self, what: str, rate: float, unit: str, *notes: str) -> None:
        self.stdout.write(f"{what:<58}{rate:>9,.0f} {unit:<4}{'   '.join(notes)}".rstrip())
        self.stdout.flush()

    def proposing(self, company: Company) -> None:
        rates = proposing.measure(company)
        self.say("proposals through the door (gates, ledger, 1 KB evidence)", rates.ours, "/s")
        self.say("  plain Django: one row created", rates.plain, "/s", f"×{rates.ours / rates.plain:.2f}")

    def executing(self, company: Company) -> None:
        for delay in (0, 50):
            self.stdout.write(f"executing, each write to the books takes {delay} ms longer")
            with executing.slow_books(delay):
                self.executing_with(company, delay)

    def executing_with(self, company: Company, delay: int) -> None:
        share = (10 if self.small else 1) * (2 if delay else 1)
        runs = 1 if self.small or delay else 3
        forking = executing.plainly(executing.FORKING, many=60 // share)
        simple = executing.plainly(executing.SIMPLE, many=200 // share)
        floor = executing.floor(many=500 // share // (4 if delay else 1), runs=runs)
        for workers in (1, 2):
            rates = executing.measure(
                company, many=1000 // (10 if self.small else 1), runs=runs, workers=workers
            )
            ours = rates.executing
            times = f"×{ours / forking:.1f} forking   ×{ours / simple:.1f} simple   ×{ours / floor:.2f} of the floor"
            who = "one worker" if workers == 1 else "two workers"
            self.say(f"executions, {who} (ledger, fencing, target re-read)", ours, "/s", times)
        self.say("  one RQ job per row, forking worker", forking, "/s")
        self.say("  one RQ job per row, SimpleWorker", simple, "/s")
        self.say("  read, written and marked by psycopg, one connection", floor, "/s")
        self.say("targets read for new proposals, two workers", rates.observing, "/s")
        self.say("decisions, one by one", rates.deciding, "/s")

    def leasing(self, company: Company) -> None:
        many = CLAIMED // 50 if self.small else CLAIMED
        leasing.fill(company, many)
        leases = leasing.measure()
        notes = (f"{leases.items:,} leased", "none twice", f"{leases.claims:,} claims")
        self.say("executions leased by eight workers at once", leases.items / leases.seconds, "/s", *notes)
        self.say("  one claim of fifty, p50", leases.latency.p50, "ms", f"p95 {leases.latency.p95:,.0f} ms")

    def failing(self, company: Company) -> None:
        flood = failing.flood(company, many=2_000 if self.small else 100_000)
        what = f"{flood.failures:,} failures of {flood.cases} cases recorded"
        self.say(what, flood.recording, "/s", "ledger entry each")
        for name, latency in flood.pages.items():
            self.say(f"  {name} with them, p50", latency.p50, "ms", f"p95 {latency.p95:,.0f} ms")
        good, bad = failing.pace(company, many=100 if self.small else 1000)
        self.say(
            "executions that fail and lie in a case, one worker", bad, "/s", f"×{bad / good:.2f} of good ones"
        )

    def escalating(self, company: Company) -> None:
        swept = escalating.measure(company, many=CLAIMED // 50 if self.small else CLAIMED)
        self.say(f"sweep over {swept.cases:,} open cases, none due", swept.idle * 1000, "ms")
        self.say(f"  {escalating.FEW} due", swept.few * 1000, "ms")
        self.say(f"  {swept.many:,} due", swept.due * 1000, "ms", f"{swept.many / swept.due:,.0f} cases/s")
        self.say("  an audit of all of them", swept.audit * 1000, "ms")

    def figures(self, company: Company) -> None:
        runs = 20_000 if self.small else 1_000_000
        cost = figures.measure(
            company,
            runs=runs,
            fresh=200 if self.small else 5_000,
            workflows=1 if self.small else figures.WORKFLOWS,
        )
        for name, latency in cost.pages.items():
            notes = (f"p95 {latency.p95:,.0f} ms", f"{runs:,} runs in {cost.rows:,} figures")
            self.say(f"page of figures, {name}, p50", latency.p50, "ms", *notes)
        self.say("  keeping them current, nothing new", cost.idle_ms, "ms", "each tick")
        self.say(f"  {cost.entries:,} new entries of the ledger", cost.folding, "/s")

    def waiting(self, company: Company) -> None:
        asleep = waiting.measure(company)
        awake = waiting.measure(company, between=0.3)
        for name, waits in (("idle", asleep), ("worker lingering", awake)):
            took, call = waits.writing, waits.deciding
            notes = (f"p95 {took.p95:,.0f} ms", f"the decision itself {call.p50:,.0f} and {call.p95:,.0f} ms")
            self.say(f"decision to books, {name}, p50", took.p50, "ms", *notes)

    def receipts(self, company: Company) -> None:
        if not shared_data.is_here():
            self.stdout.write("receipts: not on this machine (see tests/shared_data.py)")
            return
        walked = receipts.measure(company)
        self.say(
            f"{walked.inputs} receipts through expense-posting, by rule",
            walked.seconds,
            "s",
            f"{walked.outcomes}",
        )

    def pages(self, company: Company) -> None:
        many = 5000
        for name, latency in pages.measure(company, many=many).items():
            self.say(f"{name} with {many:,} pending, p50", latency.p50, "ms", f"p95 {latency.p95:,.0f} ms")

    def reviewing(self, company: Company) -> None:
        here = self.crowded = crowd.found()
        figures, had = [], (0, 0)
        for pending, settled in SIZES[:1] if self.small else SIZES:
            began = crowd.fill(here, pending=pending - had[0], settled=settled - had[1])
            had = (pending, settled)
            self.stdout.write(f"{pending:,} waiting, {settled:,} settled (filled in {began:,.0f} s)")
            figures.append(reviewing.measure(here, looks=20 if self.small else reviewing.LOOKS))
            for name, cost in figures[-1].items():
                self.cost(f"  {name}", cost, figures[0][name])
        self.stdout.write("Django admin over the same rows")
        for name, cost in reviewing.admin(here).items():
            times = cost.latency.p50 / figures[-1][name].latency.p50
            self.cost(f"  {name}", cost, None, f"×{times:,.0f} of ours")

    def pressing(self, company: Company) -> None:
        if pressing.installed() is None:
            self.stdout.write("pressing: no browser is installed")
            return
        pressed = pressing.measure(company, many=20, waiting=60) if self.small else pressing.measure(company)
        weight, again = pressed.weight, pressed.again
        keys = f"{pressed.answered} decisions"
        self.say(
            "key to next item painted, p50",
            pressed.latency.p50,
            "ms",
            f"p95 {pressed.latency.p95:,.0f} ms",
            keys,
        )
        plain = f"{weight.decoded / 1000:,.0f} kB unpacked"
        requests = f"{weight.requests} requests"
        self.say(
            "first load, over the wire", weight.bytes / 1000, "kB", plain, requests, f"{weight.seconds:.1f} s"
        )
        requests = f"{again.requests} request" + "s" * (again.requests != 1)
        self.say("  the next one", again.bytes / 1000, "kB", requests, f"{again.seconds:.1f} s")

    def claiming(self, company: Company) -> None:
        """Of a queue of its own unless `reviewing` has left one that is long enough."""
        here = self.crowded or crowd.found()
        many = CLAIMED // 50 if self.small else CLAIMED
        # some are for others, or are being read
        spare = many // 10 if self.crowded and not self.small else many + many // 10
        crowd.fill(here, pending=spare, settled=0)
        claims = claiming.measure(here, items=many)
        if claims.items < many:
            self.stdout.write(f"Only {claims.items:,} of {many:,} were claimed before patience ran out.")
        self.say("items claimed and answered, fifty reviewers at once", claims.items / claims.seconds, "/s")
        notes = (
            f"p95 {claims.latency.p95:,.0f} ms",
            f"{claims.claims:,} claims",
            f"{claims.items:,} items, none twice",
        )
        self.say("  one claim of three items, p50", claims.latency.p50, "ms", *notes)

    def running(self, company: Company) -> None:
        runs, long = (20_000, 5_000) if self.small else (1_000_000, running.LONG)
        filled = running.fill(company, runs)
        size, steps = filled.bytes / 2**30, running.STEPS * runs
        self.stdout.write(
            f"{runs:,} runs, {steps:,} steps: {size:,.1f} GB, filled in {filled.seconds:,.0f} s"
        )
        for name, cost in running.measure(
            company, looks=30 if self.small else running.LOOKS, long=long
        ).items():
            if name.startswith("a step"):
                self.say(
                    f"  {name}, p50", cost.latency.p50 * 1000, "µs", f"p95 {cost.latency.p95 * 1000:,.0f} µs"
                )
            else:
                self.cost(f"  {name}", cost, None)

    def earning(self, company: Company) -> None:
        """Nothing of this is speed: what agents would have earned on real answers, judged by what they did not see."""
        lines = list(earning_report.report())
        self.stdout.write(
            "\n".join(lines or ["earning: no labelled answers on this machine (see tests/shared_data.py)"])
        )

    def chaos(self, company: Company) -> None:
        report = chaos.measure(small=self.small)
        states = ", ".join(f"{many:,} {state}" for state, many in sorted(report.states.items()))
        self.say(f"{report.writes:,} writes under attack ({states})", report.seconds, "s")
        for act, seconds in report.recovery.items():
            self.stdout.write(f"  {act:<40} next write after {seconds if seconds is not None else '–'} s")
        self.say("  settled after the last act, by itself", report.settled_after, "s")
        self.stdout.write(
            "\n".join(report.faults) or "  Every effect once, or unknown and owned; the ledger holds."
        )
        if report.faults:
            raise CommandError("A promise was broken.")

    def cost(self, name: str, cost: Cost, small: Cost | None, *notes: str) -> None:
        told = [f"p95 {cost.latency.p95:,.0f} ms", f"{cost.queries} queries" if cost.queries else ""]
        if small is not None and small is not cost:
            told.append(f"×{cost.latency.p50 / small.latency.p50:.2f} of the smallest")
        self.say(f"{name}, p50", cost.latency.p50, "ms", *filter(None, told), *notes)
