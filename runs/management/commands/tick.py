"""``manage.py tick``: sweep once by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from runs import jobs


class Command(BaseCommand):
    help = "Sweep once: due work, lost workers, expiry, escalation, sealing. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        found = jobs.tick()
        self.stdout.write(", ".join(f"{name} {count}" for name, count in found.items()))
