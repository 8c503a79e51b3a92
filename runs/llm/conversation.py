"""One question put to one model: repeated while the far side is busy, sent back while it does not fit."""

import json
from typing import Generic, TypeVar

import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params.response_format_json_schema import JSONSchema
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from runs.llm.answers import Form
from runs.llm.effort import Meter
from runs.llm.errors import ModelAnswerInvalid, ModelError, ModelRefused, ModelTimedOut
from runs.llm.exchange import Reply, send
from runs.llm.model import Model
from runs.llm.prices import cost_of
from runs.llm.prompts import fence, sendable
from runs.llm.purse import NOTHING, Bottomless, Purse, Taken, taken, the_most
from runs.llm.questions import Question

F = TypeVar("F", bound=Form)
LONGEST_SAID = 4_000
LONGEST_MODEL_NAME = 80
UNBILLED = {"model_busy", "model_unreachable", "model_call_rejected"}  # what surely cost nothing


class Conversation(Generic[F]):
    """What is said to the model and what it says, until the form is filled in or a bound is reached."""

    def __init__(
        self,
        wire: openai.OpenAI,
        model: Model,
        name: str,
        question: Question[F],
        meter: Meter,
        purse: Purse | None = None,
    ) -> None:
        self.wire = wire
        self.model = model
        self.name = name
        self.form = question.form
        self.meter = meter
        self.purse = purse or Bottomless()
        self.messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": question.prompt.text},
            {"role": "user", "content": fence(question.document)},
        ]

    def hold(self) -> F:
        """The form, filled in. Raises the `ModelError` that ended the conversation."""
        for left in range(self.model.repairs, -1, -1):
            said = words_of(self._reply())
            try:
                return self.form.model_validate_json(said)
            except ValidationError as misfit:
                faults = misfit.errors(include_url=False, include_input=False, include_context=False)
            if left:
                self._send_back(said, faults)
        raise ModelAnswerInvalid(
            "does_not_fit",
            said=_kept(said),
            faults=len(faults),
            field=self._field_of(faults[0]),
            fault=faults[0]["type"],
        )

    def _field_of(self, fault: ErrorDetails) -> str:
        """The field at fault, if it is one of ours: a name the model made up belongs in no message."""
        place = str(fault["loc"][0]) if fault["loc"] else ""
        return place if place in self.form.model_fields else "answer"

    def _send_back(self, said: str, faults: list[ErrorDetails]) -> None:
        listed = "\n".join(f"- {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:20])
        demand = (
            f"That answer does not fit the form:\n{listed[:LONGEST_SAID]}\n"
            "Answer the same question again with one JSON object of the form. Use null where you cannot tell."
        )
        self.messages += [
            {"role": "assistant", "content": said[:LONGEST_SAID] or "(nothing)"},
            {"role": "user", "content": demand},
        ]

    def _reply(self) -> Reply:
        retrying = Retrying(
            stop=stop_after_attempt(self.model.calls),
            retry=retry_if_exception(self._worth_repeating),
            wait=self._wait,
            reraise=True,
        )
        return retrying(self._call)

    def _call(self) -> Reply:
        if self._time_left() <= 0:
            raise ModelTimedOut("patience_ended")
        schema = _schema(self.form)
        most = the_most(self.name, json.dumps([self.messages, schema]), self.model.longest_answer_tokens)
        self.purse.reserve(most)
        self.meter.begin(self.name)
        try:
            reply = send(
                self.wire,
                name=self.name,
                messages=self.messages,
                form=schema,
                longest=self.model.longest_answer_tokens,
                timeout=max(0.001, min(self.model.timeout_seconds, self._time_left())),
            )
        except ModelError as error:
            # what may have been billed stays counted as the most it can have been
            self.purse.settle(most, NOTHING if error.code in UNBILLED else most)
            raise
        self.purse.settle(most, self._charge(reply) or most)
        return reply

    def _charge(self, reply: Reply) -> Taken | None:
        """What the call took, noted; None where the far side did not say."""
        self.meter.model = sendable(reply.model or self.name)[:LONGEST_MODEL_NAME]
        used = reply.usage
        if used is None or used.prompt_tokens is None or used.completion_tokens is None:
            self.meter.add(tokens_in=0, tokens_out=0, cost=None)
            return None
        cost = cost_of(
            self.model.prices,
            self.name,
            tokens_in=used.prompt_tokens,
            tokens_out=used.completion_tokens,
            cached=used.from_cache,
            cache_written=used.into_cache,
        )
        self.meter.add(tokens_in=used.prompt_tokens, tokens_out=used.completion_tokens, cost=cost)
        return taken(self.name, used.prompt_tokens, used.completion_tokens, cost)

    def _time_left(self) -> float:
        return self.model.patience_seconds - self.meter.seconds()

    def _worth_repeating(self, error: BaseException) -> bool:
        if not isinstance(error, ModelError) or not error.may_pass:
            return False
        return (error.retry_after or 0) <= min(self.model.longest_wait_seconds, self._time_left())

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, ModelError) else None
        return max(asked or 0, self.model.back_off_seconds * 2.0 ** (state.attempt_number - 1))


def words_of(reply: Reply) -> str:
    """What the model said, if it finished and did not refuse."""
    if not reply.choices:
        raise ModelAnswerInvalid("no_choices")
    message, ended = reply.choices[0].message, reply.choices[0].finish_reason
    if message.refusal:
        raise ModelRefused("refused", said=_kept(message.refusal))
    if ended == "content_filter":
        raise ModelRefused("filtered", said=_kept(message.content or ""))
    if ended == "length":
        raise ModelAnswerInvalid("cut_off", said=_kept(message.content or ""))
    return message.content or ""


def _schema(form: type[Form]) -> JSONSchema:
    """The form as OpenAI's strict JSON schema, which the library derives."""
    return {
        "name": form.__name__,
        "schema": openai.pydantic_function_tool(form)["function"]["parameters"],
        "strict": True,
    }


def _kept(said: str) -> str:
    """A model's words as they may be stored."""
    return sendable(said).replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST_SAID]
