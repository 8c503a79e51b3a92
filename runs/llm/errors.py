"""What can go wrong when a model is asked, by name.

An error carries facts that are safe to log and, once it leaves the client, the effort spent until then, so a
failed question can be recorded like an answered one. The words of the model stay in `said`, out of messages.
"""

from runs.llm.effort import Effort

Fact = str | int | float


class ModelError(Exception):
    """A question to the model ended without a usable answer."""

    code = "model_error"
    sentence = "The model gave no usable answer"
    may_pass = False
    """Whether the same question may succeed a little later, with nothing changed on our side."""

    def __init__(
        self, reason: str, *, said: str | None = None, retry_after: float | None = None, **facts: Fact | None
    ) -> None:
        self.reason = reason
        self.said = said
        self.retry_after = retry_after
        self.facts = {name: fact for name, fact in facts.items() if fact is not None}
        self.effort: Effort | None = None
        super().__init__(reason)

    def __str__(self) -> str:
        facts = "".join(f", {name} {fact}" for name, fact in self.facts.items())
        return f"{self.sentence}: {self.reason}{facts}"


class ModelRefused(ModelError):
    """The model, or the filter in front of it, declined to answer this question."""

    code = "model_refused"
    sentence = "The model refused to answer"


class ModelTimedOut(ModelError):
    """No complete answer came within the time allowed. The question may still have been billed."""

    code = "model_timed_out"
    sentence = "The model did not answer in time"


class ModelBusy(ModelError):
    """The far side asked us to come back later, and kept asking."""

    code = "model_busy"
    sentence = "The model is busy"
    may_pass = True


class ModelBudgetReached(ModelError):
    """The call would have gone beyond what models may take here. Nothing was sent."""

    code = "model_budget_reached"
    sentence = "The budget for models is reached"


class ModelAnswerInvalid(ModelError):
    """Something came back, but nothing that fits the form, even after repair."""

    code = "model_answer_invalid"
    sentence = "The model's answer is not usable"


class ModelUnreachable(ModelError):
    """Nothing answers at the address, or what answers is failing."""

    code = "model_unreachable"
    sentence = "The model cannot be reached"
    may_pass = True


class ModelCallRejected(ModelError):
    """The far side answers and turns the call itself down: key, address, model name, size or credit."""

    code = "model_call_rejected"
    sentence = "The call to the model was rejected"
