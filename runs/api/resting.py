"""Requests that wait hold neither a thread nor a database connection.

Under ASGI, Django gives every request a thread of its own as soon as one synchronous middleware method runs, and keeps
it, and the connection opened in it, until the request ends. Five hundred agents that wait would hold five hundred of
each. Work done through `briefly` returns both; whatever needs a thread later is given a new one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")

AT_ONCE = 2  # more would only wait for the interpreter, and make pages wait with them

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def briefly(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one short piece of database work in the request's thread, then let go of connection and thread."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        try:
            return await sync_to_async(_and_close)(work, *args, **kwargs)
        finally:
            _dismiss_thread()


def _and_close(work: Callable[..., R], *args: object, **kwargs: object) -> R:
    try:
        return work(*args, **kwargs)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def _dismiss_thread() -> None:
    """End the thread that asgiref keeps for this request. Outside a server there is none, and nothing is done."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is None:
        return
    executor: Executor | None = SyncToAsync.context_to_thread_executor.pop(context, None)
    if executor is not None:
        executor.shutdown(wait=False)
