"""What fourteen language models answered about real complaints, and what their writers had filed them as."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.shared_data import ROOT

ANSWERS = ROOT / "tickets" / "complaints_model_predictions.jsonl"
LABELS = ROOT / "tickets" / "complaints_labels.jsonl"


@dataclass(frozen=True)
class Proposed:
    """One agent's proposals: how sure it was of each, and whether each was right."""

    name: str
    scores: np.ndarray
    right: np.ndarray

    def part(self, rows: np.ndarray) -> "Proposed":
        return Proposed(self.name, self.scores[rows], self.right[rows])


def is_here() -> bool:
    """Whether the complaints can be read on this machine."""
    return ANSWERS.is_file() and LABELS.is_file()


def proposals() -> list[Proposed]:
    """The fourteen together, proposing what most of them say, as sure as the share of them that says so.

    Then each alone, as sure as the share of the other thirteen that agrees with it.
    """
    labels = {row["id"]: row["product"] for row in map(json.loads, LABELS.read_text().splitlines())}
    rows = [json.loads(line) for line in ANSWERS.read_text().splitlines()]
    said = [{model: label for model, (label, _) in row["predictions"].items()} for row in rows]
    truth = [labels[row["id"]] for row in rows]
    return [_together(said, truth), *(_alone(model, said, truth) for model in said[0])]


def _together(said: Sequence[dict[str, str]], truth: Sequence[str]) -> Proposed:
    votes = [Counter(sorted(answers.values())).most_common(1)[0] for answers in said]
    scores = [many / len(answers) for (_, many), answers in zip(votes, said, strict=True)]
    return _proposed("fourteen together", scores, [label for label, _ in votes], truth)


def _alone(model: str, said: Sequence[dict[str, str]], truth: Sequence[str]) -> Proposed:
    scores = [(Counter(answers.values())[answers[model]] - 1) / (len(answers) - 1) for answers in said]
    return _proposed(model, scores, [answers[model] for answers in said], truth)


def _proposed(name: str, scores: Sequence[float], labels: Sequence[str], truth: Sequence[str]) -> Proposed:
    right = [label == true for label, true in zip(labels, truth, strict=True)]
    return Proposed(name, np.array(scores), np.array(right))
