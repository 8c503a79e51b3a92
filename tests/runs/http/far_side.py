"""A target on a real socket that does what it is told, however rude; and what our side needs to meet it."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from runs import secrets
from runs.http.answer import Answer
from runs.http.client import send
from runs.http.guard import Guard, allowances
from runs.http.limits import Limits
from runs.http.request import Request
from tests.patience import PATIENCE_SECONDS

Script = Callable[["Call"], None]


@dataclass
class Call:
    """One connection, as the target sees it."""

    line: socket.socket
    head: bytes = b""
    body: bytes = b""
    given: int = 0

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.line.sendall(piece)
            self.given += len(piece)

    def drip(self, text: bytes, *, seconds: float) -> None:
        for at in range(len(text)):
            self.say(text[at : at + 1])
            time.sleep(seconds)

    def hang(self) -> None:
        """Until the other side gives up."""
        with contextlib.suppress(OSError):
            while self.line.recv(4096):
                pass


@dataclass
class FarSide:
    port: int
    calls: list[Call] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asks(self) -> list[str]:
        """The request lines it was sent."""
        return [call.head.split(b"\r\n", 1)[0].decode() for call in self.calls]


@contextlib.contextmanager
def far_side(
    *scripts: Script | bytes, tls: ssl.SSLContext | None = None, family: int = socket.AF_INET
) -> Iterator[FarSide]:
    """Plays one script a connection; the last one again and again. Bytes are said and the line is closed."""
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    with socket.create_server((host, 0), family=family) as listener:
        listener.settimeout(0.05)
        side = FarSide(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, side, scripts, tls), daemon=True)
        thread.start()
        try:
            yield side
        finally:
            side.over.set()
            thread.join(PATIENCE_SECONDS)


def _serve(
    listener: socket.socket, side: FarSide, scripts: tuple[Script | bytes, ...], tls: ssl.SSLContext | None
) -> None:
    while not side.over.is_set():
        with contextlib.suppress(OSError):
            line, _ = listener.accept()
            script = scripts[min(len(side.calls), len(scripts) - 1)]
            call = Call(line)
            side.calls.append(call)
            threading.Thread(target=_play, args=(call, script, tls), daemon=True).start()


def _play(call: Call, script: Script | bytes, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        stack.callback(call.line.close)
        call.line.settimeout(PATIENCE_SECONDS)
        if tls is not None:
            call.line = stack.enter_context(tls.wrap_socket(call.line, server_side=True))
        _hear(call)
        if isinstance(script, bytes):
            call.say(script)
        else:
            script(call)


def _hear(call: Call) -> None:
    heard = b""
    while b"\r\n\r\n" not in heard and (piece := call.line.recv(65536)):
        heard += piece
    call.head, _, call.body = heard.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in call.head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
    )
    while len(call.body) < length and (piece := call.line.recv(65536)):
        call.body += piece


def answer(body: bytes = b"", *headers: str, code: int = 200) -> bytes:
    """A plain answer, whole."""
    lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def here(*entries: str, **others: object) -> Guard:
    """A guard that lets us reach this machine (and nothing else but the internet)."""
    return Guard(allow=allowances(entries or ("127.0.0.1",)), **others)


OWN = secrets.of("northwind")
PATIENT = Limits(*[PATIENCE_SECONDS] * 3)  # whoever means to run out of time says so


def get(url: str, *, limits: Limits = PATIENT, guard: Guard | None = None, **others: object) -> Answer:
    return send(Request("GET", url, **others), limits=limits, guard=guard or here(), secrets=OWN)


def post(url: str, *, limits: Limits = PATIENT, guard: Guard | None = None, **others: object) -> Answer:
    return send(
        Request("POST", url, **{"body": b"{}"} | others), limits=limits, guard=guard or here(), secrets=OWN
    )
