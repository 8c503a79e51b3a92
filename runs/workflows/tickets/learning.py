"""Learning from a team's examples, and judging what was learnt on examples that were kept back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runs.workflows.tickets import bayes
from runs.workflows.tickets.bayes import Example, Sorted, Sorter

FLOOR = 0.5  # below it the answer is "I cannot tell"
PARTS = 5  # one to judge by, one to set the temperature by, the rest to learn from
FEWEST = 20


class TooFew(ValueError):
    """Sorting is learnt from at least twenty examples of at least two labels."""


@dataclass(frozen=True)
class Judged:
    """On ``n`` examples kept back: how many were sorted as labelled, and the same for those above the floor."""

    n: int
    right: int
    answered: int
    answered_right: int


@dataclass(frozen=True)
class Learned:
    """What sorts from now on (learnt from everything), and how a part of it did on the rest."""

    sorter: Sorter
    judged: Judged
    examples: int

    def sort(self, text: str) -> Sorted | None:
        """The label with its confidence, or None for "I cannot tell"."""
        found = self.sorter.sort(text)
        return found if found.confidence >= FLOOR else None


def learn(examples: Sequence[Example]) -> Learned:
    """Always the same from the same examples. Raises `TooFew`.

    Which part an example falls into is decided by its words alone, so that repeating it does not put one copy on each
    side and make the judgement kinder than it is.
    """
    if len(examples) < FEWEST or len({label for _, label in examples}) < 2:
        raise TooFew(f"{len(examples)} examples")
    parts: list[list[Example]] = [[] for _ in range(PARTS)]
    for one in examples:
        parts[_part(one[0])].append(one)
    judging, setting, learning = parts[0], parts[1], [one for part in parts[2:] for one in part]
    if not (judging and learning):
        raise TooFew("examples that all say the same")
    trial = bayes.tempered(bayes.learn(learning), setting)
    whole = bayes.learn(examples)
    return Learned(_with(whole, trial.temperature), judge(trial, judging), len(examples))


def judge(sorter: Sorter, examples: Sequence[Example]) -> Judged:
    """How it sorts examples it has not learnt from."""
    if not examples:
        return Judged(0, 0, 0, 0)
    texts = [text for text, _ in examples]
    shares = sorter.shares(texts)
    best, sure = shares.argmax(axis=1), np.exp(shares.max(axis=1)) * sorter.known(texts) >= FLOOR
    right = np.array([sorter.labels[place] for place in best]) == np.array([label for _, label in examples])
    return Judged(len(examples), int(right.sum()), int(sure.sum()), int((right & sure).sum()))


def _with(sorter: Sorter, temperature: float) -> Sorter:
    return Sorter(sorter.labels, sorter.vocabulary, sorter.weights, sorter.priors, temperature)


def _part(text: str) -> int:
    words = " ".join(text.casefold().split())
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "replace")).digest()[:4]) % PARTS
