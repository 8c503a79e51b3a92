"""Which vendor of the books does a printed name mean? Robust to legal forms, OCR and aliases, wary of imitations.

A match is a suggestion with a score; a name that is close to two vendors, or that hides characters, matches none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from runs.connectors.books import database
from runs.connectors.books.names import Spelling, is_disguised, spell

ENOUGH = 0.86
APART = 0.03  # two vendors closer together than this cannot be told apart
SHORT = 5  # names this short match letter by letter or not at all
LONGEST = 200
SAME_NAME, SAME_CORE, OTHER_FORM, OTHER_NUMBER, CLOSEST = 1.0, 0.98, 0.88, 0.8, 0.97


@dataclass(frozen=True)
class Vendor:
    name: str
    aliases: tuple[str, ...] = ()
    account: str = ""
    currency: str = ""
    country: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Match:
    """``name`` as the books spell it, or None; ``score`` is the likeness of the best candidate either way."""

    name: str | None
    score: float
    account: str | None = None


def vendors(company: str) -> list[Vendor]:
    """The vendors the company's books know. Raises `Transient` when the books cannot be read."""
    query = "SELECT name, aliases, account, currency, country FROM vendors WHERE company = %s ORDER BY name"
    with database.reading() as books:
        rows = books.execute(query, [company]).fetchall()
    return [Vendor(**row | {"aliases": tuple(row["aliases"])}) for row in rows]


def match(printed: str, vendors: Iterable[Vendor]) -> Match:
    """The one vendor the printed name means, if it is clear."""
    printed = printed[:LONGEST]
    if is_disguised(printed):
        return Match(None, 0.0)
    seen = spell(printed)
    if not seen.core:
        return Match(None, 0.0)
    ranked = sorted(((_likeness(seen, vendor.names), vendor) for vendor in vendors), key=_score, reverse=True)
    if not ranked:
        return Match(None, 0.0)
    best, vendor = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    if best < ENOUGH or best - second < (APART if best < SAME_NAME else 0.01):
        return Match(None, round(best, 3))
    return Match(vendor.name, round(best, 3), vendor.account or None)


def _score(ranked: tuple[float, Vendor]) -> float:
    return ranked[0]


def _likeness(seen: Spelling, names: Sequence[str]) -> float:
    return max(likeness(seen, spell(name[:LONGEST])) for name in names)


def likeness(seen: Spelling, known: Spelling) -> float:
    """From 0 to 1: the same name, the same without its legal form, or how much of it agrees."""
    if seen.whole == known.whole:
        return SAME_NAME
    if seen.core == known.core:
        return SAME_CORE if _forms_agree(seen, known) else OTHER_FORM
    if min(len(seen.joined), len(known.joined)) <= SHORT or seen.pairs_shared(known) < 0.5:
        return 0.0
    close = max(_in_order(seen, known), _word_by_word(seen, known))
    if not _forms_agree(seen, known):
        close = min(close, OTHER_FORM)
    if seen.numbers and known.numbers and seen.numbers != known.numbers:
        close = min(close, OTHER_NUMBER)
    return min(close, CLOSEST)


def _forms_agree(seen: Spelling, known: Spelling) -> bool:
    return not seen.form or not known.form or not set(seen.form).isdisjoint(known.form)


def _in_order(seen: Spelling, known: Spelling) -> float:
    return SequenceMatcher(None, seen.joined, known.joined, autojunk=False).ratio()


def _word_by_word(seen: Spelling, known: Spelling) -> float:
    """The share of letters in words that have a counterpart, in whichever order."""
    left, agreed = list(known.core), 0.0
    for word in seen.core:
        rated = [(SequenceMatcher(None, word, other, autojunk=False).ratio(), other) for other in left]
        ratio, other = max(rated, default=(0.0, ""))
        if ratio >= 0.8:
            left.remove(other)
            agreed += ratio * (len(word) + len(other))
    return agreed / (len(seen.joined) + len(known.joined))
