"""The model client against a far side that behaves badly: every failure has a name and an account."""

import logging
import socket
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

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
from tests.openai_server import (
    OpenAIServer,
    completion,
    failure,
    flood,
    page,
    refusal,
    sent,
    silence,
    trickle,
)
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS
from tests.runs.questions import BAD, GOOD, KEY, ask, failing, impatient


@pytest.fixture
def far_side() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def model(far_side: OpenAIServer) -> Model:
    return impatient(far_side)


def test_a_refusal_is_named_and_not_argued_with(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(refusal("I cannot help with that."))
    error = failing(model, ModelRefused)
    assert (error.effort.attempts, error.effort.tokens_in) == (1, 200)
    assert error.said == "I cannot help with that."
    assert "help" not in str(error)


def test_a_filtered_answer_counts_as_refused(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(completion("", finish_reason="content_filter"))
    assert failing(model, ModelRefused).reason == "filtered"
    far_side.plays(failure(400, error="content_filter"))
    assert failing(model, ModelRefused).facts == {"http": 400, "code": "content_filter"}


def test_silence_ends_at_the_time_out(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(silence(PATIENCE_SECONDS))
    started = time.monotonic()
    error = failing(replace(model, timeout_seconds=0.2), ModelTimedOut)
    assert time.monotonic() - started < SOON_SECONDS
    assert error.effort.attempts == 1
    assert error.effort.latency_ms >= 200


def test_a_trickle_ends_at_the_time_out_too(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(trickle(0.02))
    assert failing(replace(model, timeout_seconds=2), ModelTimedOut).reason == "reply_too_slow"


def test_a_flood_is_not_read_to_its_end(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(flood(5_000_000))
    assert failing(model, ModelAnswerInvalid).reason == "reply_too_large"


def test_repairs_end_when_patience_does(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(completion(BAD), completion(BAD), silence(PATIENCE_SECONDS))
    error = failing(replace(model, repairs=10_000, patience_seconds=3), ModelTimedOut)
    assert error.effort.attempts > 1


def test_busy_once_then_ready_waits_as_long_as_asked(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(failure(429, error="rate_limit_exceeded", Retry_After="0.4"), completion(GOOD))
    answer = ask(model)
    assert answer.attempts == 2
    assert answer.latency_ms >= 400


def test_a_wait_may_be_asked_for_as_a_date(far_side: OpenAIServer, model: Model) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    far_side.plays(failure(503, Retry_After=soon), completion(GOOD))
    assert ask(model).attempts == 2


def test_busy_for_ever_is_named_after_the_bound(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(failure(429, error="rate_limit_exceeded"))
    error = failing(model, ModelBusy)
    assert (error.effort.attempts, error.effort.tokens_in, error.effort.cost) == (3, 0, Decimal(0))
    assert error.facts == {"http": 429, "code": "rate_limit_exceeded"}


def test_a_wait_beyond_the_bound_is_not_sat_out(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(failure(429, Retry_After="3600"))
    error = failing(model, ModelBusy)
    assert (error.effort.attempts, error.retry_after) == (1, 3600)
    assert error.effort.latency_ms < SOON_SECONDS * 1_000


@pytest.mark.parametrize("asked", ["soon", "-5", "nan", "inf", "1e400", "", "²"])
def test_a_wait_that_is_no_time_is_ignored(far_side: OpenAIServer, model: Model, asked: str) -> None:
    far_side.plays(failure(429, Retry_After=asked.encode().decode("latin-1")), completion(GOOD))
    assert ask(model).attempts == 2


def test_credit_that_ran_out_is_not_waited_for(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(failure(429, error="insufficient_quota"))
    assert failing(model, ModelCallRejected).effort.attempts == 1


def test_a_failing_far_side_is_tried_again_and_then_named(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(failure(500), failure(502), completion(GOOD))
    assert ask(model).attempts == 3
    far_side.plays(failure(500))
    error = failing(model, ModelUnreachable)
    assert (error.effort.attempts, error.facts) == (3, {"http": 500, "code": "server_error"})


def test_nobody_at_the_address_is_named(model: Model) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failing(replace(model, base_url=f"http://127.0.0.1:{port}/v1"), ModelUnreachable)
    assert error.reason == "no_connection"
    assert error.effort.attempts == 3


@pytest.mark.parametrize(
    "garbage",
    [
        page("<html><h1>Welcome to the portal</h1></html>"),
        page("not json", content_type="application/json"),
        page("", content_type="application/json"),
        sent([]),
        sent({"error": {"message": "no"}}),
        sent({"choices": "none"}),
        sent({"choices": [{"message": None}]}),
        sent({"choices": [{"message": {"content": ["a"]}}]}),
        completion(GOOD, tokens=(-1, 10**30)),
        completion("\ud800"),
    ],
)
def test_what_is_no_completion_is_named(far_side: OpenAIServer, model: Model, garbage: Any) -> None:
    far_side.plays(garbage)
    error = failing(model, ModelAnswerInvalid)
    assert (error.reason, error.effort.attempts) == ("not_a_chat_completion", 1)


def test_a_completion_without_choices_is_named(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(sent({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 0}}))
    error = failing(model, ModelAnswerInvalid)
    assert (error.reason, error.effort.tokens_in) == ("no_choices", 7)


def test_an_answer_that_was_cut_off_is_never_used(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(completion(GOOD, finish_reason="length"))
    error = failing(model, ModelAnswerInvalid)
    assert (error.reason, error.effort.attempts, error.effort.tokens_out) == ("cut_off", 1, 50)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422])
def test_a_rejected_call_is_not_repeated(far_side: OpenAIServer, model: Model, code: int) -> None:
    far_side.plays(failure(code))
    assert failing(model, ModelCallRejected).effort.attempts == 1


def test_the_key_follows_no_redirect(far_side: OpenAIServer, model: Model) -> None:
    far_side.plays(page("", code=307, Location=f"{far_side.base_url}/elsewhere"))
    assert failing(model, ModelCallRejected).facts["http"] == 307
    assert len(far_side.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        failure(401, error="invalid_api_key", message=f"Incorrect API key provided: {KEY}"),
        failure(400, error=KEY, message=KEY),
        failure(500, message=KEY),
        page(KEY, code=403),
        page(KEY),
        completion(BAD),
        completion({KEY: 1}),
        refusal(KEY),
    ],
)
def test_the_key_is_in_no_log_record_and_no_error(
    far_side: OpenAIServer, model: Model, reply: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    far_side.plays(reply)
    with pytest.raises(ModelError) as caught:
        ask(model)
    shown = [text for record in caplog.records for text in (record.getMessage(), repr(vars(record)))]
    shown += [
        *traceback.format_exception(caught.value),
        repr(vars(caught.value) | {"said": None}),
        repr(model),
    ]
    assert caplog.records
    assert not [text for text in shown if KEY in text]
    assert caught.value.__cause__ is None and caught.value.__context__ is None


@pytest.mark.parametrize("key", ["", "a b", "line\nbreak", "schlüssel"])
def test_a_key_no_header_may_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="OPENAI_API_KEY") as caught:
        Model(api_key=SecretStr(key))
    assert not key or key not in str(caught.value)
