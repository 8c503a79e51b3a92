"""What is too large is refused while it arrives."""

import asyncio
from typing import Any

from config import bodies


def sent(*chunks: bytes) -> tuple[list[bytes], list[dict[str, Any]]]:
    """What the application read and what the caller was answered."""
    queue = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    queue.append({"type": "http.request", "body": b"", "more_body": False})
    read: list[bytes] = []
    answers: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read.append(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    asyncio.run(bodies.bounded(application)({"type": "http"}, receive, send))
    return read, answers


def test_an_ordinary_body_passes() -> None:
    read, answers = sent(b"a" * 1000, b"b")
    assert b"".join(read) == b"a" * 1000 + b"b"
    assert answers[0]["status"] == 200


def test_an_endless_body_is_cut_off_and_answered() -> None:
    read, answers = sent(*[b"x" * 1_000_000] * 10)
    assert len(read) == 2
    assert answers[0]["status"] == 413
    assert b"body-too-large" in answers[1]["body"]
