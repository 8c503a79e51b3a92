"""The country a document comes from, by the small things only one country prints."""

import re
from collections import Counter
from dataclasses import dataclass

from runs.workflows.expense.lines import Line
from runs.workflows.expense.vocabulary import words

_US_STATE_AND_ZIP = (
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY]),? [0-9]{5}(?:-[0-9]{4})?(?![0-9])"
)
_CLUES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("MY", 2, words("MALAYSIA KUALA_LUMPUR SELANGOR JOHOR PENANG JALAN JLN TAMAN", r"\bSDN\.? ?BHD")),
    ("SG", 3, words("SINGAPORE UEN", r"\bPTE\.? ?LTD")),
    ("US", 3, words("USA U.S.A* UNITED_STATES SALES_TAX", _US_STATE_AND_ZIP)),
    ("CA", 3, words("CANADA HST PST QST TVQ", r"\b[ABCEGHJ-NPRSTVXY][0-9][A-Z] [0-9][A-Z][0-9]\b")),
    ("GB", 2, words("UNITED_KINGDOM UK U.K ENGLAND LONDON", r"\bGB ?[0-9]{3} ?[0-9]{4} ?[0-9]{2}",
                    r"\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}\b")),
    ("DE", 1, words("GMBH UST-ID* USTID* MWST DEUTSCHLAND GERMANY STEUERNR* BERLIN MUNCHEN HAMBURG",
                    r"\bDE ?[0-9]{9}\b", r"STRASSE\b|STR\. ?[0-9]")),
    ("AT", 3, words("OSTERREICH AUSTRIA WIEN", r"\bATU ?[0-9]{8}")),
    ("CH", 3, words("SCHWEIZ SUISSE SVIZZERA SWITZERLAND ZURICH", r"\bCHE[- ]?[0-9]{3}\.[0-9]{3}|\bCH-[0-9]{4}\b")),
    ("FR", 2, words("FRANCE SIRET TVA SARL PARIS", r"\bFR ?[0-9A-Z]{2} ?[0-9]{9}\b")),
    ("ES", 1, words("ESPANA SPAIN NIF N.I.F CIF C.I.F IVA MADRID BARCELONA")),
    ("IT", 2, words("ITALIA ITALY PARTITA_IVA SRL S.R.L*", r"\bP\.? ?IVA")),
    ("NL", 2, words("NEDERLAND NETHERLANDS BTW BV B.V KVK")),
    ("JP", 3, words("JAPAN 株式会社 領収 合計 東京 消費税 お預")),
    ("IN", 3, words("INDIA GSTIN CGST SGST MUMBAI BENGALURU BANGALORE DELHI", r"\bPVT\.? ?LTD")),
    ("AU", 3, words("AUSTRALIA ABN", r"\bPTY\.? ?LTD", r"\b(?:NSW|VIC|QLD) [0-9]{4}\b")),
    ("NZ", 3, words("NEW_ZEALAND NZBN")),
    ("HK", 3, words("HONG_KONG KOWLOON")),
    ("SE", 2, words("SVERIGE SWEDEN MOMS")),
    ("NO", 2, words("NORGE NORWAY MVA")),
    ("DK", 3, words("DANMARK DENMARK CVR")),
    ("MA", 3, words("MAROC MOROCCO CASABLANCA")),
    ("CN", 3, words("CHINA 中国 发票")),
    ("MX", 3, words("MEXICO RFC")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """The country a document seems to come from, and the characters that say so."""

    country: str | None
    start: int | None = None
    end: int | None = None
    sure: bool = False


def place_of(lines: list[Line]) -> Place:
    """The country with the most clues; no clue is counted more than three times."""
    votes: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for line in lines:
        for country, weight, pattern in _CLUES:
            if votes[country] >= 3 * weight:
                continue
            found = pattern.search(line.folded)
            if found:
                votes[country] += weight
                first.setdefault(country, (line.start + found.start(), line.start + found.end()))
    ranked = [(country, count) for country, count in votes.most_common(2) if count]
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return Place(None)
    country, count = ranked[0]
    clear = len(ranked) < 2 or count >= 2 * ranked[1][1]
    return Place(country, *first[country], sure=clear and count >= 2)
