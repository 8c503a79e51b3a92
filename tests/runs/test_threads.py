"""How many calls of one kind are out at once: as many as their time is worth, and hanging ones beside them."""

import threading
import time

import pytest

from runs import threads
from runs.threads import FEW_OF_ONE, MOST_OF_ONE, Threads

LONG = 120  # seconds that nobody waits


class Target:
    """Counts who is in; each stays for a while, or until the door opens."""

    def __init__(self) -> None:
        self.lock, self.door = threading.Lock(), threading.Event()
        self.inside = self.most = 0

    def call(self, seconds: float | None = None) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.door.wait(LONG) if seconds is None else time.sleep(seconds)
        with self.lock:
            self.inside -= 1


def known_as(hands: Threads, seconds: float) -> None:
    """The lane's calls took so long of late."""
    hands.lanes["tool"].usual = seconds


def test_of_a_target_that_answers_at_once_a_few_are_asked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "LATE_SECONDS", LONG)  # on a busy machine no call hangs for being slow
    hands, target = Threads(threads.THREADS), Target()
    known_as(hands, 0.0)
    hands.lanes["tool"].is_paced = False  # nor is a target slow for it
    calls = [hands.submit_to("tool", MOST_OF_ONE, lambda: target.call(0.0)) for _ in range(300)]
    for call in calls:
        call.result(LONG)
    assert target.most <= FEW_OF_ONE


def test_of_one_that_takes_its_time_as_many_as_may_be() -> None:
    hands, target = Threads(threads.THREADS), Target()
    known_as(hands, 0.05)
    calls = [hands.submit_to("tool", MOST_OF_ONE, target.call) for _ in range(60)]
    while target.inside < MOST_OF_ONE:
        time.sleep(0.01)
    target.door.set()
    for call in calls:
        call.result(LONG)
    assert target.most == MOST_OF_ONE


def test_those_that_hang_keep_no_other_from_going_out() -> None:
    hands, target = Threads(threads.THREADS), Target()
    known_as(hands, 0.0)
    hanging = [hands.submit_to("tool", MOST_OF_ONE, target.call) for _ in range(FEW_OF_ONE)]
    others = [hands.submit_to("tool", MOST_OF_ONE, lambda: target.call(0.0)) for _ in range(20)]
    while not all(call.done() for call in others):
        hands.look_after()
        time.sleep(0.01)
    assert not any(call.done() for call in hanging)
    target.door.set()
