"""The currency of a document, from codes, signs and, failing those, its country."""

import re
from collections import Counter

from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.lines import Line
from runs.workflows.expense.places import Place, place_of

__all__ = ["AFTER", "BEFORE", "SIGNS", "Place", "find_currency", "has_no_minor_unit", "home_of", "place_of"]

CODES = (
    "MYR|SGD|USD|EUR|GBP|CHF|JPY|INR|AUD|NZD|CAD|HKD|CNY|RMB|KRW|THB|IDR|PHP|VND|TWD|AED|SAR|ZAR|BRL|MXN|"
    "SEK|NOK|DKK|PLN|CZK|HUF|BGN|ILS|MAD|EGP|NGN|KES|ARS|CLP|UAH|ISK"
)
# Codes that are also words stand only behind an amount: 12.50 RON, but not PEN 12.50.
WORDS = "RON|TRY|COP|PEN"

# A sign and the currencies it can stand for: one means it decides, several mean a country must.
SIGNS: dict[str, tuple[str, ...]] = {
    "RM": ("MYR",), "€": ("EUR",), "EURO": ("EUR",), "£": ("GBP",), "₹": ("INR",), "S$": ("SGD",), "US$": ("USD",),
    "A$": ("AUD",), "AU$": ("AUD",), "C$": ("CAD",), "CA$": ("CAD",), "NZ$": ("NZD",), "HK$": ("HKD",), "NT$": ("TWD",),
    "R$": ("BRL",), "MX$": ("MXN",), "円": ("JPY",), "元": ("CNY",), "SFR": ("CHF",), "SFR.": ("CHF",), "FR.": ("CHF",),
    "₩": ("KRW",), "฿": ("THB",), "₫": ("VND",), "₱": ("PHP",), "₺": ("TRY",), "₽": ("RUB",), "₴": ("UAH",),
    "₪": ("ILS",), "ZŁ": ("PLN",), "ZL": ("PLN",), "KČ": ("CZK",), "KC": ("CZK",), "RP": ("IDR",), "RP.": ("IDR",),
    "RS": ("INR", "PKR", "LKR"), "RS.": ("INR", "PKR", "LKR"), "¥": ("JPY", "CNY"), "DH": ("MAD", "AED"),
    "DHS": ("AED", "MAD"), "KR": ("SEK", "NOK", "DKK", "ISK"), "KR.": ("DKK", "NOK", "SEK"),
    "$": ("USD", "SGD", "AUD", "CAD", "NZD", "HKD", "MXN", "MYR", "TWD"),
}  # fmt: skip

_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
BEFORE = re.compile(rf"(?:^|[^A-Z])({CODES}|{_SIGN})[):]?\s{{0,3}}[:=*]?\s{{0,2}}-?\s?$")
AFTER = re.compile(rf"\s?({CODES}|{WORDS}|{_SIGN}|\.-|,-|/-)(?![A-Z0-9])")
_LEAD = (
    r"(?:\bIN|CURRENCY|WAHRUNG|DEVISE|MONEDA|VALUTA|TOTAL|AMOUNT|AMT|PRICES?|BETRAG|SUMME|MONTANT|IMPORTE|TAX|SALES"
    r"|DUE|BALANCE|^)[ :=(]{0,3}"
)
_NAMED = re.compile(
    rf"{_LEAD}(?<![A-Z])({CODES}|{WORDS}|RM)(?![A-Z0-9])|(?<=\()({CODES}|RM)(?=\))|(€|£|₹|₩|₱|₫|円|US\$|S\$|A\$|C\$|HK\$|NZ\$)"
)
_NO_MINOR_UNIT = {"JPY", "KRW", "VND", "IDR", "CLP", "ISK"}
_HOME = {
    "MY": "MYR", "SG": "SGD", "US": "USD", "CA": "CAD", "GB": "GBP", "DE": "EUR", "AT": "EUR", "CH": "CHF", "FR": "EUR",
    "ES": "EUR", "IT": "EUR", "NL": "EUR", "JP": "JPY", "IN": "INR", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "SE": "SEK",
    "NO": "NOK", "DK": "DKK", "MA": "MAD", "CN": "CNY", "MX": "MXN",
}  # fmt: skip
_ISSUER = {code: country for country, code in _HOME.items() if code != "EUR"} | {"EUR": "EU"}


def home_of(currency: Found) -> Place:
    """The country a printed currency points to; dollars point, but not surely, to the United States."""
    if currency.value not in _ISSUER or currency.confidence < 0.5:
        return Place(None)
    sure = currency.value != "USD" and currency.confidence > 0.8
    return Place(_ISSUER[currency.value], currency.start, currency.end, sure)


def marked_currency(sign: str) -> str | None:
    """The ISO code a printed sign decides by itself, if it does."""
    if sign in SIGNS:
        return SIGNS[sign][0] if len(SIGNS[sign]) == 1 else None
    return {"RMB": "CNY"}.get(sign, sign)


def has_no_minor_unit(code: str | None) -> bool:
    """Whether amounts of this currency are printed without decimals."""
    return code in _NO_MINOR_UNIT


def find_currency(lines: list[Line], marks: list[tuple[str, int, int]], place: Place) -> Found:
    """The currency of the document; `marks` are signs printed beside amounts, and where."""
    votes: Counter[str] = Counter()
    where: dict[str, tuple[int, int]] = {}
    open_signs: list[tuple[str, int, int]] = []
    for sign, start, end in marks:
        code = marked_currency(sign)
        if code is None:
            open_signs.append((sign, start, end))
            continue
        votes[code] += 2
        where.setdefault(code, (start, end))
    if not votes and not open_signs:
        _count_named(lines, votes, where)
    if votes:
        return _by_vote(votes, where)
    home = _HOME.get(place.country or "")
    if open_signs:
        return _by_open_sign(open_signs, home, place)
    if home is None or place.start is None:
        return cannot_tell()
    confidence = 0.85 if place.sure else 0.6
    return Found(home, confidence, place.start, place.end, "country clue")


def _count_named(lines: list[Line], votes: Counter[str], where: dict[str, tuple[int, int]]) -> None:
    for line in lines:
        if line.doubtful < 2:
            for found in _NAMED.finditer(line.folded):
                group = found.lastindex or 0
                code = marked_currency(found[group])
                if code:
                    votes[code] += 1
                    where.setdefault(code, (line.start + found.start(group), line.start + found.end(group)))


def _by_vote(votes: Counter[str], where: dict[str, tuple[int, int]]) -> Found:
    (code, count), *others = votes.most_common(2)
    rival = others[0][1] if others else 0
    confidence = 0.97 if rival == 0 else (0.8 if count > 2 * rival else 0.5)
    return Found(code, confidence, *where[code], "printed currency" if rival == 0 else "several currencies")


def _by_open_sign(signs: list[tuple[str, int, int]], home: str | None, place: Place) -> Found:
    sign, start, end = signs[0]
    possible = SIGNS.get(sign, ())
    if home in possible:
        return Found(home, 0.9 if place.sure else 0.7, start, end, "sign and country")
    if sign == "¥" or sign == "RS":
        return Found(possible[0], 0.7, start, end, "usual meaning of the sign")
    if sign == "$" and home is None:
        return Found("USD", 0.5, start, end, "usual meaning of the sign")
    return cannot_tell("sign with several meanings")
