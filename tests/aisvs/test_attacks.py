"""Three attacks that the research adds to C9.2: a widened grant, a forged dialog, a target that is swapped.

The second stands with 9.2.2 in ``test_c9_2_approval``.
"""

from decimal import Decimal

import pytest

from approvals.models import Decision
from tests import builders, lanes
from tests.aisvs.unapproved import work
from tests.approvals.reviewing import again
from tests.memo import Board
from tests.people import Company
from tests.runs.chains import a_saga, steps

pytestmark = pytest.mark.django_db


def test_what_is_trusted_alone_is_not_trusted_within_something_larger(
    northwind: Company, board: Board
) -> None:
    """As OpenClaw's “allow always” was (CVE-2026-29607): a command that it allowed could be wrapped around another."""
    alone = builders.a_proposal(northwind.bot, confidence=Decimal("1"))
    lanes.stand(alone.lane, "full")
    assert builders.a_proposal(northwind.bot, confidence=Decimal("1")).ruling == "allow"
    wrapped = steps(a_saga(northwind.bot, "memo", "letter"))
    assert {row.tool for row in wrapped} == {"memo.write", "memo.send"}
    assert {(row.ruling, row.quorum) for row in wrapped} == {("ask", 2)}
    assert wrapped[0].lane_id == alone.lane_id != wrapped[1].lane_id
    work()
    assert not Decision.objects.filter(proposal__in=[row.pk for row in wrapped]).exists()


def test_a_target_that_is_swapped_between_look_and_use_is_not_written(
    northwind: Company, board: Board
) -> None:
    """As a symbolic link is."""
    row = builders.an_approved(northwind.bot, northwind.maria)
    board.version = "another"
    work()
    assert board.calls == [] and (again(row).state, again(row).round) == ("pending", 2)
