"""What is done to them: each act strikes once, by process id or by address, and says what it did."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import django_rq
import psutil
from django.db import connection
from django.utils import timezone
from redis import RedisError

from runs import execution
from tests.chaos.scene import Scene, patiently, until
from tests.patience import PATIENCE_SECONDS
from tests.workers import WorkerProcess

RESTART_SECONDS = PATIENCE_SECONDS


@dataclass
class Mischief:
    """Strikes at a scene, and remembers who sleeps."""

    scene: Scene
    sleepers: list[WorkerProcess] = field(default_factory=list)

    def acts(self) -> dict[str, Callable[[], None]]:
        return {
            "a worker is stopped": self.stop_a_worker,
            "a worker is killed": self.kill_a_worker,
            "the sleeper's lease runs out": self.outlive_the_lease,
            "Redis forgets everything": self.flush_redis,
            "the sleeper wakes up": self.wake_the_sleepers,
            "PostgreSQL restarts": self.restart_postgres,
            "Redis is killed": self.kill_redis,
            "PostgreSQL crashes": self.crash_postgres,
            "every worker is killed": self.kill_every_worker,
        }

    def kill_a_worker(self) -> None:
        awake = [worker for worker in self.scene.workers if worker not in self.sleepers]
        self.scene.kill(awake[0])
        self.scene.start_worker()

    def kill_every_worker(self) -> None:
        many = len(self.scene.workers)
        for worker in [*self.scene.workers]:
            self.scene.kill(worker)
        self.sleepers.clear()
        for _ in range(many):
            self.scene.start_worker()

    def stop_a_worker(self) -> None:
        """Not within a transaction of its own: what it holds there is let go by the server's own time-out."""
        worker = self.scene.workers[0]
        while True:
            worker.signal(signal.SIGSTOP)
            if not until(lambda: worker.is_paused, 5) or not patiently(lambda: _in_transaction(worker)):
                break
            worker.signal(signal.SIGCONT)
            time.sleep(0.01)
        self.sleepers.append(worker)
        self.scene.start_worker()

    def outlive_the_lease(self) -> None:
        """Wait it out; in a hurry, move its end to now."""
        if not self.scene.hurry:
            time.sleep(execution.LEASE.total_seconds() + 2)
            return
        past = timezone.now() - timedelta(seconds=1)
        for worker in self.sleepers:
            patiently(partial(_end_leases, _name(worker), past))

    def wake_the_sleepers(self) -> None:
        for worker in self.sleepers:
            worker.signal(signal.SIGCONT)
        self.sleepers.clear()

    def flush_redis(self) -> None:
        with django_rq.get_connection("bell") as redis:
            redis.flushall()

    def kill_redis(self) -> None:
        with django_rq.get_connection("bell") as redis:
            os.kill(redis.info()["process_id"], signal.SIGKILL)
        assert until(_rings, RESTART_SECONDS), "Redis did not come back"

    def restart_postgres(self) -> None:
        """An orderly one: connections are cut, what was committed is kept."""
        pid = _postmaster(self.scene)
        connection.close()
        os.kill(pid, signal.SIGINT)
        assert until(lambda: not psutil.pid_exists(pid), RESTART_SECONDS), "PostgreSQL did not stop"
        patiently(_answers, RESTART_SECONDS)

    def crash_postgres(self) -> None:
        """One of its processes dies at once: the server throws everybody out and recovers from its log."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid"
            )
            mine = cursor.fetchall()[-1][0]
        connection.close()
        os.kill(mine, signal.SIGKILL)
        time.sleep(0.2)
        patiently(_answers, RESTART_SECONDS)


def _name(worker: WorkerProcess) -> str:
    return worker.words.stem


def _postmaster(scene: Scene) -> int:
    return int((scene.var / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def _answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _rings() -> bool:
    try:
        with django_rq.get_connection("bell") as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def _in_transaction(worker: WorkerProcess) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND xact_start IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(query, [_name(worker)])
        return bool(cursor.fetchone()[0])


_END = """
UPDATE runs_execution e SET leased_until = %s
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = %s AND a.application_name = %s AND e.claimed_by = l.objid::bigint
    AND e.state IN ('scheduled', 'started')
"""


def _end_leases(name: str, at: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_END, [at, execution.WORKER_LOCKS, name])
