"""Runs a few processes as one.

A child that dies is started again; all end together when told to, or when one of them cannot live.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from config.keeper import dies_with_parent

DEATHS_ALLOWED = 5
DEATHS_WITHIN_SECONDS = 60
FIRST_WAIT_SECONDS = 0.5
GRACE_SECONDS = 8


@dataclass
class Child:
    """One process to keep alive, in a process group of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    unfinished: bytes = b""

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent("SIGTERM"),
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def signal(self, number: signal.Signals) -> None:
        """To the whole group: a process of the child's own must not outlive it."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def lines(self, said: bytes) -> list[str]:
        """The whole lines in what it said; the rest waits for its end."""
        *whole, self.unfinished = (self.unfinished + said).split(b"\n")
        return [line.decode(errors="replace") for line in whole]

    def note_death(self, now: float) -> bool:
        """True while it may be started again; each death within the minute doubles the wait."""
        self.deaths.append(now)
        recent = [moment for moment in self.deaths if now - moment < DEATHS_WITHIN_SECONDS]
        self.start_at = now + FIRST_WAIT_SECONDS * 2 ** (len(recent) - 1)
        return len(recent) < DEATHS_ALLOWED


class Supervisor:
    """One loop, one thread: children's words are passed on, their deaths noticed, their ends awaited."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None] | None = None) -> None:
        self.children = children
        self.say = say or say_aloud
        self.selector = selectors.DefaultSelector()
        self.width = max(len(child.name) for child in children)
        self.stopping = False
        self.failure = ""

    def run(self) -> int:
        """Until SIGINT or SIGTERM (0), or until a child keeps dying (1, and `failure` says why)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self.stopping:
                self._start_those_due()
                self._listen(0.2)
                self._notice_deaths()
        finally:
            self._end_all()
        if self.failure:
            print(self.failure, file=sys.stderr, flush=True)
        return 1 if self.failure else 0

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _start_those_due(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()
                assert child.process is not None
                self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _listen(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            self._pass_on(key.data)

    def _pass_on(self, child: Child) -> None:
        assert child.process is not None and child.process.stdout is not None
        said = child.process.stdout.read()
        if said == b"":
            self._stop_listening(child)
        for line in child.lines(said or b""):
            child.last_lines.append(line)
            self.say(f"{child.name.ljust(self.width)} | {line}")

    def _stop_listening(self, child: Child) -> None:
        """Once; a pipe that was closed would otherwise wake the loop without end."""
        assert child.process is not None
        if child.process.stdout in {key.fileobj for key in self.selector.get_map().values()}:
            self.selector.unregister(child.process.stdout)

    def _notice_deaths(self) -> None:
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            code = child.process.returncode
            self._bury(child)
            if not child.note_death(time.monotonic()):
                words = "\n".join(f"  {line}" for line in child.last_lines) or "  (it said nothing)"
                self.failure = (
                    f"{child.name} died {DEATHS_ALLOWED} times, last {ending(code)}. Its last lines:\n{words}"
                )
                self.stopping = True
                return
            wait = child.start_at - time.monotonic()
            self.say(
                f"{child.name.ljust(self.width)} | ended {ending(code)}; starting it again in {wait:.1f} s"
            )

    def _bury(self, child: Child) -> None:
        assert child.process is not None and child.process.stdout is not None
        child.signal(signal.SIGKILL)
        self._pass_on(child)
        self._stop_listening(child)
        child.process.stdout.close()
        child.process = None

    def _end_all(self) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        give_up_at = time.monotonic() + GRACE_SECONDS
        while any(child.process and child.process.poll() is None for child in self.children):
            if time.monotonic() > give_up_at:
                break
            self._listen(0.05)
        for child in self.children:
            if child.process is not None:
                child.signal(signal.SIGKILL)
                child.process.wait()
                self._bury(child)


def say_aloud(line: str) -> None:
    # A terminal that was closed, or `| head`, is no reason to leave children behind.
    with contextlib.suppress(OSError):
        print(line, flush=True)


def ending(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
