"""What one question cost: who was asked, with which words, how often, for how much, how long."""

import time
from dataclasses import dataclass, field
from decimal import Decimal

from runs.llm.prompts import Prompt


@dataclass(frozen=True, kw_only=True)
class Effort:
    """The account of one question, answered or not."""

    model: str
    prompt: str
    prompt_version: int
    prompt_digest: str
    tokens_in: int
    tokens_out: int
    cost: Decimal | None
    """US dollars at list price; None as soon as one answered call cannot be priced."""
    currency: str = "USD"
    latency_ms: int
    """From the first call to the last word, waiting between calls included."""
    from_cache: bool = False
    """Whether the answer was kept from an earlier question: then nothing was sent, and it cost nothing."""
    attempts: int
    """Calls made, repairs and repetitions included."""


@dataclass(kw_only=True)
class Meter:
    """Runs while a question is being asked, and is read when it ends."""

    prompt: Prompt
    model: str
    attempts: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = Decimal(0)
    started: float = field(default_factory=time.monotonic)

    def begin(self, model: str) -> None:
        """A call is about to go out."""
        self.attempts += 1
        self.model = model

    def add(self, *, tokens_in: int, tokens_out: int, cost: Decimal | None) -> None:
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.cost = None if self.cost is None or cost is None else self.cost + cost

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def read(self) -> Effort:
        """The account as it stands now."""
        return Effort(
            model=self.model,
            prompt=self.prompt.name,
            prompt_version=self.prompt.version,
            prompt_digest=self.prompt.digest,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            cost=self.cost,
            latency_ms=round(self.seconds() * 1000),
            attempts=self.attempts,
        )
