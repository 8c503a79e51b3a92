from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.models import Workspace
from approvals.sealing import export, inspection, keys


def noted(text: str) -> inspection.Note:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise ArgumentTypeError("a head is written NUMBER:DIGEST, as this command prints it")
    return inspection.Note(int(number), digest.lower())


class Command(BaseCommand):
    help = "Checks every seal and entry, exits 1 at the first bad one and names it. Prints the heads to note elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--head", type=noted, metavar="NUMBER:DIGEST", help="a head noted earlier; needs --workspace"
        )
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="write JSON Lines, and verify.py beside it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = self._workspaces(options["workspace"])
        if options["head"] and not options["workspace"]:
            raise CommandError("--head belongs to one ledger: say which with --workspace.")
        ring, now = keys.published(), timezone.now()
        if options["export"]:
            # Written before it is checked: a broken ledger is the one an auditor wants to see.
            export.write(options["export"], export.blocks(workspaces=workspaces, keys=ring, now=now))
            self.stdout.write(f"{options['export']} written, with verify.py beside it.")
        for workspace in workspaces:
            self._check(workspace, ring, options["head"])
        for public in ring.keys.values():
            self.stdout.write(f"Public key {public.hex()}")

    def _check(self, workspace: Workspace, ring: keys.Keyring, note: inspection.Note | None) -> None:
        try:
            report = inspection.inspect(workspace=workspace, keys=ring, now=timezone.now(), note=note)
        except inspection.Broken as broken:
            raise CommandError(f"{workspace.slug}: {broken}") from broken
        head = report.head
        self.stdout.write(
            f"{workspace.slug}: {report.entries} entries under {head.number} seals are as they were sealed;"
            f" {report.unsealed} more wait for a seal. Head {head.number}:{head.digest}"
        )

    def _workspaces(self, slug: str | None) -> list[Workspace]:
        found = list(Workspace.objects.filter(**{"slug": slug} if slug else {}).order_by("slug"))
        if slug and not found:
            raise CommandError(f"There is no workspace {slug}.")
        return found
