#!/usr/bin/env python
"""Starts the embedded servers where none are named, then Django."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config import embedded
from config.places import Refused

WITHOUT_SERVERS = {
    "help",
    "version",
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "startapp",
    "test",
}


def needs_servers(arguments: list[str]) -> bool:
    return (
        bool(arguments)
        and not ({"--help", "-h", "--version"} & set(arguments))
        and arguments[0] not in WITHOUT_SERVERS
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if needs_servers(sys.argv[1:]):
            embedded.ensure()
    except Refused as refusal:
        sys.exit(str(refusal))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        embedded.release()


if __name__ == "__main__":
    main()
