"""One command runs several processes, and none of them outlives it."""

import signal
import sys

from tests.config.scripts import end, is_alive, start, until
from tests.patience import PATIENCE_SECONDS

PRELUDE = """
import os, sys
from config import supervisor
from config.supervisor import Child, Supervisor
supervisor.FIRST_WAIT_SECONDS = 0.01
def child(name, source):
    return Child(name, [sys.executable, "-uc", source], os.environ)
"""
STEADY = "import os, time; print('pid', os.getpid()); time.sleep(60)"
WITH_A_GRANDCHILD = (
    "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print('pid', p.pid, flush=True); time.sleep(60)"
)
STUBBORN = (
    "import signal, os, time; signal.signal(15, signal.SIG_IGN); print('pid', os.getpid()); time.sleep(60)"
)


def supervising(*children: tuple[str, str], setting: str = ""):
    listed = ", ".join(f"child({name!r}, {source!r})" for name, source in children)
    return start(f"{PRELUDE}{setting}\nsys.exit(Supervisor([{listed}]).run())")


def pids_said_by(process, count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        line = process.stdout.readline()
        assert line, "the supervisor ended early"
        if "| pid " in line:
            found.append(int(line.split()[-1]))
    return found


def test_a_child_that_dies_is_started_again(tmp_path):
    mark = tmp_path / "mark"
    source = f"import os; first = not os.path.exists({str(mark)!r}); open({str(mark)!r}, 'w');" + (
        "print('pid', os.getpid()); import time; time.sleep(0 if first else 60)"
    )
    process = supervising(("web", source))
    first, second = pids_said_by(process, 2)
    assert first != second
    end(process)
    assert process.returncode == 0


def test_a_child_that_keeps_dying_ends_the_whole_and_says_why():
    process = supervising(("web", STEADY), ("worker", "print('no such table'); raise SystemExit(3)"))
    words, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "worker died 5 times, last with exit code 3. Its last lines:\n  no such table" in words
    (steady,) = (int(line.split()[-1]) for line in words.splitlines() if "| pid " in line)
    assert not is_alive(steady)


def test_ctrl_c_ends_children_and_their_children():
    process = supervising(("web", WITH_A_GRANDCHILD), ("worker", STEADY))
    pids = pids_said_by(process, 2)
    end(process, signal.SIGINT)
    assert process.returncode == 0
    assert until(lambda: not any(map(is_alive, pids)))


def test_a_child_that_will_not_end_is_made_to():
    process = supervising(("web", STUBBORN), setting="supervisor.GRACE_SECONDS = 0.2")
    (pid,) = pids_said_by(process, 1)
    end(process, signal.SIGTERM)
    assert not is_alive(pid)


def test_nobody_outlives_a_supervisor_that_was_killed():
    process = supervising(("web", STEADY), ("worker", STEADY))
    pids = pids_said_by(process, 2)
    end(process, signal.SIGKILL)
    if sys.platform.startswith("linux"):
        assert until(lambda: not any(map(is_alive, pids)))


def test_what_a_child_says_carries_its_name():
    process = supervising(("web", "print('hello'); import time; time.sleep(60)"), ("worker", STEADY))
    lines = {process.stdout.readline().rstrip() for _ in range(2)}
    end(process)
    assert "web    | hello" in lines
