"""A target on a real socket, in a process of its own, that is as rude as its address asks for, and counts what it did.

``POST /<mode>/writes`` with ``Idempotency-Key`` writes; ``GET /<mode>/writes/<key>`` tells what stands under a key. The
count of a key is the truth of the tests: a target here keeps no key from being written twice unless its mode says so.
``<mode>-first`` is rude at the first request of a key only. Started by `tests.hostile.Target`.
"""

import contextlib
import json
import socketserver
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

PATIENCE = 60.0  # nobody is kept longer than this
METADATA = "http://169.254.169.254/latest/meta-data/"
MEGABYTE = b"x" * 1_000_000
TABLES = """
CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS effects_key ON effects (key);
CREATE TABLE IF NOT EXISTS asked (number INTEGER PRIMARY KEY, key TEXT NOT NULL, mode TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS asked_key ON asked (key);
"""


class Effects:
    """What was done, and what was asked for, by key: in a file, so that it outlives everybody."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.file = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self.file.execute("PRAGMA journal_mode = WAL")
        self.file.execute("PRAGMA synchronous = NORMAL")
        self.file.executescript(TABLES)

    def do(self, key: str, body: str) -> int:
        """One effect more under the key. Returns its number."""
        with self.lock:
            done = self.file.execute("INSERT INTO effects (key, body) VALUES (?, ?)", [key, body])
            return int(done.lastrowid or 0)

    def note(self, key: str, mode: str) -> int:
        """One request more. Returns how many the key has had by now."""
        with self.lock:
            self.file.execute("INSERT INTO asked (key, mode) VALUES (?, ?)", [key, mode])
            return int(self.file.execute("SELECT count(*) FROM asked WHERE key = ?", [key]).fetchone()[0])

    def under(self, key: str) -> list[int]:
        """The numbers of a key's effects."""
        with self.lock:
            rows = self.file.execute("SELECT number FROM effects WHERE key = ? ORDER BY number", [key])
            return [number for (number,) in rows]

    def counts(self, table: str = "effects") -> dict[str, int]:
        with self.lock:
            return dict(self.file.execute(f"SELECT key, count(*) FROM {table} GROUP BY key"))

    def close(self) -> None:
        self.file.close()


@dataclass
class Call:
    """One request as it came, and the line it came by."""

    effects: Effects
    line: Any
    method: str
    path: list[str]
    headers: dict[str, str]
    body: bytes
    asked: int = 1
    sent: bytearray = field(default_factory=bytearray)

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")

    def work(self) -> int:
        return self.effects.do(self.key, self.body.decode("utf-8", "replace"))

    def say(self, told: object, code: int = 200, *headers: str) -> None:
        """A whole answer; what is not bytes is said in JSON."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.head(code, len(body), *headers)
        self.line.sendall(body)

    def head(self, code: int, length: int, *headers: str) -> None:
        kind = () if any(header.startswith("Content-Type") for header in headers) else (JSON,)
        lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {length}", "Connection: close", *kind, *headers]
        self.line.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    def hang(self) -> None:
        """Until the caller leaves."""
        while self.line.recv(4096):
            pass


JSON = "Content-Type: application/json"
Mode = Callable[[Call], None]


def done(call: Call) -> None:
    number = call.work()
    call.say({"id": f"w-{number}", "key": call.key}, 201)


def once(call: Call) -> None:
    """The one polite mode: a key that was used is answered with what it made."""
    with ONE_AT_A_TIME:
        known = call.effects.under(call.key)
        number = known[0] if known else call.work()
    call.say({"id": f"w-{number}", "key": call.key}, 201)


ONE_AT_A_TIME = threading.Lock()


def slow(call: Call) -> None:
    time.sleep(0.05)
    done(call)


def late(call: Call) -> None:
    """Goes on working when the caller has left, as most servers do."""
    time.sleep(2)
    done(call)


def hang(call: Call) -> None:
    call.hang()


def hang_after(call: Call) -> None:
    call.work()
    call.hang()


def drip(call: Call) -> None:
    call.work()
    for letter in b"HTTP/1.1 201 Said\r\nContent-Length: 2\r\n\r\n{}":
        call.line.sendall(bytes([letter]))
        time.sleep(0.5)


def error_in_200(call: Call) -> None:
    call.say({"error": "there is no such account"})


def error_after(call: Call) -> None:
    call.work()
    call.say({"error": "internal"}, 500)


def unavailable(call: Call) -> None:
    call.say({"error": "maintenance"}, 503)


def busy(call: Call) -> None:
    call.say({"error": "slow down"}, 429, "Retry-After: 1")


def refuse(call: Call) -> None:
    call.say({"error": "the total is not what the order says"}, 422)


def html(call: Call) -> None:
    call.work()
    call.say(b"<!doctype html><title>Welcome</title>", 200, "Content-Type: text/html")


def half_json(call: Call) -> None:
    call.work()
    call.say(b'{"id": "w-')


def other_json(call: Call) -> None:
    call.work()
    call.say([None, {"id": {"id": []}}, 1e308])


def flood(call: Call) -> None:
    call.work()
    call.head(200, 1_000 * len(MEGABYTE))
    for _ in range(1_000):
        call.line.sendall(MEGABYTE)


def redirect(call: Call) -> None:
    call.say(b"", 307, f"Location: {METADATA}")


def cut(call: Call) -> None:
    call.work()
    call.head(201, 1_000)
    call.line.sendall(b'{"id": "w-1"')


def cut_before(call: Call) -> None:
    return


def twice(call: Call) -> None:
    call.work()
    done(call)


def echo(call: Call) -> None:
    call.work()
    call.say({"id": "w-echo", "heard": call.headers, "body": call.body.decode("utf-8", "replace")}, 201)


def error_echo(call: Call) -> None:
    call.say({"error": "not authorised", "heard": call.headers}, 400)


MODES: dict[str, Mode] = {
    mode.__name__: mode
    for mode in (done, once, slow, late, hang, hang_after, drip, error_in_200, error_after, unavailable, busy, refuse,
                 html, half_json, other_json, flood, redirect, cut, cut_before, twice, echo, error_echo)
}  # fmt: skip
MODES["deaf"] = hang_after  # its look-ups are not answered either
MODES["forgetful"] = error_after  # its look-ups know nothing: whoever believes them writes twice


def look_up(call: Call, mode: str) -> None:
    found = call.effects.under(call.path[2])
    if mode == "deaf":
        call.say({"error": "maintenance"}, 503)
    elif not found or mode == "forgetful":
        call.say({"error": "there is no such write"}, 404)
    else:
        call.say({"id": f"w-{found[0]}", "key": call.path[2], "count": len(found)})


def answer(call: Call) -> None:
    mode, first, _ = call.path[0].partition("-first")
    if call.method == "GET":
        look_up(call, mode)
        return
    call.asked = call.effects.note(call.key, mode)
    MODES["done" if first and call.asked > 1 else mode](call)


class Handler(socketserver.StreamRequestHandler):
    timeout: ClassVar[float] = PATIENCE
    server: "Server"

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            method, target, _ = self.rfile.readline(10_000).decode("latin-1").split()
            headers = {}
            while line := self.rfile.readline(10_000).strip():
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            path = target.partition("?")[0].strip("/").split("/")
            answer(Call(self.server.effects, self.connection, method, path, headers, body))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Rude targets break; nobody needs to read about it."""


def main(store: str) -> None:
    """Says the port it listens on, and serves until its standard input ends."""
    with Server(Effects(Path(store))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
