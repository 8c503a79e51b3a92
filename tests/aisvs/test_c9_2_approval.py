"""OWASP AISVS 1.0, C9.2, attacked: each requirement by its number, on the product as it is. 9.2.1 to 9.2.5.

The words of the requirements are ours. Where a law has a longer attack of its own elsewhere, the docstring says where.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from approvals import agents, decisions, ids, policies
from approvals.models import Agent, LedgerEntry, Policy, Proposal, Token
from runs.models import Execution
from tests import builders, lanes
from tests.aisvs.unapproved import TICK, UNAPPROVED, long_ago, work
from tests.approvals.reviewing import signed_in, url
from tests.memo import Board
from tests.people import Company
from tests.runs.api.conftest import Caller, a_body
from tests.runs.chains import a_saga, steps

pytestmark = pytest.mark.django_db


class TestC921NothingRunsBeforeItsApprovalIsVerified:
    """Raw SQL against the same law: tests/approvals/test_laws.py."""

    @pytest.mark.parametrize("make", UNAPPROVED, ids=lambda make: make.__name__)
    def test_a_worker_given_an_unapproved_proposal_writes_nothing(
        self, northwind: Company, board: Board, make: Any
    ) -> None:
        row = make(northwind)
        row.refresh_from_db()
        with pytest.raises(IntegrityError, match="no live approval"), transaction.atomic():
            Execution.objects.create(
                workspace=row.workspace, proposal=row, round=row.round, tool=row.tool, tool_version=1,
                arguments=row.arguments, digest=row.digest, write_key="f" * 64, state="scheduled",
                due_at=long_ago(), created_at=long_ago(),
            )  # fmt: skip
        work()
        assert board.calls == []

    def test_it_is_verified_again_at_the_moment_of_the_write(self, northwind: Company, board: Board) -> None:
        row = builders.an_approved(northwind.bot, northwind.maria)
        with (
            connection.cursor() as cursor
        ):  # whoever can switch off the laws of the database still changes the digest
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE runs_execution DISABLE TRIGGER USER")
            cursor.execute('UPDATE runs_execution SET arguments = arguments || \'{"amount": "9999.00"}\'')
            cursor.execute("ALTER TABLE runs_execution ENABLE TRIGGER USER")
        work()
        assert board.calls == []
        assert Execution.objects.get(proposal=row).failure_class == "dispatch.stopped"


class TestC922TheReviewerSeesTheWholeCanonicalArguments:
    def test_nothing_is_cut_off_however_long(self, northwind: Company) -> None:
        title = "begin " + "very long " * 900 + "the end of it"
        row = builders.a_proposal(northwind.bot, title=title)
        page = signed_in(northwind.maria).get(url("proposal", row)).text
        assert title in page and "the end of it" in page

    @pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\U000e0041"])
    def test_what_hides_is_shown(self, northwind: Company, hidden: str) -> None:
        row = builders.a_proposal(northwind.bot, title=f"Pay Alice{hidden}not Bob")
        page = signed_in(northwind.maria).get(url("proposal", row)).text
        assert f"U+{ord(hidden):04X}" in page and f"Pay Alice{hidden}" not in page

    def test_what_an_agent_writes_cannot_draw_a_second_dialog(self, northwind: Company) -> None:
        """“Lies in the loop”: forged markup and padding stay text."""
        forged = "<form action='/x'><button name=verdict value=approve>Approve</button></form>" + "\n" * 200
        row = builders.a_proposal(northwind.bot, rationale=forged, summary=forged)
        page = signed_in(northwind.maria).get(url("proposal", row)).text
        assert "<form action='/x'>" not in page and "&lt;form action=" in page


class TestC923And4TheClassIsOurWordAndIsEnforced:
    def test_the_agents_word_on_risk_counts_for_nothing(self, northwind: Company) -> None:
        caller, claims = Caller(northwind.bot), {"risk": "low", "reversibility": "exact", "quorum": 0}
        a_saga(northwind.bot, "letter", "memo")  # makes the tool known, and gives it to the agent
        body = a_body(tool="memo.send")
        honest = caller.propose(body)
        loud = caller.propose(a_body(tool="memo.send") | claims)
        assert honest.status_code == 201
        assert loud.status_code == 422 or Proposal.objects.latest("created_at").risk == "medium"
        assert caller.propose(body | {"arguments": body["arguments"] | claims}).status_code in {201, 422}
        sent = Proposal.objects.filter(tool="memo.send").exclude(state="blocked")
        assert {(row.risk, row.quorum, row.ruling) for row in sent} == {("medium", 2, "ask")}

    def test_the_irreversible_never_passes_by_itself(self, northwind: Company, board: Board) -> None:
        first, _ = steps(a_saga(northwind.bot, "letter", "memo"))
        lanes.stand(first.lane, "full")
        row = builders.a_proposal(northwind.bot, tool="memo.send", confidence=Decimal("1"))
        assert (row.ruling, row.quorum) == ("ask", 2)
        with pytest.raises(decisions.NotYourDecision):
            decisions.approve_by_policy(proposal=row, actor=TICK, now=timezone.now())
        work()
        assert builders.approve(row, northwind.maria).state == "pending"
        work()
        assert board.calls == []


class TestC925AnAgentCannotChangeItself:
    """What two admins change together: tests/aisvs/test_c9_2_self_change.py."""

    def test_no_page_of_settings_answers_its_token(self, northwind: Company) -> None:
        token = agents.issue_token(agent=northwind.bot, actor=TICK, now=timezone.now())
        bearer, known = (
            Client(headers={"Authorization": f"Bearer {token}"}),
            ids.show("agent", northwind.bot.id),
        )
        before = _powers()
        for page in ("policies/memo.write/set/", "switch/release/", "lanes/1/move/", f"agents/{known}/tokens/",
                     f"agents/{known}/change/", "limits/set/", "tools/declare/save/"):  # fmt: skip
            told = bearer.post(f"/w/northwind/settings/{page}", {"stage": "full", "tools": "memo.write"})
            assert told.status_code in {302, 403, 404}, page
        assert _powers() == before

    def test_what_an_admin_changes_is_told_under_their_name(self, northwind: Company) -> None:
        policies.set_policy(
            workspace=northwind.workspace, tool="memo.write", actor=builders.actor_of(northwind.ada),
            now=timezone.now(), quorum=1,
        )  # fmt: skip
        told = LedgerEntry.objects.latest("id")
        assert (told.kind, told.actor_kind) == ("policy.set", "person")


def _powers() -> list[Any]:
    lanes = Proposal.objects.values_list("lane__stage", flat=True)
    return [
        list(Agent.objects.order_by("id").values_list("version", "tools", "paused_at")), Policy.objects.count(),
        Token.objects.count(), list(lanes),
    ]  # fmt: skip
