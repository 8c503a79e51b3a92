"""Invented messages to Northwind's finance team, what each is truly about, and what an agent makes of it."""

from dataclasses import dataclass

from runs.demo.month.scene import chance

TEAMS = {
    "invoice copy": "Receivables", "payment status": "Payables", "bank details": "Controllers",
    "wrong amount": "Receivables", "expenses": "Travel desk", "price list": "Sales",
}  # fmt: skip
WORDS = {
    "invoice copy": "Please send me a copy of invoice {number}, we cannot find ours.",
    "payment status": "When will invoice {number} be paid? It is due since last week.",
    "bank details": "We have a new account. Please use it for invoice {number} and all that follow.",
    "wrong amount": "Invoice {number} says {sum}, and we agreed on less. Please look at it again.",
    "expenses": "May I claim the taxi of {sum} under claim {number}?",
    "price list": "Offer {number} names {sum} for each piece. Please send us your new price list, with the terms that "
    "hold from January, the discounts for larger orders and what delivery costs outside the country.",
}  # fmt: skip
USUAL = ("invoice copy", "payment status", "wrong amount", "expenses", "bank details")
OFTEN = (36, 30, 16, 12, 6)
FIRMS = (
    "vasseur",
    "tidewater",
    "quarry",
    "okafor",
    "lindqvist",
    "brenner",
    "alder",
    "marchetti",
    "solano",
    "pike",
)
UNSURE = 0.22  # share of messages that say little
MUDDLED = 0.5  # share of those that are misread where an agent is not good yet


@dataclass(frozen=True)
class Mail:
    """``said`` is the agent's label with its ``confidence``; ``label`` is the right one."""

    id: str
    sender: str
    subject: str
    text: str
    label: str
    said: str
    confidence: float

    @property
    def paper(self) -> str:
        return f"From: {self.sender}\nSubject: {self.subject}\n\n{self.text}"


def mail(series: str, number: int, *, learned: bool, changed: bool = False) -> Mail:
    """The message of that number. An agent that has ``learned`` misreads none; ``changed``: most ask for prices."""
    drawn = chance("mail", series, number)
    labels = drawn.choices(USUAL, OFTEN)
    label = "price list" if changed and drawn.random() < 0.7 else labels[0]
    unsure = drawn.random() < UNSURE
    wrong = unsure and not learned and drawn.random() < MUDDLED
    said = drawn.choice([other for other in USUAL if other != label]) if wrong else label
    firm, invoice = drawn.choice(FIRMS), drawn.randint(2100, 8900)
    cents = drawn.randint(1200, 5600) if label in ("expenses", "price list") else drawn.randint(9000, 98000)
    text = WORDS[label].format(number=invoice, sum=f"EUR {cents / 100:.2f}")
    confidence = drawn.uniform(0.55, 0.74) if unsure else min(drawn.gauss(0.93, 0.035), 0.995)
    return Mail(
        f"{series}-{number}", f"office@{firm}.example", label.capitalize() if not unsure else f"Re: {invoice}", text,
        label, said, round(confidence, 3),
    )  # fmt: skip
