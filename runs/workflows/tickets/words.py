"""Words and pairs of words of a message, counted and weighed: tf-idf rows of length one (Salton & Buckley 1988)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy

MOST_WORDS = 400  # of one message: the rest tells nothing new about what it is about
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def features(text: str) -> list[str]:
    """Its words, folded, and each with the next one."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = [match.group() for match, _ in zip(_WORD.finditer(plain), range(MOST_WORDS), strict=False)]
    return found + [f"{one} {two}" for one, two in pairwise(found)]


@dataclass(frozen=True)
class Vocabulary:
    """``places`` of the words that examples use, and how rare each is among them: ``log((1 + n) / (1 + df))``."""

    places: dict[str, int]
    rarity: Any

    @classmethod
    def of(cls, texts: Sequence[list[str]]) -> "Vocabulary":
        seen: Counter[str] = Counter(word for text in texts for word in set(text))
        rarity = np.log((1 + len(texts)) / (1 + np.array(list(seen.values()), dtype=float)))
        return cls({word: place for place, word in enumerate(seen)}, rarity)

    def rows(self, texts: Sequence[list[str]]) -> "scipy.sparse.csr_matrix":
        """A row of weights for each text; words no example uses are left out."""
        ends, places, weights = [0], [], []
        for text in texts:
            counts = Counter(self.places[word] for word in text if word in self.places)
            mine = np.fromiter(counts, dtype=int, count=len(counts))
            much = (1 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))) * self.rarity[
                mine
            ]
            long = float(np.sqrt((much * much).sum())) or 1.0
            places.append(mine)
            weights.append(much / long)
            ends.append(ends[-1] + len(counts))
        shape = (len(texts), len(self.places))
        return scipy.sparse.csr_matrix((_joined(weights), _joined(places), ends), shape=shape)


def _joined(pieces: list[Any]) -> Any:
    return np.concatenate(pieces) if pieces else np.zeros(0)
