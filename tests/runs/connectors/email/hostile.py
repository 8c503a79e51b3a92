"""Mail servers that misbehave at one chosen word, and count the letters they were truly given."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.patience import PATIENCE_SECONDS


@dataclass
class Hostile:
    """``at``: HELLO, EHLO, MAIL, RCPT, DATA, BODY (while the letter comes) or DOT; ``does``: drop, hang, drip, babble,
    endless, or an answer of its own.
    """

    at: str
    does: str
    port: int = 0
    dots: int = 0
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError, ValueError):
            file = line.makefile("rb")
            if not self._say(line, "HELLO", "220 ready"):
                return
            while words := file.readline():
                word = words[:4].decode("ascii", "replace").upper().strip().replace("HELO", "EHLO")
                if word != "DATA":
                    if not self._say(line, word, "221 bye" if word == "QUIT" else "250 fine"):
                        return
                    continue
                if not self._say(line, "DATA", "354 go on") or self.at == "DATA":
                    continue
                if self.at == "BODY":
                    file.read(100)
                    self._say(line, "BODY", "")
                    return
                while file.readline() not in (b".\r\n", b""):
                    pass
                self.dots += 1
                if not self._say(line, "DOT", "250 taken"):
                    return

    def _say(self, line: socket.socket, word: str, usual: str) -> bool:
        """Whether the talk goes on."""
        does = self.does if word == self.at else usual
        match does:
            case "drop":
                line.shutdown(socket.SHUT_RDWR)
                return False
            case "hang":
                self.over.wait(PATIENCE_SECONDS)
                return False
            case "drip":
                while not self.over.is_set():
                    line.sendall(b"2")
                    time.sleep(0.05)
                return False
            case "endless":
                while not self.over.is_set():
                    line.sendall(b"250-and another thing\r\n" * 1000)
                return False
            case "babble":
                line.sendall(b"\xff\xfewhat?\r\n")
            case _:
                line.sendall(does.encode() + b"\r\n")
        return True


@contextmanager
def serving(at: str, does: str) -> Iterator[Hostile]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(at, does, listener.getsockname()[1])
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
