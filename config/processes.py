"""What `manage.py up` and the demo share: making ready, and then the processes of one site."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.db import connection

from config.environment import POST_ONLY, SLOW_ONLY, for_workers_only, is_of_workspace
from config.supervisor import Child, Supervisor


def prepare() -> None:
    """Tables, books and static files, as this version of the code wants them."""
    call_command("migrate", interactive=False, verbosity=0)
    if "prepare_books" in get_commands():
        call_command("prepare_books")
    call_command("collectstatic", interactive=False, verbosity=0)


def serve() -> int:
    """Runs web, workers and clock until told to stop; returns the exit code."""
    refuse_taken_port()
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    return Supervisor(children()).run()


def refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} on {settings.BIND} cannot be used ({error.strerror}): "
                "end what uses it, or set PORT to another."
            ) from error


def children() -> list[Child]:
    """Only workers are given the addresses and keys that reach outside, and those that call no tools only their own;
    nobody is given the demo's password.
    """
    everything = {name: value for name, value in os.environ.items() if name != "DEMO_PASSWORD"}
    inside = {name: value for name, value in everything.items() if not for_workers_only(name)}
    inside["LETTERS"] = str(settings.LETTERS_ENABLED).lower()  # which they could not tell without EMAIL_URL
    for_post = {
        name: value for name, value in everything.items() if name in POST_ONLY or is_of_workspace(name)
    }
    for_slow = {name: value for name, value in everything.items() if name in SLOW_ONLY}
    workers = [
        Child("worker" if settings.WORKERS == 1 else f"worker{number}", manage("worker"), everything)
        for number in range(1, settings.WORKERS + 1)
    ]
    # letters and calls wait on servers of others, and what was decided shall not wait for those
    post = Child("post", manage("worker", "post"), inside | for_post)
    # golden sets are read for minutes, and a call about a case shall not wait for those
    slow = Child("slow", manage("worker", "slow"), inside | for_slow)
    return [Child("web", web(), inside), *workers, post, slow, Child("clock", manage("clock"), inside)]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def web() -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "asginl", "--host", settings.BIND, "--port", str(settings.PORT)),
        *("--workers", str(settings.WEB_WORKERS), "--workers-kill-timeout", "5"),
        *("--no-ws", "--no-access-log", "--log-level", "warning", "--working-dir", str(settings.BASE_DIR)),
        "config.asgi:application",
    ]
