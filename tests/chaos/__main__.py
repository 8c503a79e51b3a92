"""`python -m tests.chaos --folder FOLDER [--writes 5000] [--rounds 1] [--hurry]`: the attack, and its report as JSON.

Servers, workers and target are its own, under the folder, and end with it.
"""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from config import embedded

OTHERS = (
    "DATABASE_URL",
    "REDIS_URL",
    "BOOKS_DATABASE_URL",
    "BOOKS_ADMIN_URL",
    "COUNTERSIGN_ENV",
    "SECRETS_DIR",
)


def main() -> None:
    folder = Path(sys.argv[sys.argv.index("--folder") + 1])
    hurry = "--hurry" in sys.argv
    for name in OTHERS:
        os.environ.pop(name, None)
    os.environ |= {
        "VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "tests.chaos.settings", "LOG_LEVEL": "WARNING",
        "CHAOS_TICK_SECONDS": "1" if hurry else "5",
    }  # fmt: skip
    embedded.ensure()  # durable: a server that forgets what it committed is none
    try:
        execute_from_command_line(["tests.chaos", "attack", *sys.argv[1:]])
    finally:
        embedded.release()


if __name__ == "__main__":
    main()
