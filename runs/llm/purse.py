"""What stands between a call and its cost: asked before each call leaves, and told afterwards what it took."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from runs.llm.prices import LARGEST_UNIT, LIST_PRICES, cost_of


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Tokens and US dollars of one call. ``unpriced`` are the tokens whose price is not listed."""

    tokens: int
    money: Decimal
    unpriced: int = 0


FRAME = 100  # tokens that a far side puts around messages
NOTHING = Taken(tokens=0, money=Decimal(0))


class Purse(Protocol):
    """A budget, as far as a conversation knows it."""

    def reserve(self, most: Taken) -> None:
        """Set aside the most that one call can take. Raises `ModelBudgetReached`: then nothing leaves."""

    def settle(self, most: Taken, took: Taken) -> None:
        """What was set aside becomes what it took."""


class Bottomless:
    """For whoever asks without a budget."""

    def reserve(self, most: Taken) -> None:
        """Whatever it takes."""

    def settle(self, most: Taken, took: Taken) -> None:
        """Nothing is counted."""


def the_most(model: str, words: str, longest_answer: int) -> Taken:
    """An upper bound for one call: a token is at least one byte of what is sent, and an answer is cut off."""
    return taken(model, len(words.encode()) + FRAME, longest_answer)


def taken(model: str, tokens_in: int, tokens_out: int, cost: Decimal | None = None) -> Taken:
    """One call's tokens with their price; without a listed one they count at the dearest price there is."""
    tokens = tokens_in + tokens_out
    if cost is None:
        cost = cost_of(LIST_PRICES, model, tokens_in=tokens_in, tokens_out=tokens_out)
    if cost is None:
        return Taken(tokens=tokens, money=tokens * LARGEST_UNIT, unpriced=tokens)
    return Taken(tokens=tokens, money=cost)
