"""``manage.py rebuild_figures``: count the ledger anew, from its first entry."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.models import Workspace
from approvals.sealing import horizon
from runs.figures import folding


class Command(BaseCommand):
    help = "Count every figure of a workspace, or of all, anew from the ledger. Safe at any time, and may be stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", default="", help="its slug; all where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Workspace.objects.order_by("slug")
        chosen = rows.filter(slug=options["workspace"]) if options["workspace"] else rows
        if not chosen:
            raise CommandError("There is no such workspace.")
        for workspace in chosen:
            folding.begin_again(workspace=workspace.pk)
            below, entries = horizon.complete(), 0
            while found := folding.fold(workspace=workspace.pk, below=below):
                entries += found
            self.stdout.write(f"{workspace.slug}: {entries} entries counted")
