"""The product's own web process in front of the bench's database, as the supervisor starts it."""

import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from config.keeper import dies_with_parent
from config.processes import manage, web
from tests.bench import site
from tests.workers import addresses


@contextmanager
def served() -> Iterator[str]:
    """Its address, while it runs. Static files are gathered first, hashed and compressed as in production."""
    port = _free_port()
    told = {**os.environ, **addresses(), "PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"}
    subprocess.run(manage("collectstatic", "--no-input"), env=told, check=True, capture_output=True)
    command = [word if word != str(settings.PORT) else str(port) for word in web()]
    with open(settings.VAR_DIR / "web.log", "ab") as words:
        process = subprocess.Popen(
            command, env=told, stdin=subprocess.DEVNULL, stdout=words, stderr=words,
            preexec_fn=dies_with_parent("SIGTERM"),
        )  # fmt: skip
    try:
        site.until(lambda: _answers(f"http://127.0.0.1:{port}/up"), every=0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
