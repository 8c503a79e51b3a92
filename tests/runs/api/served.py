"""The web process as it is started in earnest, over the tests' own database."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
import psutil
from django.db import connection

from config import processes
from tests import ports
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS


@dataclass
class Site:
    """A running web process: where it listens, and what it is made of."""

    url: str
    process: psutil.Process

    @property
    def threads(self) -> int:
        """Threads of the process that answers; the one above it only watches."""
        return max(one.num_threads() for one in [self.process, *self.process.children(recursive=True)])


@contextmanager
def site(**environment: str) -> Iterator[Site]:
    """Granian with the product's own settings, stopped at the end."""
    port = ports.free()
    command = [str(port) if part == str(processes.settings.PORT) else part for part in processes.web()]
    database = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    ours = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(command, env=os.environ | ours | environment, stdin=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(url, process)
        yield Site(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        assert process.poll() is None, "the web process ended"
        try:
            httpx2.get(f"{url}/up", timeout=SOON_SECONDS).raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the web process does not answer")
