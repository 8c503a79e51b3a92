"""PostgreSQL and Redis that start by themselves when DATABASE_URL or REDIS_URL is not set.

`ensure()` is called before Django loads; it puts the addresses into the environment, where settings look for them.
Any number of processes share one server of each kind, and the last one out stops it (see `config.keeper`).
"""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from config.keeper import START_SECONDS, take
from config.places import Refused, make_folder
from config.servers import SERVERS, Postgres, Redis

BASE_DIR = Path(__file__).resolve().parent.parent

_held: dict[Path, int] = {}


def var_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute()


def ensure(*, durable: bool = True) -> None:
    """Sets every address that is not set, starting the server behind it. Never in production, which has its own."""
    if os.environ.get("COUNTERSIGN_ENV") == "production":
        return
    if not os.environ.get("DATABASE_URL"):
        for name, url in addresses(Postgres(hold("postgres", durable=durable))).items():
            os.environ[name] = os.environ.get(name) or url
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = Redis(hold("redis", durable=durable)).url()


def addresses(postgres: Postgres) -> dict[str, str]:
    """One server, three roles: the site, the owner of the books, and the one who may only post to them."""
    return {
        "DATABASE_URL": postgres.url("countersign", "countersign"),
        "BOOKS_ADMIN_URL": postgres.url("books_owner", "books"),
        "BOOKS_DATABASE_URL": postgres.url("books_poster", "books"),
    }


def hold(kind: str, *, durable: bool = True) -> Path:
    """Returns the folder of a running server, which runs at least as long as this process or until `release`."""
    folder = var_dir() / kind
    make_folder(folder)
    if folder in _held:
        return folder
    with (folder / "start.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        holder = take(folder / "holders.lock", fcntl.LOCK_SH)
        assert holder is not None
        give_up_at = time.monotonic() + START_SECONDS
        while not _is_ready(kind, folder):
            if not _is_kept(folder):
                _start_keeper(kind, folder, durable=durable)
            elif time.monotonic() > give_up_at:
                raise Refused(
                    f"The embedded {kind} under {folder} does not answer (see {folder / 'server.log'})."
                )
            time.sleep(0.05)
    _held[folder] = holder
    return folder


def release(*, wait_seconds: float = 20) -> None:
    """Lets go of every server; where this was the last holder, waits until it has stopped."""
    for folder in list(_held):
        holder = _held.pop(folder)
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            was_last = True
        except BlockingIOError:
            was_last = False
        os.close(holder)
        give_up_at = time.monotonic() + wait_seconds
        while was_last and _is_kept(folder) and time.monotonic() < give_up_at:
            time.sleep(0.05)


def _start_keeper(kind: str, folder: Path, *, durable: bool) -> None:
    command = [
        sys.executable,
        "-m",
        "config.keeper",
        kind,
        str(folder),
        *([] if durable else ["--forgetful"]),
    ]
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert keeper.stdout is not None
    with keeper.stdout as answers:
        heard, _, _ = select.select([answers], [], [], START_SECONDS + 30)
        answer = answers.readline().decode().strip() if heard else ""
    if answer != "ready":
        keeper.kill()
        reason = answer.removeprefix("refused ") or f"it did not say why (see {folder / 'keeper.log'})"
        raise Refused(f"The embedded {kind} cannot be used. {reason}")
    # The keeper outlives this process on purpose; without this Python would warn that it was left running.
    keeper.returncode = 0


def _is_kept(folder: Path) -> bool:
    """The keeper holds this lock for as long as it lives."""
    lock = take(folder / "keeper.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if lock is not None:
        os.close(lock)
    return lock is None


def _is_ready(kind: str, folder: Path) -> bool:
    """Kept by somebody, prepared by them, and answering."""
    return _is_kept(folder) and (folder / "ready").exists() and SERVERS[kind](folder).is_ready()
