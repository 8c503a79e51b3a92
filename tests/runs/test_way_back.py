"""What is said about undoing a write: how, until when, and what that cannot undo; afterwards, a case instead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import tools, ways_back
from approvals.models import Proposal
from exceptions.models import Occurrence
from runs import drain, reversal
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import signed_in
from tests.memo import WriteMemo
from tests.people import Company

pytestmark = pytest.mark.django_db


class Perishable(WriteMemo):
    """A memo that can be erased until a day, and has been read by then."""

    cascade = "whoever has read it has read it"
    way_back_until = "until the board is wiped on"
    deadline = "2031-01-31"

    def observe(self, arguments: object, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={}, version="1", deadline=self.deadline)


def written(company: Company, deadline: str) -> Execution:
    tool = Perishable()
    tool.deadline = deadline
    tools.register(tool)
    builders.an_approved(company.bot, company.maria)
    drain.drain(linger=0, longest=0)
    return Execution.objects.select_related("proposal__workspace", "workspace").get()


def test_the_item_says_how_until_when_and_what_cannot_be_undone(northwind: Company, board: object) -> None:
    tool = Perishable()
    tools.register(tool)
    row = builders.a_proposal(northwind.bot)
    page = signed_in(northwind.maria).get(f"/w/northwind/review/{row.public_id}/").content.decode()
    assert "exactly" in page and "until the board is wiped on 31 January 2031" in page
    assert "whoever has read it has read it" in page


def test_the_effect_says_it_too(northwind: Company, board: object) -> None:
    row = written(northwind, "2031-01-31")
    page = (
        signed_in(northwind.maria)
        .get(f"/w/northwind/review/{row.proposal.public_id}/effect/")
        .content.decode()
    )
    assert "until the board is wiped on 31 January 2031" in page and "Propose to undo" in page


def test_after_the_deadline_it_says_so_and_offers_a_case(northwind: Company, board: object) -> None:
    row = written(northwind, "2020-01-31")
    client = signed_in(northwind.maria)
    page = client.get(f"/w/northwind/review/{row.proposal.public_id}/effect/").content.decode()
    assert "That has passed" in page and "Open a case" in page and "Propose to undo" not in page
    with pytest.raises(reversal.PastDeadline):
        reversal.propose(
            execution=row, member=northwind.maria, reason="x", actor=builders.actor_of(northwind.maria),
            now=timezone.now(),
        )  # fmt: skip
    url = f"/w/northwind/executions/{row.public_id}/reversal-by-case/"
    first, second = client.post(url, {"reason": "wrong"}), client.post(url, {"reason": "wrong"})
    occurrence = Occurrence.objects.get()  # twice is once
    assert occurrence.facts["code"] == "reversal.too_late" and occurrence.written == "yes"
    assert first["Location"] == second["Location"] and occurrence.case.public_id in first["Location"]


def test_a_day_lasts_until_its_end_where_the_workspace_is(northwind: Company, board: object) -> None:
    row = builders.a_proposal(northwind.bot)
    row.observation = {"deadline": "2026-03-31"}
    row.workspace.timezone = "Asia/Tokyo"
    evening = timezone.now().replace(year=2026, month=3, day=31, hour=14, minute=59)
    assert not ways_back.of(row, evening).passed
    assert ways_back.of(row, evening + timedelta(minutes=2)).passed


@pytest.mark.parametrize("deadline", ["when the month is closed", "2026-02-31", "", "31 March"])
def test_a_deadline_in_words_never_passes_by_itself(northwind: Company, board: object, deadline: str) -> None:
    row: Proposal = builders.a_proposal(northwind.bot)
    row.observation = {"deadline": deadline}
    assert not ways_back.of(row, timezone.now()).passed
