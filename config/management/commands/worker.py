from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.worker import Span, work


class Command(BaseCommand):
    help = "Does what the bell calls for, until told to stop or until another should take its place."
    requires_system_checks = ()  # by `migrate` and the web, which load every page for it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "queues", nargs="*",
            help="what to look after: bell and default, unless named; post, which writes to people, and slow, which "
            "reads golden sets, want their own",
        )  # fmt: skip
        parser.add_argument("--jobs", type=int, default=Span.jobs, help="ends after so many jobs")
        parser.add_argument("--minutes", type=float, default=Span.minutes, help="ends after so many minutes")
        parser.add_argument(
            "--megabytes", type=int, default=Span.megabytes, help="ends when it has grown so large"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        span = Span(options["jobs"], options["minutes"], options["megabytes"])
        work(*options["queues"] or ("bell", "default"), span=span)
