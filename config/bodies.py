"""A limit to what any request may send, kept while it arrives: Django would first store all of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

LARGEST = 2_500_000  # bytes; forms and the agents' API have smaller limits of their own

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def bounded(application: Application) -> Application:
    """The same ASGI application; a body beyond `LARGEST` looks to it like a caller who hung up, and is answered 413."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            return {"type": "http.disconnect"} if arrived > LARGEST else message

        await application(scope, counted, send)
        if arrived > LARGEST:
            await _refuse(send)

    return answer


async def _refuse(send: Send) -> None:
    problem = {
        "type": "/problems/body-too-large",
        "title": "The body is too large",
        "code": "body-too-large",
        "status": 413,
        "detail": f"At most {LARGEST} bytes are read. Shorten what you send, or send it in parts.",
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(problem).encode()})
