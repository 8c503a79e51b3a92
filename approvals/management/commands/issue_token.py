from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals import actors, agents
from approvals.models import Agent


class Command(BaseCommand):
    help = "Issues a token for an agent and prints it: once, since only its digest is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agent", metavar="AGENT", help="the agent's name")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument(
            "--days", type=int, default=agents.LIFE.days, help="how long it works (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 3650:
            raise CommandError("--days is from 1 to 3650.")
        there = Agent.objects.select_related("workspace").filter(workspace__slug=options["workspace"])
        agent = there.filter(name=options["agent"]).first()
        if agent is None:
            names = ", ".join(there.order_by("name").values_list("name", flat=True)) or "none"
            raise CommandError(
                f"No agent {options['agent']} in {options['workspace']}. Agents there: {names}."
            )
        secret = agents.issue_token(
            agent=agent,
            actor=actors.worker("console"),
            now=timezone.now(),
            life=timedelta(days=options["days"]),
        )
        self.stdout.write(secret)
