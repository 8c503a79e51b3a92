from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.worker import work


class Command(BaseCommand):
    help = "Does what the bell calls for, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "queues", nargs="*",
            help="what to look after: bell and default, unless named; post, which writes to people, wants its own",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        work(*options["queues"] or ("bell", "default"))
