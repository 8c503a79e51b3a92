"""A far side that speaks OpenAI's wire format on loopback, so that tests go through the real client."""

import json
import threading
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Plays the next reply of the script; the last one is played for ever."""

    server: "FarSide"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.requests.append(json.loads(body))
            self.server.headers.append(self.headers)
            script = self.server.script
            reply = script.pop(0) if len(script) > 1 else script[0]
        try:
            reply(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client lost patience, as some tests want it to

    def send_body(self, code: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests read their own records."""


class FarSide(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.script: list[Reply] = [completion("{}")]
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Message] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news here."""


class OpenAIServer:
    """`with OpenAIServer() as far_side: far_side.plays(completion(...))`."""

    def __init__(self) -> None:
        self._server = FarSide()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The JSON bodies received so far."""
        return self._server.requests

    @property
    def headers(self) -> list[Message]:
        return self._server.headers

    def plays(self, *replies: Reply) -> None:
        """Answer the coming calls in this order; the last reply is repeated."""
        self._server.script = list(replies)


def completion(
    content: Any,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int] | None = (200, 50),
    cached: int = 0,
    model: str = "gpt-4o-mini-2024-07-18",
) -> Reply:
    """A chat completion; content that is not a string is sent as JSON."""
    words = content if isinstance(content, str | None) else json.dumps(content)
    message = {"role": "assistant", "content": words, "refusal": refusal}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
    }
    if tokens:
        body["usage"] = {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    return sent(body)


def refusal(words: str) -> Reply:
    return completion(None, refusal=words)


def sent(body: Any, *, code: int = 200, **headers: str) -> Reply:
    """Any JSON body. Underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send_body(code, "application/json", json.dumps(body).encode(), named)


def failure(code: int, *, error: str = "server_error", message: str = "no", **headers: str) -> Reply:
    """An error in OpenAI's shape."""
    body = {"error": {"message": message, "type": error, "param": None, "code": error}}
    return sent(body, code=code, **headers)


def page(html: str, *, code: int = 200, content_type: str = "text/html", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send_body(code, content_type, html.encode(), named)


def silence(seconds: float) -> Reply:
    """Say nothing for that long, then hang up."""

    def keep_silent(handler: Handler) -> None:
        handler.server.closing.wait(seconds)
        handler.close_connection = True

    return keep_silent


def trickle(pause: float) -> Reply:
    """Send a byte at a time, each soon enough to keep a naive time-out from ever ending."""

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not handler.server.closing.wait(pause):
            handler.wfile.write(b" ")

    return drip


def flood(size: int) -> Reply:
    return page(" " * size)
