"""A day on which everything happens once: each fact is in the ledger as often as it happened, and the proof holds."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import policies, proposals
from approvals.actors import worker
from approvals.models import Cover, LedgerEntry, Proposal
from approvals.oversight import drills
from approvals.sealing import seals
from exceptions import intake
from runs import reversal
from runs.drain import drain
from runs.models import Execution
from tests import builders
from tests.approvals import batching, drilling
from tests.approvals.flowing import beat
from tests.approvals.reviewing import again, answer, queue, signed_in, url
from tests.approvals.routing import away
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
TICK = worker("tick")


class Day:
    """The people at their browsers, and what they do."""

    def __init__(self, company: Company):
        self.company = company
        self.maria, self.ken, self.ada = (signed_in(company.people[who]) for who in ("maria", "ken", "ada"))

    def item(self, **more: Any) -> Proposal:
        return builders.a_proposal(self.company.bot, **more)

    def press(self, client: Client, name: str, proposal: Proposal, **told: Any) -> None:
        assert client.post(url(name, proposal), told).status_code in (200, 204, 303), name

    def answers(self) -> None:
        """Approved, changed, refused, handed over, undone, and two of three given twice."""
        plain, undone, edited, refused, handed = (self.item() for _ in range(5))
        for _ in range(2):
            answer(self.maria, plain)
        answer(self.maria, undone)
        self.press(self.maria, "undo", undone)
        arguments = {"argument-title": edited.arguments["title"], "argument-amount": "12.00"}
        self.press(self.maria, "edit", edited, seen_digest=edited.digest, sign=1, **arguments)
        for _ in range(2):
            answer(self.maria, refused, "reject", reason_code="wrong_value")
        self.press(self.maria, "hand-over", handed, seen_digest=handed.digest, round=1)

    def routes(self) -> None:
        """Set aside and brought back, given and given back, taken over, and somebody goes away and returns."""
        held = self.item()
        beat(self.ken, held)
        self.press(self.maria, "hold-take", held)
        later, given = self.item(), self.item()
        for _ in range(2):
            self.press(self.maria, "set-aside", later, choice="hour")
        self.press(self.maria, "bring-back", later)
        self.press(self.maria, "give", given, to=self.company.ken.user_id)
        self.press(self.ken, "give-back", given)
        away(self.company.ken, self.company.maria)
        cover = Cover.objects.get()
        self.ken.post(reverse("own-cover-end", args=["northwind"]), {"cover": cover.pk})

    def together(self) -> None:
        """Five alike, answered and taken back as one."""
        rows = batching.memos(self.company, 5)
        batch = batching.ready(self.company.maria, rows[0])
        ticks = [row.public_id for row in rows]
        for _ in range(2):
            batching.post(self.maria, "batch-decide", batch, verdict="approve", tick=ticks)
        for _ in range(2):
            batching.post(self.maria, "batch-undo", batch)

    def drilled(self) -> None:
        drilling.a_history(self.company)
        answer(self.maria, drilling.a_drill(self.company), "reject", reason_code="wrong_value")

    def ends(self) -> None:
        """Withdrawn and expired."""
        intake.withdraw(
            proposal=self.item(), actor=builders.agent_actor(self.company.bot), now=builders.now()
        )
        short = self.item(expires_at=builders.now() + timedelta(minutes=1))
        proposals.expire_due(actor=TICK, now=short.expires_at)

    def two_sign(self) -> None:
        """One signature taken back, then two that count."""
        policies.set_policy(
            workspace=self.company.workspace, tool="memo.write", actor=TICK, now=builders.now(), quorum=2
        )
        row = self.item()
        answer(self.maria, row)
        self.press(self.maria, "undo", row)
        answer(self.ken, again(row))
        answer(self.ada, again(row))

    def written(self) -> None:
        """An hour later what stands approved is written, or comes back under the stricter policy; one is undone."""
        with time_machine.travel(builders.now() + timedelta(hours=1)):
            drain(linger=0)
            drills.expire_due(now=builders.now())
            done = Execution.objects.filter(state="succeeded").first()
            reversal.propose(
                execution=done, member=self.company.olu, reason="wrong", actor=builders.actor_of(self.company.olu),
                now=builders.now(),
            )  # fmt: skip


def facts() -> Counter[str]:
    return Counter(LedgerEntry.objects.values_list("kind", flat=True))


ONCE = {
    "signature.taken_back": 1, "batch.opened": 1, "batch.decided": 1, "batch.undone": 1, "decision.undone": 6,
    "proposal.set_aside": 1, "proposal.brought_back": 1, "proposal.assigned": 1, "proposal.unassigned": 1,
    "hold.taken_over": 1, "cover.arranged": 1, "cover.ended": 1, "proposal.rejected": 1, "proposal.handed_over": 1,
    "proposal.withdrawn": 1, "proposal.expired": 1, "drill.prepared": 1, "drill.revealed": 1, "policy.set": 1,
}  # fmt: skip


def test_each_fact_is_there_as_often_as_it_happened_and_the_ledger_verifies(northwind, board, capsys):
    day = Day(northwind)
    for part in (day.answers, day.routes, day.together, day.drilled, day.ends, day.two_sign, day.written):
        part()
    for client in (day.maria, day.ken, day.ada):
        client.get(queue())
    found = facts()
    assert {kind: found[kind] for kind in ONCE} == ONCE
    from_people = found["decision.recorded"]
    # 5 + 5 together + 6 of the history + 1 drill + 3 signatures of the two
    assert from_people == 20 == sum(row.decisions.count() for row in Proposal.objects.all())
    writes = Execution.objects.exclude(state="cancelled").count()
    assert (
        found["execution.succeeded"]
        == len(board.calls)
        == Execution.objects.filter(state="succeeded").count()
    )
    assert found["proposal.submitted"] == Proposal.objects.filter(drill=False).count()
    assert writes == Proposal.objects.filter(state="approved", drill=False).count()
    verified(northwind, capsys)


def verified(company: Company, capsys: Any) -> None:
    """By the command an auditor runs, over every entry there is."""
    while seals.seal_due(now=timezone.now() + timedelta(hours=3)):
        pass
    call_command("verify_ledger", workspace=company.workspace.slug)
    whole = LedgerEntry.objects.filter(workspace=company.workspace).count()
    assert f"{whole}" in capsys.readouterr().out.replace(",", "")
