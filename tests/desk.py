"""A ticket desk on a real socket: a target that keeps tickets and limits, knows keys and dry runs, and counts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.patience import PATIENCE_SECONDS


@dataclass
class Desk:
    """``tickets`` by id, ``asked`` are the request lines, ``taken`` the key of every write that was let in; ``mood``
    makes it misbehave, and ``trouble`` says of a customer what is answered instead of opening anything.
    """

    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    limits: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    mood: str = ""
    trouble: Callable[[str], tuple[int, Any] | None] = lambda _: None
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def writes(self) -> list[str]:
        return [line for line in self.asked if not line.startswith("GET")]

    def open(self, told: dict[str, Any], key: str, customer: str) -> tuple[int, dict[str, Any]]:
        with self.lock:  # many come at once
            self.taken.append(key)
            for ticket in self.tickets.values():
                if ticket["key"] == key:
                    return 200, ticket
            number = f"T-{len(self.tickets) + 1}"
            self.tickets[number] = told | {"id": number, "key": key, "customer": customer, "version": 1}
            return 201, self.tickets[number]


class _Handler(BaseHTTPRequestHandler):
    desk: Desk

    def _hear(self) -> Any:
        self.desk.asked.append(f"{self.command} {self.path}")
        self.desk.heads.append({name.lower(): value for name, value in self.headers.items()})
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = json.loads(body) if body else None
        self.desk.bodies.append(told)
        return told

    def _say(self, code: int, told: Any = None, **headers: str) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._hear()
        parts = urlsplit(self.path)
        name = parts.path.rsplit("/", 1)[-1]
        if parts.path == "/tickets":
            key = parse_qs(parts.query).get("key", [""])[0]
            self._say(200, {"items": [one for one in list(self.desk.tickets.values()) if one["key"] == key]})
        elif parts.path.startswith("/limits/"):
            self._show(self.desk.limits.get(name))
        else:
            self._show(self.desk.tickets.get(name))

    def _show(self, found: dict[str, Any] | None) -> None:
        if found is None:
            self._say(404, {"error": {"message": "no such thing"}})
        else:
            self._say(200, found, ETag=f'"v{found["version"]}"')

    def do_POST(self) -> None:
        told = self._hear()
        if self.headers.get("X-Dry-Run"):
            self._say(200, {"id": "none", "subject": told["subject"], "echo": dict(self.headers.items())})
            return
        if self.desk.mood == "refuse":
            self._say(
                200, {"error": {"code": "closed", "message": f"no: {self.headers.get('Authorization')}"}}
            )
            return
        customer = self.path.split("/")[2]
        if trouble := self.desk.trouble(customer):
            self._say(*trouble)
            return
        code, ticket = self.desk.open(told, self.headers.get("Idempotency-Key", ""), customer)
        if self.desk.mood == "500 after the work":
            self.desk.mood = ""
            self._say(500, {"oops": 1})
            return
        self._say(code, ticket, ETag='"v1"')

    def do_DELETE(self) -> None:
        self._hear()
        if self.desk.mood != "delete nothing":
            self.desk.tickets.pop(self.path.rsplit("/", 1)[-1], None)
        self._say(200, {"ok": True})

    def do_PUT(self) -> None:
        told, name = self._hear(), self.path.rsplit("/", 1)[-1]
        limit = self.desk.limits[name]
        wanted = self.headers.get("If-Match")
        if wanted and wanted != f'"v{limit["version"]}"':
            self._say(412, {"error": {"message": "moved"}})
            return
        self.desk.limits[name] = limit | told | {"version": limit["version"] + 1}
        if self.desk.mood == "500 after the put":
            self.desk.mood = ""
            self._say(500, {"oops": 1})
            return
        self._say(200, self.desk.limits[name])

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # many come at once, and nobody shall have to knock twice


@contextmanager
def opened() -> Iterator[Desk]:
    desk = Desk()
    handler = type("Handler", (_Handler,), {"desk": desk})
    server = _Server(("127.0.0.1", 0), handler)
    desk.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_SECONDS)


@pytest.fixture
def desk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Open, on the list of what workers may reach, and its secret known."""
    settings.HTTP_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SECRET_NORTHWIND__TICKETS_TOKEN", "canary-7Qz/secret+value=")
    with opened() as desk:
        yield desk
