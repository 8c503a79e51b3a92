from typing import Any

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from runs.connectors.books import setup
from runs.connectors.helpdesk import setup as helpdesk


class Command(BaseCommand):
    help = "Gives the books and the sample helpdesk their tables, laws and rights. Harmless to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOOKS_ADMIN_URL:
            if options["verbosity"]:
                self.stderr.write("BOOKS_ADMIN_URL is not set: the books are left as they are.")
            return
        try:
            setup.prepare(settings.BOOKS_ADMIN_URL)
            helpdesk.prepare(settings.BOOKS_ADMIN_URL)
        except psycopg.Error as error:
            # an address that cannot be read is quoted by its parser, and it holds a password
            words = error.diag.message_primary or type(error).__name__
            raise CommandError(f"The books could not be prepared: {words}") from None
