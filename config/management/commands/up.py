import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.processes import prepare, refuse_taken_port, serve


class Command(BaseCommand):
    help = "Prepares the database and runs the whole site: web, workers and clock, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_taken_port()
        prepare()
        self.stdout.write(f"Countersign is on {settings.SITE_URL} (Ctrl-C ends it).")
        self.stdout.flush()
        if code := serve():
            sys.exit(code)
