from typing import Any

from django.core.management.base import BaseCommand

from config.worker import work


class Command(BaseCommand):
    help = "Does what the bell calls for, until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        work("bell", "default")
