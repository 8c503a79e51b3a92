"""What the page measured is kept with the answer, never more than passed, and flagged under the floor."""

from datetime import timedelta

import pytest

from approvals.models import BatchItem, Exposure, Hold, LedgerEntry
from approvals.oversight import exposures
from approvals.oversight.exposures import Look
from approvals.submission import Exhibit
from tests.approvals import batching
from tests.approvals.reviewing import answer, signed_in
from tests.builders import a_proposal, approve, now


def held(proposal, member, ago, opened=True):
    at = now() - timedelta(seconds=ago)
    Hold.objects.update_or_create(
        proposal=proposal,
        defaults={"reviewer": member.user, "epoch": 1000 + proposal.pk.int % 10**6, "taken_at": at,
                  "until": now() + timedelta(minutes=2), "opened_at": at if opened else None},
    )  # fmt: skip


def seen(proposal):
    return Exposure.objects.get(decision__proposal=proposal)


def test_what_the_page_measured_is_kept_with_the_answer(northwind):
    proposal = a_proposal(northwind.bot, at=now() - timedelta(minutes=1))
    held(proposal, northwind.maria, 30)
    answer(signed_in(northwind.maria), proposal, seen_ms=8000, evidence_ms=5000, panes="arguments,story")
    kept = seen(proposal)
    assert (kept.seen_ms, kept.evidence_ms, kept.panes) == (8000, 5000, ["arguments", "story"])
    assert not kept.under_floor


def test_nobody_looked_for_longer_than_they_held_it(northwind):
    proposal = a_proposal(northwind.bot, at=now() - timedelta(minutes=1))
    held(proposal, northwind.maria, 3)
    approve(proposal, northwind.maria, look=Look(60_000, 60_000))
    kept = seen(proposal)
    assert 3000 <= kept.seen_ms < 5000 and kept.evidence_ms <= kept.seen_ms


def test_an_answer_under_the_floor_is_flagged_and_stands(northwind):
    proposal = a_proposal(northwind.bot, at=now() - timedelta(minutes=1))
    assert approve(proposal, northwind.maria, look=Look(400)).state == "approved"
    assert seen(proposal).under_floor and seen(proposal).floor_ms == exposures.LEAST_MS
    entry = LedgerEntry.objects.get(kind="decision.recorded", proposal=proposal.pk)
    assert (entry.data["seen_ms"], entry.data["under_floor"]) == (400, 1)


def test_a_page_without_script_measures_nothing_and_flags_nothing(northwind):
    proposal = a_proposal(northwind.bot)
    answer(signed_in(northwind.maria), proposal)
    kept = seen(proposal)
    assert kept.seen_ms is None and not kept.under_floor
    assert "seen_ms" not in LedgerEntry.objects.get(kind="decision.recorded", proposal=proposal.pk).data


@pytest.mark.parametrize(
    "told", [{"seen_ms": "-4"}, {"seen_ms": "many"}, {"seen_ms": "9" * 30}, {"panes": "<b>"}]
)
def test_odd_figures_count_as_not_measured(northwind, told):
    proposal = a_proposal(northwind.bot)
    assert answer(signed_in(northwind.maria), proposal, **told).status_code == 303
    assert seen(proposal).seen_ms is None and seen(proposal).panes == []


def test_the_floor_grows_with_what_there_is_to_read_up_to_a_limit(northwind):
    short = a_proposal(northwind.bot)
    long = a_proposal(northwind.bot, title="T", evidence=(Exhibit("text", "T " * 1200, "Letter"),))
    endless = a_proposal(northwind.bot, title="T", evidence=(Exhibit("text", "T " * 100_000, "Book"),))
    floors = [exposures.floor_ms(row) for row in (short, long, endless)]
    assert floors[0] == 1500 and 2400 <= floors[1] < 4000 and floors[2] == 4000
    short.risk = "high"
    assert exposures.floor_ms(short) == 5000


def test_in_a_batch_only_what_was_opened_was_seen(northwind):
    rows = batching.memos(northwind, 8, at=now() - timedelta(minutes=2))
    batch = batching.opened(northwind.maria, rows[0])
    looked = [item for item in batch.items.order_by("position") if item.must_open or item.outlier]
    for item, ago in zip(looked, (40, 30, 10, 8, 6, 4, 3, 2), strict=False):
        BatchItem.objects.filter(pk=item.pk).update(opened_at=now() - timedelta(seconds=ago))
    batching.decided(batch, northwind.maria)
    looks = [seen(item.proposal) for item in looked]
    assert 9000 <= looks[0].seen_ms <= 11_000 and 19_000 <= looks[1].seen_ms <= 21_000
    closed = batch.items.filter(opened_at__isnull=True)
    assert len(closed) >= 2 and {seen(item.proposal).seen_ms for item in closed} == {0}
    assert not Exposure.objects.filter(under_floor=True).exists(), "they are counted apart"
