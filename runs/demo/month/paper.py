"""Invented receipts of vendors that Northwind's books know, and a few that come too late."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from runs.demo import company
from runs.demo.month.scene import chance

CURRENCY = "EUR"
CLOSED = date(2026, 6, 12)  # in a month that the books have closed
GOODS = {  # by the account that is charged, with prices in cents
    "6300": (
        ("Druckerpapier A4", 420),
        ("Ordner, blau", 310),
        ("Tonerkartusche", 8950),
        ("Kalender 2027", 1290),
    ),
    "6420": (("Mittagessen", 1680), ("Kaffee", 290), ("Mineralwasser", 240), ("Brotkorb", 420)),
    "6430": (("Parkschein", 900), ("Diesel", 6480), ("Autowäsche", 1190)),
    "6340": (("Faltblatt, 500 Stück", 14800), ("Visitenkarten", 3900)),
}
ANYTHING = (("Leistung lt. Auftrag", 12400), ("Anfahrt", 3500), ("Kleinteile", 780))


@dataclass(frozen=True)
class Paper:
    """``kind``: plain or closed (its month is closed in the books)."""

    id: str
    text: str
    kind: str


def paper(number: int, day: date, *, kind: str = "plain") -> Paper:
    """The receipt of that number, a few days older than the day it comes in."""
    drawn = chance("paper", number)
    known = [row for row in company.vendors("northwind") if row["currency"] == CURRENCY]
    vendor = drawn.choice(known)
    issued = CLOSED if kind == "closed" else day - timedelta(days=drawn.randint(1, 9))
    return Paper(f"NW-{number}", _text(vendor, issued, number, drawn), kind)


def _text(vendor: dict[str, Any], issued: date, number: int, drawn: Random) -> str:
    offered = GOODS.get(vendor["account"], ANYTHING)
    bought = [(drawn.randint(1, 6), *one) for one in drawn.sample(offered, drawn.randint(1, len(offered)))]
    total = sum(many * cents for many, _, cents in bought)
    tax = round(total * 19 / 119)
    rows = [f"{many} x {name:<22}{_money(many * cents):>12}" for many, name, cents in bought]
    return "\n".join(
        [
            vendor["name"].upper(), f"Rechnung Nr. {number}-{drawn.randint(10, 99)}", f"Datum: {issued:%d.%m.%Y}", "",
            *rows, "-" * 38, f"{'Summe netto':<26}{_money(total - tax):>12}", f"{'MwSt 19 %':<26}{_money(tax):>12}",
            f"{'Gesamtbetrag EUR':<26}{_money(total):>12}", "Betrag dankend erhalten",
        ]
    )  # fmt: skip


def _money(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", ".") + f",{rest:02d}"
