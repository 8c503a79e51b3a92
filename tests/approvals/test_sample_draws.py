"""A week's sample is drawn once, by lot, with known chances, and anybody can draw it again."""

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals.models import LedgerEntry, SampleItem, SampleWeek
from approvals.sampling import drawing, lot, strata
from runs import recorder
from runs.models import Run
from runs.sampling import due
from tests.approvals import sampling
from tests.approvals.ledgers import run
from tests.approvals.sampling import TICK, drawn, last_week, passed, signed, trusted


@pytest.fixture(scope="module")
def a_full_week(founded):
    trusted(founded)
    passed(founded, 60)
    signed(founded, founded.maria, 5)
    return founded


@pytest.fixture
def busy(db, board, a_full_week):
    """Last week sixty passed by policy, and Maria signed five."""
    return a_full_week.again()


def by_hand(name: str, ids: list[Any], most: int, seed: str) -> set[Any]:
    """Those with the smallest digests, as the page says that they were drawn."""
    return set(sorted(ids, key=lambda pk: hashlib.sha256(f"{seed}:{name}:{pk}".encode()).hexdigest())[:most])


def test_anybody_can_draw_it_again(busy):
    week = drawn(busy, seed="abc")
    assert (week.severity, week.plan_n, week.plan_accept) == ("normal", 13, 0)
    sizes = {name: (frame["size"], frame["drawn"]) for name, frame in week.frames.items()}
    assert sizes == {"uniform": (60, 13), "amount": (6, 6), "close": (60, 4), "fresh": (0, 0), "people": (5, 2),
                     "runs": (0, 0)}  # fmt: skip
    items = list(week.items.all())
    frame = [row.pk for row in busy.workspace.proposals.filter(decisions__by_policy=True)]
    for name in ("uniform", "close"):
        assert {one.proposal_id for one in items if name in one.through} == by_hand(
            name, frame, sizes[name][1], "abc"
        )
    dear = next(one for one in items if "amount" in one.strata)
    assert dear.probability == 1.0 and all(one.digest == one.proposal.digest for one in items)
    people = [one for one in items if one.through == ["people"]]
    assert [one.probability for one in people] == [0.4, 0.4]
    plain = next(one for one in items if one.strata == ["close", "uniform"])
    assert plain.probability == pytest.approx(1 - (1 - 13 / 60) * (1 - 4 / 60))
    assert sorted(one.position for one in items) == list(range(1, len(items) + 1))
    assert sum(one.twice for one in items) == len(items) // strata.TWICE


def test_the_recorded_chance_is_the_chance_to_be_drawn(busy):
    """Over many seeds each is drawn as often as it is said to be."""
    week, wanted, draws = last_week(busy), strata.wanted(13), 250
    hits: Counter[Any] = Counter()
    for seed in range(draws):
        rows, frames = lot.draw(busy.workspace, week, str(seed), wanted)
        hits.update(row.proposal for row in rows)
    told = {row.proposal: strata.inclusion(row.strata, frames) for row in rows}
    for chance in set(told.values()):
        alike = [pk for pk, said in told.items() if said == chance]
        assert sum(hits[pk] for pk in alike) / len(alike) / draws == pytest.approx(chance, abs=0.12)
    everything = sum(hits.values()) / draws
    plain = 54 * (1 - (1 - 13 / 60) * (1 - 4 / 60)) + 6 + 2
    assert everything == pytest.approx(plain, rel=0.03)


def test_a_week_is_drawn_once_and_by_the_tick(busy, harbour):
    now = timezone.now()
    busy.workspace.created_at = harbour.workspace.created_at = now - timedelta(days=30)
    busy.workspace.save()
    started = Run.objects.filter(pk=recorder.start(agent=busy.bot, workflow="w", actor=TICK, now=now).pk)
    started.update(started_at=last_week(busy).since + timedelta(hours=1), state="succeeded", finished_at=now)
    assert due.look(actor=TICK, now=now) == 1  # Harbour began this week
    assert due.look(actor=TICK, now=now) == 0
    week = SampleWeek.objects.get()
    assert (
        week.frames["runs"] == {"size": 1, "drawn": 1} and week.items.get(run__isnull=False).probability == 1
    )
    with pytest.raises(drawing.DrawnAlready):
        drawn(busy)
    (entry,) = LedgerEntry.objects.filter(kind="sample.drawn")
    assert entry.data["seed"] == week.seed and entry.data["items"] == week.items.count()


FROZEN = [
    "UPDATE approvals_sampleweek SET seed = 'mine'",
    "UPDATE approvals_sampleweek SET frames = '{}'",
    "UPDATE approvals_sampleweek SET plan_accept = 9",
    "UPDATE approvals_sampleweek SET closed_at = now(), switching = '{}'",
    "UPDATE approvals_sampleitem SET probability = 1",
    "UPDATE approvals_sampleitem SET proposal_id = (SELECT proposal_id FROM approvals_sampleitem ORDER BY id LIMIT 1)",
    "UPDATE approvals_sampleitem SET state = 'third'",
    "UPDATE approvals_sampleitem SET state = 'settled', wrong = false, settled_at = now()",
    "DELETE FROM approvals_sampleitem",
    "DELETE FROM approvals_sampleweek",
    "UPDATE approvals_sampleverdict SET wrong = true, reason_code = 'other'",
    "DELETE FROM approvals_sampleverdict",
    "TRUNCATE approvals_sampleverdict",
]


def test_what_was_drawn_and_found_is_never_changed(busy):
    week = drawn(busy)
    sampling.judge(week.items.filter(twice=True).first(), busy.ken)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in FROZEN:
        with pytest.raises(IntegrityError), transaction.atomic():
            run(statement)


VERDICT = """INSERT INTO approvals_sampleverdict (item_id, number, judge_id, wrong, reason_code, note, judged_at)
VALUES ({item}, {number}, {judge}, false, '', '', now())"""


def test_no_statement_lets_somebody_judge_out_of_turn_or_their_own(busy, harbour):
    week = drawn(busy)
    item: SampleItem = week.items.filter(through=["people"]).first()
    tries = [(2, busy.ken), (1, busy.maria), (1, busy.tess), (1, harbour.dana)]
    for number, member in tries:  # too early, her own, no reviewer, a stranger
        with pytest.raises(IntegrityError), transaction.atomic():
            run(VERDICT.format(item=item.pk, number=number, judge=member.user_id))
    run(VERDICT.format(item=item.pk, number=1, judge=busy.ken.user_id))
