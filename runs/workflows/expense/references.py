"""The number of the document itself: of the receipt, the invoice or the bill."""

import re

from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.lines import Line

_KIND = (
    "(?:TAX ?)?INV(?:OICE)?|RECEIPT|BILL|DOC(?:UMENT)?|SLIP|RCPT|CHECK|TICKET|CHIT|TRANS(?:ACTION)?|RECHNUNGS?-?|"
    "BELEG|BON|FACTURE|RECU|FACTURA|RECIBO|FATTURA|FAKTURA|FACTUUR|ORDER|SALES|REF(?:ERENCE)?|CS|領収書|請求書|伝票"
)
_MARK = r"(?:(?:NUMBER|NUMMER|NUMERO|NUM|NO|NR|ID|N)(?![A-Z])|#|N°|番号)"
_VALUE = r"((?:[A-Z]{1,4} (?=[0-9]))?[A-Z0-9][A-Z0-9/\-_.#]*)"
_LABELLED = re.compile(
    rf"(?<![A-Z])({_KIND})\s?[-.]?\s?{_MARK}[.:#]{{0,2}}\s{{0,2}}[:=#]{{0,2}}\s{{0,3}}{_VALUE}"
)
_LEADING = re.compile(rf"(?<![A-Z])(?:N°|NR|NO)\.? (?:DE )?({_KIND})\s?[:.]?\s{{0,2}}{_VALUE}")
_BARE = re.compile(rf"(?<![A-Z])({_KIND})\s?[:#]\s{{0,3}}{_VALUE}")
_ONLY_NUMBER = re.compile(
    r"(?:^|[0-9] )(NO)\.? ?: ?((?:[A-Z]{1,4}[ -]?)?[A-Z0-9\-]{0,6}[0-9]{4,}[0-9/\-]*)(?![0-9A-Z])"
)
_RANK = {
    "INV": 0, "RECHN": 0, "FACT": 0, "FATT": 0, "FAKT": 0, "TAX": 0, "請求": 0, "領収": 0, "RECE": 1, "RCPT": 1,
    "BILL": 1, "RECI": 1, "RECU": 1, "BELEG": 1, "BON": 1, "DOC": 1, "SLIP": 1, "伝票": 1, "CHECK": 2, "CHIT": 2,
    "TICK": 2, "CS": 2, "TRANS": 3, "SALES": 3, "NO": 3, "REF": 3, "ORDER": 4,
}  # fmt: skip
_CONFIDENCE = (0.95, 0.93, 0.85, 0.7, 0.5)


def find_reference(lines: list[Line]) -> Found:
    """The best labelled document number; a number without a label is not guessed."""
    best: tuple[int, int, Line, re.Match[str]] | None = None
    for line in lines[:2000]:
        if line.doubtful == 2:
            continue
        for pattern in (_LABELLED, _LEADING, _BARE, _ONLY_NUMBER):
            found = pattern.search(line.folded[:300])
            if found and any(c.isdigit() for c in found[2]):
                candidate = (_rank(found[1]), line.number, line, found)
                best = candidate if best is None or candidate[:2] < best[:2] else best
                break
    if best is None:
        return cannot_tell("no document number printed")
    rank, _, line, found = best
    start, end = found.start(2), found.end(2)
    value = line.text[start:end].rstrip(".-/_#")
    return Found(
        value, _CONFIDENCE[rank], line.start + start, line.start + start + len(value), "labelled number"
    )


def _rank(kind: str) -> int:
    return next((rank for lead, rank in _RANK.items() if kind.startswith(lead)), 3)
