"""Five thousand writes while workers are killed or sleep, and Redis and PostgreSQL are taken from under them."""

import shutil
from pathlib import Path

from django.conf import settings

from tests.chaos.report import Report, attack

WRITES = 5_000


def measure(*, small: bool = False) -> Report:
    """About six minutes, of which one is a lease that runs out and up to four are for what settles by itself; with
    ``small`` half a minute. On servers of its own; nothing of an earlier attack is left.
    """
    folder = Path(settings.VAR_DIR) / "chaos"
    shutil.rmtree(folder, ignore_errors=True)
    if small:
        return attack(folder, writes=60, hurry=True, patience=300)
    return attack(folder, writes=WRITES, patience=900)
