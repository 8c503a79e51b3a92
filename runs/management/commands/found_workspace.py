"""``manage.py found_workspace SLUG --admin NAME``: a workspace with seeded failure classes and its first admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from approvals import actors, people
from approvals.models import Workspace
from approvals.models.workspace import Role
from exceptions import catalogue

ROLES = [Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN]


class Command(BaseCommand):
    help = "Found a workspace. Its admin, a user made with createsuperuser, adds the other people in the browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", help="as people read it; without it the slug")
        parser.add_argument("--admin", required=True, help="the name of an existing user")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, name, now = options["slug"], options["admin"], timezone.now()
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise CommandError(
                f"{slug!r} is not a slug. Use letters, digits, hyphens and underscores."
            ) from error
        if Workspace.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a workspace {slug} already.")
        try:
            with transaction.atomic():
                workspace = Workspace.objects.create(slug=slug, name=options["name"] or slug, created_at=now)
                catalogue.seed(workspace=workspace, now=now)
                people.add_member(
                    workspace=workspace, username=name, roles=ROLES, actor=actors.worker("command"), now=now
                )
        except people.UnknownPerson as error:
            raise CommandError(
                f"There is no user {name}. Make one with manage.py createsuperuser."
            ) from error
        self.stdout.write(
            f"{slug} is founded; {name} signs in and finds it under /w/{slug}/settings/people/."
        )
