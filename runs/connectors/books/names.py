"""Names of companies, reduced to what tells them apart: no case, accents, legal form or letters scanners confuse."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

_LEGAL_WORDS = (
    "sdn bhd berhad gmbh mbh co kg kgaa ag ohg gbr ug ek ev se ltd limited plc llp llc lp inc incorporated corp "
    "corporation company pte pty pvt private sa sas sarl sasu eurl snc sci sl slu srl spa s c sc bv nv vof oy oyj ab "
    "as aps asa sp zoo spzoo kft rt zrt sro doo dd ltda cv de rl dac cic kk pt tbk jsc ooo eood ead und and et y e"
)
_SAME_FORM = {"limited": "ltd", "berhad": "bhd", "incorporated": "inc", "corporation": "corp", "company": "co",
              "private": "pvt"}  # fmt: skip
_PAPERS = {"invoice", "receipt", "bill", "facture", "factura", "fattura", "rechnung", "quittung", "beleg"}
_LEADING = frozenset({"sarl", "sas", "pt", "the"})
_JAPANESE = re.compile("株式会社|有限会社|合同会社|[(（]株[)）]|[(（]有[)）]")
_REGISTRATION = re.compile(r"[(\[][^()\[\]]*\d{4,}[^()\[\]]*[)\]]")
_REGISTERED = re.compile(r"\d{5,}[a-z]?")
_WORD = re.compile(r"[^\W_]+")
_SCANNED = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "8": "b", "2": "z", "6": "g", "!": "l"}
)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def is_disguised(text: str) -> bool:
    """Whether the text turns its own direction, or mixes alphabets within a word, to look like another name."""
    if any(character in _TURNING for character in text):
        return True
    return any(len(_alphabets(word)) > 1 for word in _WORD.findall(unicodedata.normalize("NFKC", text)))


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(character, "").split(" ")[0] for character in word if character.isalpha())
    return {name for name in names if name in _ALPHABETS}


@dataclass(frozen=True)
class Spelling:
    """``core`` names the company, ``form`` is its legal form, ``whole`` are both; all as scanners see them."""

    whole: tuple[str, ...]
    core: tuple[str, ...]
    form: tuple[str, ...]
    numbers: frozenset[str]

    @cached_property
    def joined(self) -> str:
        return "".join(self.core)

    @cached_property
    def pairs(self) -> frozenset[str]:
        return frozenset(self.joined[index : index + 2] for index in range(len(self.joined) - 1))

    def pairs_shared(self, other: "Spelling") -> float:
        """How many neighbouring letters both have, as a share: quick to tell what cannot be alike."""
        both = len(self.pairs) + len(other.pairs)
        return 2 * len(self.pairs & other.pairs) / both if both else 0.0


@lru_cache(maxsize=50_000)
def spell(text: str) -> Spelling:
    """The name in its reduced spelling."""
    plain = _JAPANESE.sub(" ", _REGISTRATION.sub(" ", unicodedata.normalize("NFKC", text)))
    folded = unicodedata.normalize("NFKD", plain.casefold())
    letters = "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Cf"))
    printed = _initials_together(_WORD.findall(letters.replace("'", "").replace("’", "")))
    named = [_SAME_FORM.get(word, word) for word in printed if not _REGISTERED.fullmatch(word)]
    words = _without_papers(named or printed)
    whole = [_as_scanned(word) for word in words]
    core = list(whole)
    while len(core) > 1 and core[0] in _LEADING_AS_SCANNED:
        del core[0]
    form: list[str] = []
    while len(core) > 1 and core[-1] in _LEGAL:
        form.insert(0, core.pop())
    numbers = frozenset(word for word in words if word.isdigit())
    return Spelling(tuple(whole), tuple(core), tuple(form), numbers)


def _without_papers(words: list[str]) -> list[str]:
    """Without the kind of paper the name was printed on."""
    end = len(words)
    while end > 1 and words[end - 1] in _PAPERS:
        end -= 1
    return words[:end]


def _initials_together(words: list[str]) -> list[str]:
    """``s.r.l.`` and ``S R L`` are one word."""
    together: list[str] = []
    after_initial = False
    for word in words:
        initial = len(word) == 1 and word.isascii() and word.isalpha()
        if initial and after_initial:
            together[-1] += word
        else:
            together.append(word)
        after_initial = initial
    return together


def _as_scanned(word: str) -> str:
    """Letters and digits a scanner confuses become one; a number of its own stays a number."""
    if word.isdigit():
        return word
    return word.translate(_SCANNED).replace("rn", "m").replace("vv", "w")


_LEGAL = frozenset(_as_scanned(word) for word in _LEGAL_WORDS.split())
_LEADING_AS_SCANNED = frozenset(map(_as_scanned, _LEADING))
