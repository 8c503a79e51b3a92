"""``manage.py send_test_letter NAME --workspace SLUG``: is the mail server set up, and what would somebody read?"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.models import Membership
from runs.models.letter import Kind
from runs.notices import addresses, letters
from runs.notices.server import NotTaken, Server


class Command(BaseCommand):
    help = (
        "Sends somebody the letter they would get now, whatever the hour, and says what the mail server said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="NAME", help="as they sign in")
        parser.add_argument("--workspace", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SMTP:
            raise CommandError("EMAIL_URL is not set: there is no mail server to send through.")
        there = Membership.objects.filter(workspace__slug=options["workspace"])
        member = there.select_related("user", "workspace").filter(user__username=options["user"]).first()
        if member is None:
            raise CommandError(f"{options['user']} is not a member of {options['workspace']}.")
        if not addresses.known(member.user.email):
            raise CommandError(
                f"No e-mail address is known for {options['user']}; Notices has a place for it."
            )
        now = timezone.now()
        period = f"test {now.timestamp()}"  # so that no mailbox takes it for the day's own letter
        composed = letters.compose(member=member, kind=Kind.DAILY, period=period, now=now, always=True)
        assert composed is not None  # asked for always
        try:
            with Server() as server:
                server.send(composed.message)
        except NotTaken as why:
            raise CommandError(f"The mail server did not take it: {why.code} ({why.__cause__}).") from why
        self.stdout.write(
            f"Sent to {member.user.email}:\n\n{composed.message.subject}\n\n{composed.message.body}"
        )
