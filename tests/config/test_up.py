"""`manage.py up` is the whole site, and its end is the end of all of it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.environment import WORKERS_ONLY
from tests import ports
from tests.architecture.sources import ROOT
from tests.config.scripts import is_alive, until
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS


@pytest.fixture
def port() -> int:
    return ports.free()


@pytest.fixture
def site(port, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "PORT": str(port),
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "manage.py", "up"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    yield process
    process.kill()
    process.wait()


def health(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/up", timeout=SOON_SECONDS) as answer:
            return dict(json.load(answer))
    except (urllib.error.URLError, OSError):
        return {}


def words(child: psutil.Process) -> str:
    """With which it was started; what has ended meanwhile, as short work does, says nothing."""
    try:
        return " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return ""


@pytest.mark.long
def test_the_site_works_tells_only_workers_secrets_and_ends_as_a_whole(site, port, tmp_path):
    assert until(lambda: health(port).get("tick") == "ok"), (tmp_path / "log").read_text()
    children = psutil.Process(site.pid).children(recursive=True)
    if sys.platform.startswith("linux"):
        web = next(child for child in children if "granian" in words(child))
        known = Path(f"/proc/{web.pid}/environ").read_bytes()
        assert not any(name.encode() in known for name in WORKERS_ONLY)
    site.send_signal(signal.SIGINT)
    assert site.wait(PATIENCE_SECONDS) == 0
    assert not any(is_alive(child.pid) for child in children)
