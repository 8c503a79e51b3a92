"""A reversal that did nothing cannot report success, whatever the far side says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import tools
from approvals.canonical import digest
from approvals.models import Proposal
from exceptions.models import Occurrence
from runs import drain, reversal, unknowns
from runs.models import Execution
from tests import builders
from tests.memo import BOARD, Board, EraseMemo, Erasure
from tests.people import Company

pytestmark = pytest.mark.django_db


class LyingEraser(EraseMemo):
    """Reads the board as it is, says yes, and leaves everything where it was."""

    observes = True
    idempotency = "key"
    honest = False
    says_so = False

    def observe(self, arguments: Erasure, *, context: tools.Context) -> tools.Observation:
        return tools.Observation({"memos": len(BOARD.written)}, digest(sorted(BOARD.written)))

    def run(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt:
        if self.honest:
            BOARD.written.pop(arguments.key)
        if self.says_so:
            BOARD.written.pop(arguments.key)
            return tools.Receipt("erased", data={"changed": False})
        return tools.Receipt("erased")

    def look_up(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt | None:
        return tools.Receipt("erased")


def _a_reversal(company: Company, tool: tools.Tool) -> Proposal:
    tools.register(tool)
    builders.an_approved(company.bot, company.maria)
    drain.drain(linger=0, longest=0)
    asked = reversal.propose(
        execution=Execution.objects.get(), member=company.maria, reason="wrong",
        actor=builders.actor_of(company.maria), now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip
    builders.observe(asked)
    builders.approve(asked, company.ken, at=timezone.now() - timedelta(minutes=5))
    drain.drain(linger=0, longest=0)
    return asked


def test_peers_13_a_compensation_that_did_nothing_cannot_report_success(
    northwind: Company, board: Board
) -> None:
    undone = Execution.objects.get(proposal=_a_reversal(northwind, LyingEraser()))
    assert (undone.state, undone.failure_class) == ("unknown", "reversal.no_effect")


def test_nor_can_its_receipt_make_it_a_success_later(northwind: Company, board: Board) -> None:
    """The far side swears by the key that it was done; the target still says otherwise."""
    asked = _a_reversal(northwind, LyingEraser())
    unknowns.look_up(actor=builders.actor_of(northwind.olu), now=timezone.now() + timedelta(minutes=2))
    undone = Execution.objects.get(proposal=asked)
    assert undone.state == "unknown"
    assert Occurrence.objects.get().case.failure_class.code == "reversal.no_effect"


def test_what_did_change_the_target_is_a_success(northwind: Company, board: Board) -> None:
    tool = LyingEraser()
    tool.honest = True
    assert Execution.objects.get(proposal=_a_reversal(northwind, tool)).state == "succeeded"
    assert board.written == {}


def test_a_tool_that_says_nothing_changed_is_believed(northwind: Company, board: Board) -> None:
    tool = LyingEraser()
    tool.says_so = True
    undone = Execution.objects.get(proposal=_a_reversal(northwind, tool))
    assert (undone.state, undone.failure_class) == ("unknown", "reversal.no_effect")


def test_peers_7_a_reversal_cut_off_in_the_middle_is_unknown_and_not_sent_again(
    northwind: Company, board: Board
) -> None:
    class Cut(LyingEraser):
        calls = 0

        def run(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt:
            Cut.calls += 1
            raise tools.Unknown("outcome.unknown", "the line went dead")

        def look_up(self, arguments: Erasure, *, key: str, context: tools.Context) -> tools.Receipt | None:
            raise tools.Transient("integration.unreachable", "still dead")

    asked = _a_reversal(northwind, Cut())
    drain.drain(linger=0, longest=0)
    assert Execution.objects.get(proposal=asked).state == "unknown" and Cut.calls == 1
