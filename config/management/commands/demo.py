import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.sealing import seals
from config.processes import prepare, refuse_taken_port, serve
from runs.demo import company, drilling, helpdesk, history, people_at_work
from runs.demo.month import living


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
        told = [self._begin(sample, password) for sample in company.SAMPLES]
        if any(told):
            seals.seal_due(now=timezone.now())
        else:
            self._say("The sample workspaces are there already, as you left them (make clean begins anew).")
        company.set_password(password)
        self._welcome(password)
        self._say(f"\nCountersign is on {settings.SITE_URL} (Ctrl-C ends it).\n")
        if code := serve():
            sys.exit(code)

    def _begin(self, sample: company.Sample, password: str) -> bool:
        """Found a workspace, or go on where an earlier start was cut off. False where it lives already."""
        now = timezone.now()
        made = company.known(sample) or living.found(sample, password=password, now=now)
        if history.has_begun(made):
            return False
        if sample.slug in living.HOUSES:
            self._say(f"{sample.name}: living through an invented month …")
            living.live(made, now=now)
        self._say(f"{sample.name}: reading {len(company.documents(sample.slug))} receipts …")
        states = history.live_through(made)
        drilling.put(made, now=timezone.now())
        people_at_work.begin(made, now=timezone.now())
        helpdesk.open_inbox(made, now=timezone.now())
        told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
        self._say(f"{sample.name}: {told}")
        return True

    def _welcome(self, password: str) -> None:
        self._say(f"\nSign in with the password  {password}  as:")
        for sample in company.SAMPLES:
            self._say(f"  {sample.name}")
            for name, roles in sample.people.items():
                self._say(f"    {name:<8}{', '.join(roles).replace('_', ' ')}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
