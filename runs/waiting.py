"""Waiting for proposals to settle, five hundred at a time, without a thread or a connection each.

One desk per event loop keeps a future for everybody who waits. One connection listens for the bell's NOTIFY (see
`approvals.bell`), one thread asks PostgreSQL about all who may be done in a single question. A notice is only a hint:
whoever begins to wait is asked about at once, and everybody again every few seconds, so a lost one costs a moment.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import Error, connection

from approvals import bell
from runs import outcomes

LOOK_AGAIN_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
LINGER_SECONDS = 20.0  # how long a desk stays open when nobody waits
QUIET_SECONDS = 30.0  # after so long without a notice the connection is tried

log = structlog.get_logger(__name__)
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="waiting")
_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, "Desk"] = WeakKeyDictionary()


async def until_settled(proposal: UUID, seconds: float) -> bool:
    """Wait until the proposal is no longer under way, or so many seconds have passed. Returns whether it is settled."""
    desk = _desks.setdefault(asyncio.get_running_loop(), Desk())
    return await desk.wait(proposal, seconds)


class Desk:
    """Who waits for what in one event loop."""

    def __init__(self) -> None:
        self.waiting: defaultdict[UUID, set[asyncio.Future[None]]] = defaultdict(set)
        self.in_doubt: set[UUID] = set()
        self.stir = asyncio.Event()
        self.open_until = 0.0
        self.task: asyncio.Task[None] | None = None

    async def wait(self, proposal: UUID, seconds: float) -> bool:
        future = asyncio.get_running_loop().create_future()
        self.waiting[proposal].add(future)
        self.doubt([proposal])
        self._open()
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            self._leave(proposal, future)
        return True

    def doubt(self, proposals: Iterable[UUID]) -> None:
        """Have these looked at soon, where anybody waits for them."""
        self.in_doubt.update(proposal for proposal in proposals if proposal in self.waiting)
        self.stir.set()

    def _leave(self, proposal: UUID, future: asyncio.Future[None]) -> None:
        self.waiting[proposal].discard(future)
        if not self.waiting[proposal]:
            del self.waiting[proposal]
        self.open_until = time.monotonic() + LINGER_SECONDS

    def _open(self) -> None:
        if self.task is None or self.task.done():
            # A context of its own: the first who waits must not lend its request's identity to everything after.
            self.task = asyncio.get_running_loop().create_task(self._serve(), context=Context())

    async def _serve(self) -> None:
        listener = asyncio.get_running_loop().create_task(self._listen())
        try:
            while self.waiting or time.monotonic() < self.open_until:
                await self._look()
        finally:
            listener.cancel()

    async def _look(self) -> None:
        """Ask about all in doubt at once; about everybody when nothing stirred for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await self.stir.wait()
        asked = self.in_doubt & self.waiting.keys() if self.stir.is_set() else set(self.waiting)
        self.stir.clear()
        self.in_doubt.clear()
        if not asked:
            return
        try:
            settled = await sync_to_async(_ask, thread_sensitive=False, executor=_thread)(asked)
        except Error as error:
            log.warning("waiting.database_away", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)
            self.doubt(asked)
            return
        for proposal in settled:
            for future in self.waiting.get(proposal, ()):
                if not future.done():
                    future.set_result(None)

    async def _listen(self) -> None:
        """Hear the notices, on a connection that is made again whenever it is lost."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as heard:
                    await heard.execute(f"LISTEN {bell.LISTENERS}")
                    self.doubt(list(self.waiting))  # what was said while nobody listened
                    while True:
                        async for notice in heard.notifies(timeout=QUIET_SECONDS):
                            with contextlib.suppress(ValueError):
                                self.doubt([UUID(hex=notice.payload)])
                        await heard.execute("SELECT 1")
            except (psycopg.Error, OSError) as error:
                log.warning("waiting.deaf", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)


def _ask(proposals: set[UUID]) -> set[UUID]:
    try:
        return outcomes.settled(proposals)
    finally:
        connection.close()


def _address() -> dict[str, Any]:
    """Where Django's own database is, without what only Django understands."""
    parameters = connection.get_connection_params()
    ours = {"cursor_factory", "context", "prepare_threshold"}
    return {name: value for name, value in parameters.items() if name not in ours} | {"connect_timeout": 5}
