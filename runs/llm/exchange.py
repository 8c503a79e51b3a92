"""One call on the wire: a request in OpenAI's format out, a reply or a named error back.

Errors of the library stop here. They repeat what the far side sent, and that may repeat the key; ours carry
known codes and numbers only.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params.response_format_json_schema import JSONSchema
from pydantic import BaseModel, Field, ValidationError

from runs.llm.errors import (
    ModelAnswerInvalid,
    ModelBusy,
    ModelCallRejected,
    ModelError,
    ModelRefused,
    ModelTimedOut,
    ModelUnreachable,
)
from runs.llm.model import Model

LARGEST_REPLY = 4_000_000
FILTERED = {"content_filter", "content_policy_violation"}
OUT_OF_CREDIT = {"insufficient_quota", "billing_hard_limit_reached"}
TOLD = (
    FILTERED
    | OUT_OF_CREDIT
    | {
        "context_length_exceeded",
        "invalid_api_key",
        "model_not_found",
        "rate_limit_exceeded",
        "server_error",
        "unsupported_parameter",
        "unsupported_value",
    }
)
"""The codes we repeat. Any other text from the far side could be anything."""
Count = Annotated[int, Field(ge=0, lt=2**31)]


class CachedTokens(BaseModel):
    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class Usage(BaseModel):
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    prompt_tokens_details: CachedTokens | None = None

    @property
    def from_cache(self) -> int:
        return (self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens) or 0

    @property
    def into_cache(self) -> int:
        return (self.prompt_tokens_details and self.prompt_tokens_details.cache_write_tokens) or 0


class Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None


class Reply(BaseModel):
    """What we read of a chat completion. The library builds its own types unchecked, so we check."""

    model: str = ""
    choices: list[Choice]
    usage: Usage | None = None


def connect(model: Model) -> openai.OpenAI:
    """A client for that model. We repeat, so that every call is counted; nobody follows redirects."""
    return openai.OpenAI(
        api_key=model.api_key.get_secret_value(),
        base_url=model.base_url,
        timeout=model.timeout_seconds,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(
            timeout=model.timeout_seconds,
            follow_redirects=False,
            event_hooks={"response": [_BodyLimit(model.timeout_seconds)]},
        ),
    )


def send(
    wire: openai.OpenAI,
    *,
    name: str,
    messages: Sequence[ChatCompletionMessageParam],
    form: JSONSchema,
    longest: int,
    timeout: float,
) -> Reply:
    """Make one call. Raises a `ModelError` for everything that is not a chat completion."""
    problem: ModelError
    try:
        raw = wire.chat.completions.with_raw_response.create(
            model=name,
            messages=list(messages),
            response_format={"type": "json_schema", "json_schema": form},
            max_completion_tokens=longest,
            timeout=timeout,
        )
        return Reply.model_validate_json(raw.content)
    except openai.OpenAIError as error:
        problem = named(error)
    except ValidationError:
        problem = ModelAnswerInvalid("not_a_chat_completion", http=raw.status_code)
    # Raised out here so that the library's error, and what it quotes, is not chained to ours.
    raise problem


def named(error: openai.OpenAIError) -> ModelError:
    """Our name for an error of the library."""
    match error:
        case openai.APIStatusError():
            return _from_http(error)
        case openai.APITimeoutError() if not isinstance(error.__cause__, httpx2.ConnectTimeout):
            return ModelTimedOut("no_answer_in_time")
        case openai.APIConnectionError():
            return ModelUnreachable("no_connection", cause=type(error.__cause__).__name__)
        case _:
            return ModelCallRejected("client", cause=type(error).__name__)


def _from_http(error: openai.APIStatusError) -> ModelError:
    http = error.status_code
    code = error.code if error.code in TOLD else None
    if code in FILTERED:
        return ModelRefused("filtered", http=http, code=code)
    if http in (429, 503) and code not in OUT_OF_CREDIT:
        return ModelBusy("asked_to_wait", http=http, code=code, retry_after=_wait_asked(error.response))
    if http == 408 or http == 504:
        return ModelTimedOut("far_side_timed_out", http=http, code=code)
    if http >= 500:
        return ModelUnreachable("far_side_failing", http=http, code=code)
    return ModelCallRejected("rejected", http=http, code=code)


def _wait_asked(response: httpx2.Response) -> float | None:
    """Seconds the far side asks us to wait: `Retry-After` as a number or a date."""
    asked = response.headers.get("retry-after", "").strip()
    if asked.replace(".", "", 1).isdecimal():
        return float(asked)
    try:
        at = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


class _BodyLimit:
    """Bounds a whole reply: the library's time-out starts anew with every byte, so a trickle never ends."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self, response: httpx2.Response) -> None:
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Bounded(response.stream, time.monotonic() + self.seconds)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, body: httpx2.SyncByteStream, until: float) -> None:
        self.body = body
        self.until = until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self.body:
            size += len(chunk)
            if size > LARGEST_REPLY:
                raise ModelAnswerInvalid("reply_too_large")
            if time.monotonic() > self.until:
                raise ModelTimedOut("reply_too_slow")
            yield chunk

    def close(self) -> None:
        self.body.close()
