"""Secrets of one workspace by name, for workers only: variables, or files in the folder SECRETS_DIR.

How both are called: `approvals.secret_names`. They are read when they are used, so that a file that was changed
counts at once. Nothing keeps them, logs them or shows them; the web process is never told them (`config.processes`).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from approvals import secret_names
from approvals.tools import Refused

SHORTEST, LONGEST = 8, 8_000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # half letters: bytes that are not UTF-8


class MissingSecret(Refused):
    """No secret of that name is to be had in this process, or what is there is not one. Nothing was sent."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__("integration.auth", f"The secret {name} {why}")
        self.name = name


@dataclass(frozen=True)
class OfWorkspace:
    """The secrets of the workspace ``slug``, and of no other: there is none that belongs to all."""

    slug: str

    def get(self, name: str) -> str:
        """The secret called ``name``; the environment goes before the folder. Raises `MissingSecret`."""
        if not secret_names.is_name(name):
            raise MissingSecret(
                name[:60], "cannot be the name of a secret: capital letters, digits, single _"
            )
        if not secret_names.is_slug(self.slug):
            raise MissingSecret(name, "belongs to no workspace that can have secrets")
        value = self._from_environment(name) or self._from_folder(name)
        if not value:
            raise MissingSecret(name, f"is not known to this worker as one of the workspace {self.slug}")
        if not SHORTEST <= len(value) <= LONGEST:
            raise MissingSecret(name, f"must have {SHORTEST} to {LONGEST} letters")
        if CONTROL.search(value):
            raise MissingSecret(name, "holds a line break or another control character")
        return value

    def _from_environment(self, name: str) -> str:
        variable = secret_names.variable(self.slug, name)
        return os.environ.get(variable, "") if variable else ""

    def _from_folder(self, name: str) -> str:
        """The content of a mounted file, without the line break that editors leave at its end."""
        if not settings.SECRETS_DIR:
            return ""
        try:
            with (Path(settings.SECRETS_DIR) / secret_names.file(self.slug, name)).open("rb") as file:
                return file.read(LONGEST * 4 + 2).decode("utf-8").removesuffix("\n").removesuffix("\r")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError):
            pass
        raise MissingSecret(name, "cannot be read from its file")


def of(slug: str) -> OfWorkspace:
    """What the workspace knows."""
    return OfWorkspace(slug)


NOBODYS = of("")  # for requests that need none
