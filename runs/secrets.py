"""Secrets by name, for workers only: variables ``SECRET_<NAME>``, or files of that name in the folder SECRETS_DIR.

They are read when they are used, so that a file that was changed counts at once. Nothing keeps them, logs them or
shows them; the web process is never told them (`config.processes`).
"""

import os
import re
from pathlib import Path

from django.conf import settings

from approvals.tools import Refused

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
PREFIX = "SECRET_"
TAKEN = {"KEY"}  # SECRET_KEY signs this site's own sessions
SHORTEST, LONGEST = 8, 8_000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # half letters: bytes that are not UTF-8


class MissingSecret(Refused):
    """No secret of that name is to be had in this process, or what is there is not one. Nothing was sent."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__("integration.auth", f"The secret {name} {why}")
        self.name = name


def get(name: str) -> str:
    """The secret called ``name``; the environment goes before the folder. Raises `MissingSecret`."""
    if not NAME.fullmatch(name) or name in TAKEN:
        raise MissingSecret(name[:60], "cannot be the name of a secret: capital letters, digits, _")
    variable = PREFIX + name
    value = os.environ.get(variable) or _from_folder(name)
    if not value:
        raise MissingSecret(name, "is not known to this worker")
    if not SHORTEST <= len(value) <= LONGEST:
        raise MissingSecret(name, f"must have {SHORTEST} to {LONGEST} letters")
    if CONTROL.search(value):
        raise MissingSecret(name, "holds a line break or another control character")
    return value


def _from_folder(name: str) -> str:
    """The content of a mounted file, without the line break that editors leave at its end."""
    if not settings.SECRETS_DIR:
        return ""
    try:
        with (Path(settings.SECRETS_DIR) / name).open("rb") as file:
            return file.read(LONGEST * 4 + 2).decode("utf-8").removesuffix("\n").removesuffix("\r")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        pass
    raise MissingSecret(name, "cannot be read from its file")
