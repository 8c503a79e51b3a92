"""A feed of card payments that is compared only: it would post them, and nobody lets it yet."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from approvals import actors, canonical
from approvals.submission import Draft, Exhibit
from exceptions import intake
from runs import recorder
from runs.connectors.books.tools import PostExpense
from runs.demo import company
from runs.demo.month import cast, hands, paper
from runs.demo.month.scene import Scene, chance

TOOL = PostExpense.name


def walk(scene: Scene, day: date, many: int) -> None:
    """The payments of a day, as the bank tells them."""
    agent = scene.agents[cast.CARDS]
    actor = actors.agent(agent.id, "demo")
    run = recorder.start(agent=agent, workflow=agent.name, actor=actor, now=scene.now, period=day.isoformat())
    for number in range(many):
        draft = _draft(day, number, run.id)
        intake.receive(draft=draft, agent=agent, actor=actor, now=scene.clock.on(2))
    recorder.finish(
        run=run,
        state="succeeded",
        actor=actor,
        now=scene.clock.on(1),
        counts={"inputs": many, "proposed": many},
    )
    hands.observe(scene)


def _draft(day: date, number: int, run: UUID) -> Draft:
    drawn = chance("card", day, number)
    known = [row for row in company.vendors("northwind") if row["currency"] == paper.CURRENCY]
    vendor, paid = drawn.choice(known), day - timedelta(days=1)
    total = f"{drawn.randint(400, 24000) / 100:.2f}"
    line = f"{paid.isoformat()}  {vendor['name']}  EUR {total}  card 7731"
    key = f"{cast.CARDS}/{day.isoformat()}/{number}"
    return Draft(
        tool=TOOL, idempotency_key=key, subject=f"card:{day:%m%d}-{number + 1}",
        arguments={"vendor": vendor["name"], "date": paid.isoformat(), "currency": "EUR", "total": total},
        summary=f"EUR {total} to {vendor['name']}", rationale="The bank tells it so.", run=run, workflow=cast.CARDS,
        confidence=Decimal(str(round(drawn.uniform(0.86, 0.99), 3))), confidence_source="rule",
        evidence=(Exhibit("text", line, "Statement of the card"),), fingerprint=canonical.digest([key, line]),
    )  # fmt: skip
