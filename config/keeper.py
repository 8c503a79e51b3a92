"""Keeps one embedded server for as long as anybody holds it: `python -m config.keeper postgres FOLDER [--forgetful]`.

Every process that uses the server holds a shared lock on `holders.lock`, which the kernel drops when that process
ends, however it ends. The keeper stops the server once it gets the lock for itself. While it keeps, it holds
`keeper.lock`, and starts the server anew when it dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.places import Refused
from config.servers import SERVERS, Server

START_SECONDS = 60
STOP_SECONDS = 20
LOOK_EVERY_SECONDS = 0.25
DEATHS_ALLOWED = 5


def dies_with_parent(signal_name: str) -> Callable[[], None] | None:
    """On Linux the kernel sends the child this signal when its parent ends, even by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, set_parent_death_signal = ctypes.CDLL(None).prctl, 1
    number = signal.Signals[signal_name].value

    def promise() -> None:
        prctl(set_parent_death_signal, number)

    return promise


def take(path: Path, how: int) -> int | None:
    """Locks the file at `path` and returns its descriptor; None when asked not to wait and somebody else has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


class Keeper:
    """Starts one server, watches it, and stops it after its last holder."""

    alone: int
    process: subprocess.Popen[bytes]

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ready = server.folder / "ready"
        self.log = server.folder / "server.log"

    def start(self) -> None:
        """Returns once the server answers. A predecessor may still be on its way out, so a few tries are normal."""
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            with self.log.open("ab") as log:
                offset = log.tell()
                self.process = subprocess.Popen(
                    self.server.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    start_new_session=True,
                    preexec_fn=dies_with_parent(self.server.stop_signal),
                    **self.server.account.for_subprocess(),
                )
            while self.process.poll() is None and time.monotonic() < give_up_at:
                if self.server.is_ready():
                    return
                time.sleep(0.05)
            if time.monotonic() >= give_up_at or not self._is_passing(offset):
                self.stop()
                raise Refused(f"The embedded server did not start: {self._last_words(offset)}")
            time.sleep(0.3)

    def watch(self) -> None:
        """Until nobody holds the server any more; a server that dies is started again, a few times."""
        deaths = 0
        while (alone := take(self.server.folder / "holders.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)) is None:
            if self.process.poll() is not None:
                deaths += 1
                if deaths > DEATHS_ALLOWED:
                    raise Refused(f"The embedded server died {deaths} times and is given up.")
                self.start()
            time.sleep(LOOK_EVERY_SECONDS)
        # Kept until this process ends, so that a newcomer waits instead of finding a server that leaves.
        self.alone = alone

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.Signals[self.server.stop_signal])
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _is_passing(self, offset: int) -> bool:
        words = self._words(offset)
        return "lock file" in words or "shared memory block" in words

    def _words(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")

    def _last_words(self, offset: int) -> str:
        lines = [line for line in self._words(offset).splitlines() if line.strip()]
        return f"{lines[-1] if lines else 'it said nothing'} (see {self.log})"


def keep(server: Server, tell: Callable[[str], None]) -> None:
    take(server.folder / "keeper.lock", fcntl.LOCK_EX)
    keeper = Keeper(server)
    keeper.ready.unlink(missing_ok=True)
    try:
        server.prepare()
        keeper.start()
        server.settle()
        keeper.ready.touch()
    except (Refused, OSError) as error:
        tell(f"refused {error}")
        raise SystemExit(1) from error
    tell("ready")
    try:
        keeper.watch()
    finally:
        keeper.ready.unlink(missing_ok=True)
        keeper.stop()


def main(kind: str, folder: str, *options: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    def tell(line: str) -> None:
        # Whoever asked may be gone by now; then nobody holds the server and `watch` sees to that.
        with contextlib.suppress(BrokenPipeError):
            os.write(sys.stdout.fileno(), f"{' '.join(line.split())}\n".encode())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    keep(SERVERS[kind](Path(folder), durable="--forgetful" not in options), tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
