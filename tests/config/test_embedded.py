"""PostgreSQL and Redis start by themselves, are shared, survive being killed, and stop with their last user."""

import os
import signal
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.places import SOCKET_PATH_LIMIT, Account, Refused, socket_folder
from tests.config.scripts import end, is_alive, manage, start, until
from tests.patience import PATIENCE_SECONDS

UNSET = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "BOOKS_DATABASE_URL", "BOOKS_ADMIN_URL"), "")
HOLDER = """
import os, sys
from config import embedded
from config.places import Refused
try:
    embedded.ensure(durable=False)
except Refused as refusal:
    sys.exit(str(refusal))
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], os.environ["BOOKS_DATABASE_URL"], flush=True)
sys.stdin.readline()
embedded.release()
"""


class Holder:
    """A process that uses the embedded servers until it is let go."""

    def __init__(self, var_dir: Path) -> None:
        self.process = start(HOLDER, environment={**UNSET, "VAR_DIR": str(var_dir), "COUNTERSIGN_ENV": ""})
        assert self.process.stdout is not None
        self.database, self.redis, self.books = self.process.stdout.readline().split()

    def let_go(self) -> None:
        self.process.communicate("done\n", timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory) -> Path:
    """One folder for this file; made once, because making it is slow."""
    return tmp_path_factory.mktemp("embedded") / "var"


def postmaster(var_dir: Path) -> int:
    return int((var_dir / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def rings(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as bell:
            return bool(bell.ping())
    except redis.ConnectionError:
        return False


def test_two_processes_share_servers_which_stop_with_the_last_and_keep_the_data(var_dir):
    first = Holder(var_dir)
    with psycopg.connect(first.database) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    second = Holder(var_dir)
    assert second.database == first.database
    first.let_go()
    assert answers(second.database)
    pid = postmaster(var_dir)
    second.let_go()
    assert not is_alive(pid)
    assert not (var_dir / "postgres/data/postmaster.pid").exists()
    third = Holder(var_dir)
    with psycopg.connect(third.database) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
    third.let_go()


def test_killed_servers_come_back_while_somebody_uses_them(var_dir):
    holder = Holder(var_dir)
    bell = redis.Redis.from_url(holder.redis)
    killed = postmaster(var_dir), bell.info()["process_id"]
    bell.close()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: answers(holder.database))
    assert until(lambda: rings(holder.redis))
    with redis.Redis.from_url(holder.redis) as bell:
        assert bell.info()["process_id"] not in killed
    holder.let_go()


def test_everything_killed_at_once_leaves_nothing_in_the_way(var_dir):
    holder = Holder(var_dir)
    keepers = [p for p in psutil.process_iter(["cmdline"]) if "config.keeper" in (p.info["cmdline"] or [])]
    ours = [keeper for keeper in keepers if any(str(var_dir) in word for word in keeper.info["cmdline"])]
    servers = [child.pid for keeper in ours for child in keeper.children()]
    for pid in (*(keeper.pid for keeper in ours), *servers):
        os.kill(pid, signal.SIGKILL)
    end(holder.process, signal.SIGKILL)
    again = Holder(var_dir)
    assert answers(again.database)
    again.let_go()


def test_servers_stop_when_their_only_user_is_killed(var_dir):
    holder = Holder(var_dir)
    pid = postmaster(var_dir)
    end(holder.process, signal.SIGKILL)
    assert until(lambda: not is_alive(pid))


def test_roles_keep_to_their_own_database(var_dir):
    holder = Holder(var_dir)
    with psycopg.connect(holder.database) as connection:
        rights = connection.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert rights.fetchone() == (False, True)
    assert answers(holder.books)
    assert not answers(holder.books.replace("/books?", "/countersign?"))
    assert not answers(holder.database.replace("/countersign?", "/books?"))
    user, _, rest = holder.books.removeprefix("postgresql://").partition(":")
    assert not answers(f"postgresql://{user}:guess@{rest.partition('@')[2]}")
    holder.let_go()


def test_data_of_another_version_is_refused_with_one_sentence(tmp_path):
    other = tmp_path / "var"
    (other / "postgres/data").mkdir(parents=True)
    (other / "postgres/keys.json").write_text("{}")
    (other / "postgres/data/PG_VERSION").write_text("16\n")
    said = manage("migrate", environment={**UNSET, "VAR_DIR": str(other)})
    assert said.returncode == 1
    assert "was written by PostgreSQL 16, and this is PostgreSQL 18" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_refused_with_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said = manage("migrate", environment={**UNSET, "VAR_DIR": str(tmp_path / "file" / "var")})
    assert said.returncode == 1
    assert "set VAR_DIR to one that can" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_path_too_long_for_a_socket_finds_a_short_and_private_one(tmp_path):
    deep = tmp_path / ("deep" * 30)
    place = socket_folder(deep, "redis.sock", owner=Account.own_account())
    try:
        assert len(str(place / "redis.sock")) <= SOCKET_PATH_LIMIT
        assert place.stat().st_mode & 0o077 == 0
        assert socket_folder(deep, "redis.sock", owner=Account.own_account()) == place
    finally:
        place.rmdir()


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="belongs to somebody else"):
        socket_folder(tmp_path, "redis.sock", owner=Account.own_account())
