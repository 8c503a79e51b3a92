"""Real worker processes, as the supervisor starts them, with the addresses this process uses."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import django_rq
import psutil
from django.conf import settings
from django.db import connection
from rq import Worker as RQWorker
from rq.worker import WorkerStatus

from config.keeper import dies_with_parent
from config.processes import manage
from tests.patience import PATIENCE_SECONDS


def addresses() -> dict[str, str]:
    """The environment of a process that shall use the database, the bell and the books of this one."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": settings.REDIS_URL,
        "BOOKS_DATABASE_URL": settings.BOOKS_DATABASE_URL,
        "BOOKS_ADMIN_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "WARNING",
    }


class WorkerProcess:
    """`manage.py worker` in a process of its own; whatever becomes of the test, it ends with it."""

    def __init__(
        self, words: Path, environment: Mapping[str, str] | None = None, queues: tuple[str, ...] = ()
    ) -> None:
        with words.open("ab") as out:
            self.process = subprocess.Popen(
                manage("worker", *queues),
                env={**os.environ, **addresses(), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent("SIGKILL"),
            )
        self.words = words

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_paused(self) -> bool:
        return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    def is_idle(self) -> bool:
        """Whether it has told Redis that it waits for the bell."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the worker ended: {self.words.read_text()}")
        with django_rq.get_connection("bell") as redis:
            mine = [worker for worker in RQWorker.all(connection=redis) if worker.pid == self.pid]
            return any(worker.get_state() == WorkerStatus.IDLE for worker in mine)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """At once, as a machine that loses its power."""
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.kill()
