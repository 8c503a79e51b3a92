"""A wire between the connector and the books that can be cut at the worst moment."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from tests.patience import PATIENCE_SECONDS

Where = dict[str, Any]
NEVER_SENT, NEVER_ANSWERED = "never sent", "never answered"


@contextmanager
def wire(cut: str, at: bytes = b"COMMIT\x00") -> Iterator[str]:
    """The address of books that are never sent their COMMIT, or the message ``at`` holds a part of; or are sent it, and
    their answer never comes back.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    where = conninfo_to_dict(settings.BOOKS_DATABASE_URL)
    threading.Thread(target=_accept, args=(listener, where, cut, at), daemon=True).start()
    key = quote(str(where["password"]), safe="")
    port = listener.getsockname()[1]
    with listener:
        yield (
            f"postgresql://{where['user']}:{key}@127.0.0.1:{port}/{where['dbname']}"
            "?sslmode=disable&gssencmode=disable"
        )


def _accept(listener: socket.socket, where: Where, cut: str, at: bytes) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_carry, args=(client, where, cut, at), daemon=True).start()


def _carry(client: socket.socket, where: Where, cut: str, at: bytes) -> None:
    """One message there, its answer back, as the protocol's turns go; until that message. Where it is not answered,
    nobody hears of that before the books have done what it says.
    """
    silent = threading.Event()
    with client, _server(where) as server, suppress(OSError):
        back = threading.Thread(target=_bring_back, args=(server, client, silent), daemon=True)
        back.start()
        while message := client.recv(65536):
            if at in message:
                if cut == NEVER_ANSWERED:
                    silent.set()
                    server.sendall(message)
                    server.shutdown(socket.SHUT_WR)
                    back.join(PATIENCE_SECONDS)
                break
            server.sendall(message)
        # another thread still listens: closing alone would tell the far side nothing
        for end in (server, client):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _bring_back(server: socket.socket, client: socket.socket, silent: threading.Event) -> None:
    with suppress(OSError):
        while answer := server.recv(65536):
            if not silent.is_set():
                client.sendall(answer)


def _server(where: Where) -> socket.socket:
    host, port = str(where["host"]), int(where.get("port") or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{host}/.s.PGSQL.{port}")
    return server
