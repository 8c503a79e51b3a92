from typing import Any

from django.core.management.base import BaseCommand

from config.cron import run


class Command(BaseCommand):
    help = "Enqueues the sweep every few seconds, until told to stop."
    requires_system_checks = ()  # by `migrate` and the web, which load every page for it

    def handle(self, *args: Any, **options: Any) -> None:
        run()
