"""The attack in a process of its own, and what it told: for the bench, and for a test of some seconds."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.keeper import dies_with_parent
from tests.architecture.sources import ROOT


@dataclass(frozen=True)
class Report:
    """``faults`` are broken promises, in sentences. ``recovery`` is in seconds from each act to the next write.
    ``escalations`` are the figures of `tests.chaos.escalations`."""

    writes: int
    states: dict[str, int]
    faults: list[str]
    recovery: dict[str, float | None]
    escalations: dict[str, Any]
    settled_after: float
    seconds: float


def attack(
    folder: Path, *, writes: int, rounds: int = 1, hurry: bool = False, patience: float = 900
) -> Report:
    """Raises `RuntimeError` with its last words when the attack itself did not come to an end."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.chaos", "--folder", str(folder), "--writes", str(writes)]
    command += ["--rounds", str(rounds), *(["--hurry"] if hurry else [])]
    words = folder / "attack.log"
    with words.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
            text=True, start_new_session=True, preexec_fn=dies_with_parent("SIGTERM"),
        )  # fmt: skip
    try:
        told, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        told = ""
    lines: list[Any] = [line for line in told.splitlines() if line.startswith("{")]
    if process.returncode or not lines:
        raise RuntimeError(f"The attack did not end well; see {words}:\n{words.read_text()[-3000:]}")
    return Report(**json.loads(lines[-1]))
