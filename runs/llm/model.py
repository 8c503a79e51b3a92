"""Which model is asked, where, how patiently: everything a deployment may choose, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from runs.llm.prices import LIST_PRICES, Price
from runs.llm.prompts import Prompt

OPENAI = "https://api.openai.com/v1"
DEFAULT_NAME = "gpt-4.1-mini"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model at an address. The key shows in no representation of it."""

    api_key: SecretStr
    name: str = DEFAULT_NAME
    larger: str = ""
    """Asked only where the first one is unsure; empty means there is none."""
    alone: bool = False
    """Asked of everything, whatever models a prompt names: as who gives second opinions is."""
    base_url: str = OPENAI
    timeout_seconds: float = 30.0
    """For one call."""
    patience_seconds: float = 120.0
    """For the whole question, with its repetitions and repairs."""
    calls: int = 3
    """How often one wording is sent when the far side is busy or failing."""
    repairs: int = 2
    """How often an answer that does not fit the form is sent back."""
    back_off_seconds: float = 0.5
    longest_wait_seconds: float = 20.0
    """A far side that asks for a longer wait than this is left alone: the question comes back later."""
    longest_answer_tokens: int = 4_000
    prices: Mapping[str, Price] = field(default_factory=lambda: LIST_PRICES, repr=False)

    def __post_init__(self) -> None:
        key = self.api_key.get_secret_value()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("OPENAI_API_KEY is empty or has characters no header may carry")
        if not self.base_url.startswith(("http://", "https://")):
            raise ValueError("OPENAI_BASE_URL must start with http:// or https://")
        if not self.name:
            raise ValueError("OPENAI_MODEL names no model")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **choices: Any) -> "Model | None":
        """The model a deployment has set up, or None without a key.

        `OPENAI_MODEL` is one name, or two with a comma: the second is asked where the first is unsure.
        """
        key = (environment.get("OPENAI_API_KEY") or "").strip()
        if not key:
            return None
        name, larger = tiers(environment.get("OPENAI_MODEL") or DEFAULT_NAME)
        base_url = (environment.get("OPENAI_BASE_URL") or "").strip() or OPENAI
        return cls(api_key=SecretStr(key), name=name, larger=larger, base_url=base_url, **choices)

    def asked_with(self, prompt: Prompt) -> tuple[str, str]:
        """Who is asked with this prompt, and who where that one is unsure: a step may need another than the rest."""
        return tiers(prompt.models) if prompt.models and not self.alone else (self.name, self.larger)


def tiers(names: str) -> tuple[str, str]:
    """ "small, large" as two names; the second is empty where there is none."""
    name, _, larger = names.partition(",")
    return name.strip(), larger.strip()
