import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.sealing import seals
from config.processes import prepare, refuse_taken_port, serve
from runs.demo import company, drilling, helpdesk, history, people_at_work


class Command(BaseCommand):
    help = "The whole site with two sample workspaces and real work waiting in every queue, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.COUNTERSIGN_ENV == "production":
            raise CommandError(
                "The demo makes people with one printed password; it does not run in production."
            )
        refuse_taken_port()
        self._say("Preparing the databases …")
        prepare()
        password = settings.DEMO_PASSWORD or secrets.token_urlsafe(9)
        if company.is_founded():
            self._say("The sample workspaces are there already, as you left them (make clean begins anew).")
            company.set_password(password)
        else:
            self._found(password)
        self._welcome(password)
        self._say(f"\nCountersign is on {settings.SITE_URL} (Ctrl-C ends it).\n")
        if code := serve():
            sys.exit(code)

    def _found(self, password: str) -> None:
        for sample in company.SAMPLES:
            made = company.found(sample, password=password, now=timezone.now())
            self._say(f"{sample.name}: reading {len(company.documents(sample.slug))} receipts …")
            states = history.live_through(made)
            drilling.put(made, now=timezone.now())
            people_at_work.begin(made, now=timezone.now())
            helpdesk.open_inbox(made, now=timezone.now())
            told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
            self._say(f"{sample.name}: {told}")
        seals.seal_due(now=timezone.now())

    def _welcome(self, password: str) -> None:
        self._say(f"\nSign in with the password  {password}  as:")
        for sample in company.SAMPLES:
            self._say(f"  {sample.name}")
            for name, roles in sample.people.items():
                self._say(f"    {name:<8}{', '.join(roles).replace('_', ' ')}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
