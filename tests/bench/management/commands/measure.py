import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tests import shared_data
from tests.bench import executing, pages, proposing, receipts, site, waiting
from tests.people import Company

PARTS = ("proposing", "executing", "waiting", "receipts", "pages")


class Command(BaseCommand):
    help = "Measure what it costs on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", default=[], help=", ".join(PARTS))

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
        company = site.found()
        self.stdout.write(f"{os.cpu_count()} cores, PostgreSQL with fsync, one run on one machine\n")
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
        forking = executing.plainly(executing.FORKING, many=60)
        simple = executing.plainly(executing.SIMPLE, many=200)
        floor = executing.floor()
        rates = executing.measure(company)
        ours = rates.executing
        self.say("executions, one worker (ledger, fencing, target re-read)", ours, "/s")
        self.say("  one RQ job per row, forking worker", forking, "/s", f"×{ours / forking:.1f}")
        self.say("  one RQ job per row, SimpleWorker", simple, "/s", f"×{ours / simple:.1f}")
        self.say("  the inserts alone, plain psycopg, one connection", floor, "/s", f"×{ours / floor:.2f}")
        self.say("targets read for new proposals, one worker", rates.observing, "/s")
        self.say("decisions, one by one", rates.deciding, "/s")

    def waiting(self, company: Company) -> None:
        asleep = waiting.measure(company)
        awake = waiting.measure(company, between=0.3)
        self.say("decision to books, idle, p50", asleep.p50, "ms", f"p95 {asleep.p95:,.0f} ms")
        self.say("decision to books, worker lingering, p50", awake.p50, "ms", f"p95 {awake.p95:,.0f} ms")

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
