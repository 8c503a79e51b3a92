import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tests.chaos import attack


class Command(BaseCommand):
    help = "Attack a site of one's own, and print what became of every write as one line of JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, required=True)
        parser.add_argument("--writes", type=int, default=5_000)
        parser.add_argument("--rounds", type=int, default=1, help="how often each act is done")
        parser.add_argument("--hurry", action="store_true", help="minutes are moved instead of waited for")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        report = attack.run(
            options["folder"], writes=options["writes"], rounds=options["rounds"], hurry=options["hurry"],
            say=self.stderr.write,
        )  # fmt: skip
        self.stdout.write(json.dumps(report))
