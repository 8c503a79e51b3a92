"""Sorting messages by their words: multinomial naive Bayes over weighed words (McCallum & Nigam 1998; Rennie 2003).

Learnt from a team's own labelled examples in a moment, without a model, a key or a training run. The scores of naive
Bayes are far too sure of themselves, so one number, the temperature, is fitted on examples it did not learn from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy

from runs.workflows.tickets.words import Vocabulary, features

SMOOTHING = 0.1
LONGEST_REASON = 5
Example = tuple[str, str]  # text, label


@dataclass(frozen=True)
class Sorted:
    """The likeliest label, how likely it is, what comes second, and the words that spoke for it most."""

    label: str
    confidence: float
    second: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Sorter:
    """What was learnt: a weight for each label and word."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Any  # labels by words, log probabilities
    priors: Any
    temperature: float = 1.0

    def shares(self, texts: Sequence[str]) -> Any:
        """Log probabilities, texts by labels."""
        rows = self.vocabulary.rows([features(text) for text in texts])
        return scipy.special.log_softmax(
            self.temperature * np.asarray(rows @ self.weights.T) + self.priors, axis=1
        )

    def known(self, texts: Sequence[str]) -> Any:
        """Of each text the share of its words that any example uses: about the rest nothing was learnt."""
        words = [[word for word in features(text) if " " not in word] for text in texts]
        places = self.vocabulary.places
        return np.array([sum(word in places for word in one) / len(one) if one else 0.0 for one in words])

    def sort(self, text: str) -> Sorted:
        """One message. ``confidence`` is what the words say, less for those that no example uses."""
        shares, known = self.shares([text])[0], self.known([text])[0]
        best, second = np.argsort(shares)[::-1][:2] if len(self.labels) > 1 else (0, 0)
        found = list(dict.fromkeys(word for word in features(text) if word in self.vocabulary.places))
        places = [self.vocabulary.places[word] for word in found]
        for_it = (self.weights[best] - self.weights.mean(axis=0))[places] * self.vocabulary.rarity[places]
        because = tuple(
            found[place] for place in np.argsort(for_it)[::-1][:LONGEST_REASON] if for_it[place] > 0
        )
        return Sorted(self.labels[best], float(np.exp(shares[best])) * known, self.labels[second], because)


def learn(examples: Sequence[Example]) -> Sorter:
    """From examples of at least one label."""
    labels = tuple(sorted({label for _, label in examples}))
    place = {label: number for number, label in enumerate(labels)}
    texts = [features(text) for text, _ in examples]
    vocabulary = Vocabulary.of(texts)
    owners = np.zeros((len(examples), len(labels)))
    owners[np.arange(len(examples)), [place[label] for _, label in examples]] = 1
    counts = np.asarray((vocabulary.rows(texts).T @ owners).T)
    total = counts.sum(axis=1, keepdims=True) + SMOOTHING * max(counts.shape[1], 1)
    return Sorter(labels, vocabulary, np.log((counts + SMOOTHING) / total), np.log(owners.mean(axis=0)))


def tempered(sorter: Sorter, examples: Sequence[Example]) -> Sorter:
    """The same with the temperature under which these examples, not learnt from, are least surprising (log loss)."""
    place = {label: number for number, label in enumerate(sorter.labels)}
    judged = [(text, place[label]) for text, label in examples if label in place]
    if not judged:
        return sorter
    rows = sorter.vocabulary.rows([features(text) for text, _ in judged])
    scores = np.asarray(rows @ sorter.weights.T)
    right = np.array([number for _, number in judged])

    def surprise(temperature: float) -> float:
        shares = scipy.special.log_softmax(temperature * scores + sorter.priors, axis=1)
        return float(-shares[np.arange(len(right)), right].mean())

    best = scipy.optimize.minimize_scalar(surprise, bounds=(0.05, 20), method="bounded")
    return replace(sorter, temperature=float(best.x))
