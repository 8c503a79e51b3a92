"""Samples are judged blind, by as many as it takes, and what was found wrong lies in a case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Lane, LaneLabel, LedgerEntry, SampleWeek, Stay
from approvals.models.sample import State
from approvals.sampling import closing, findings, judging, protocol, waiting
from approvals.statistics.inspection import Switching
from exceptions.models import Case
from tests import lanes
from tests.approvals.reviewing import signed_in
from tests.approvals.sampling import TICK, drawn, judge, judged, passed, signed, trusted

BASE = "/w/northwind/samples/"
RIGHT, WRONG = False, True
TURNS = [
    ([], False, State.FIRST, None),
    ([RIGHT], False, State.SETTLED, False),
    ([RIGHT], True, State.SECOND, None),
    ([WRONG], False, State.SECOND, None),
    ([WRONG, WRONG], False, State.SETTLED, True),
    ([RIGHT, RIGHT], True, State.SETTLED, False),
    ([WRONG, RIGHT], False, State.THIRD, None),
    ([RIGHT, WRONG], True, State.THIRD, None),
    ([WRONG, RIGHT, WRONG], False, State.SETTLED, True),
    ([WRONG, RIGHT, RIGHT], False, State.SETTLED, False),
]


def test_as_many_judge_as_it_takes():
    for answers, twice, state, found in TURNS:
        assert protocol.after(answers, twice=twice) == (state, found), answers


@pytest.fixture(scope="module")
def a_week(founded):
    """Twelve passed by policy, three that Maria signed, and their sample."""
    trusted(founded)
    passed(founded, 12)
    signed(founded, founded.maria, 3)
    return drawn(founded)


@pytest.fixture
def northwind(db, board, founded, a_week):
    return founded.again()


@pytest.fixture
def week(northwind, a_week):
    return SampleWeek.objects.select_related("workspace").get(pk=a_week.pk)


def facts(week: SampleWeek) -> list[str]:
    rows = LedgerEntry.objects.filter(workspace=week.workspace_id, kind__startswith="sample.")
    return list(rows.order_by("id").values_list("kind", flat=True))


def one_of(week, *through, twice=False):
    return week.items.filter(through__contains=list(through), twice=twice).order_by("pk").first()


def test_a_judge_sees_what_was_asked_and_not_what_was_decided(northwind, week):
    item = one_of(week, "people")
    page = signed_in(northwind.ken).get(f"{BASE}{item.pk}/").text
    assert item.proposal.headline in page and "Please write" in page
    for telltale in (
        "approved",
        "Approved",
        "maria",
        "rollout",
        "signs everything",
        item.proposal.public_id + "/effect",
    ):
        assert telltale not in page, telltale
    own = signed_in(northwind.maria).get(f"{BASE}{item.pk}/").text
    assert "You had a part in this already" in own and "verdict/" not in own


def test_what_was_drawn_from_all_that_passed_counts_for_the_alarm_and_nothing_else_does(northwind, week):
    def total():
        return Stay.objects.get(lane__agent=northwind.bot, left_at__isnull=True).cusum

    by_people = one_of(week, "people")
    judge(by_people, northwind.olu if by_people.twice else northwind.ken, wrong=True)
    audited, *others = week.items.filter(through__contains=["uniform"], twice=False).order_by("pk")
    lanes.drawn(audited.proposal)
    dearest = week.items.filter(through=["amount"]).first()
    for item in (audited, *([dearest] if dearest else [])):
        for member in (northwind.ken, northwind.maria):
            judge(item, member, wrong=True)
    assert total() == 0
    for number, item in enumerate(others[:4], start=1):
        for member in (northwind.ken, northwind.maria):
            judge(item, member, wrong=True)
        assert number == 4 or 1.0 < total() / number < 1.2
    lane = Lane.objects.get(agent=northwind.bot)
    assert (lane.stage, lane.stays.latest("id").cause) == ("assisted", "cusum")
    page = signed_in(northwind.ada).get(f"/w/northwind/lanes/{lane.pk}/").text
    assert "Too many errors among what was looked at again" in page


def test_right_settles_and_the_next_follows(northwind, week):
    ken = signed_in(northwind.ken)
    item = waiting.next_of(northwind.ken)
    answer = ken.post(f"{BASE}{item.pk}/verdict/", {"turn": 1, "verdict": "right"}, follow=True)
    item.refresh_from_db()
    assert item.state == (State.SECOND if item.twice else State.SETTLED)
    assert waiting.next_of(northwind.ken).proposal.headline in answer.text
    again = ken.post(f"{BASE}{item.pk}/verdict/", {"turn": 1, "verdict": "right"}, follow=True)
    assert "quicker" in again.text and item.verdicts.count() == 1


def test_what_two_find_wrong_lies_in_a_case_and_the_ledger_tells_it_last(northwind, week):
    item = one_of(week, "uniform")
    assert judge(item, northwind.ken, wrong=True).state == State.SECOND
    assert LedgerEntry.objects.filter(kind="sample.judged").latest("id").data == {
        "sample": item.pk,
        "turn": 1,
    }
    order = list(waiting.of(northwind.maria).values_list("pk", flat=True))
    assert item.pk in order and order == sorted(order)  # nothing tells a second judgement from a first
    settled = judge(item, northwind.maria, wrong=True)
    assert (settled.state, settled.wrong) == (State.SETTLED, True)
    case = Case.objects.get(failure_class__code="sample.wrong")
    item.refresh_from_db()
    assert item.case == case.pk and case.occurrences.get().proposal_id == item.proposal_id
    assert facts(week) == ["sample.drawn", "sample.judged", "sample.judged", "sample.settled"]
    shown = signed_in(northwind.tess).get(BASE).text
    assert "A value is wrong" in shown and case.public_id in shown and "Look at the total" in shown


def test_where_two_disagree_a_third_decides(northwind, week):
    item = one_of(week, "uniform")
    judge(item, northwind.ken, wrong=True)
    assert judge(item, northwind.maria).state == State.THIRD
    assert judge(item, northwind.ada).wrong is False
    assert not Case.objects.filter(failure_class__code="sample.wrong").exists()


def test_findings_count_for_the_lane_each_in_its_region_with_its_chance(northwind, week):
    passed_one, signed_one = one_of(week, "uniform"), one_of(week, "people")
    judge(passed_one, northwind.ken, wrong=True)
    assert not LaneLabel.objects.filter(source="sample").exists()  # nothing is found before the last word
    judge(passed_one, northwind.maria, wrong=True)
    judge(signed_one, northwind.ken)
    told = LaneLabel.objects.filter(source="sample").order_by("id")
    assert list(told.values_list("proposal", "wrong", "region", "probability", "judges")) == [
        (passed_one.proposal_id, True, "automated", passed_one.probability, 2),
        (signed_one.proposal_id, False, "reviewed", 2 / 3, 1),
    ]


def test_nobody_judges_their_own_or_twice_and_strangers_find_nothing(northwind, harbour, week):
    mine, twice = one_of(week, "people"), week.items.get(twice=True)
    with pytest.raises(judging.NotYourSample):
        judge(mine, northwind.maria)
    judge(twice, northwind.ken)
    for member, turn, error in ((northwind.ken, 2, judging.NotYourSample), (northwind.ada, 1, judging.JudgedAlready),
                                (northwind.olu, 2, judging.NotYourSample)):  # fmt: skip
        with pytest.raises(error):
            judge(twice, member, turn=turn)
    with pytest.raises(judging.ReasonMissing):
        judging.judge(item=mine, member=northwind.ken, turn=1, wrong=True, actor=TICK, now=timezone.now())
    assert (
        signed_in(northwind.tess)
        .post(f"{BASE}{mine.pk}/verdict/", {"turn": 1, "verdict": "right"})
        .status_code
        == 403
    )
    assert signed_in(harbour.dana).get(f"/w/harbour/samples/{mine.pk}/").status_code == 404
    assert mine.verdicts.count() == 0


def test_a_week_that_is_judged_closes_and_says_how_its_lot_did(northwind, week):
    judged(week, northwind)
    assert week.passed and closing.standing(week.workspace) == Switching(
        recent=(True,), passed_in_a_row=1, score=2
    )
    found = findings.automated(findings.items_of(week))
    assert (found.rate, found.low, found.n) == (0, 0, 12) and 0.2 < found.high < 0.3
    assert "Passed" in signed_in(northwind.tess).get(BASE).text


def test_what_is_found_wrong_weighs_as_much_as_it_stands_for(northwind, week):
    judged(week, northwind, wrong=1)
    lines = {line.name: line for line in findings.by_stratum(week, findings.items_of(week))}
    assert (lines["uniform"].size, lines["uniform"].judged, lines["uniform"].wrong) == (12, 12, 1)
    assert (lines["people"].size, lines["people"].judged, lines["people"].wrong) == (3, 2, 0)
    assert findings.automated(findings.items_of(week)).rate == pytest.approx(1 / 12)
    assert week.passed is False


def test_what_nobody_judges_lapses_and_says_nothing(northwind, week):
    judge(one_of(week, "uniform"), northwind.ken)
    assert closing.close_due(actor=TICK, now=week.due_at - timedelta(hours=1)) == 0
    assert closing.close_due(actor=TICK, now=week.due_at) == 1
    week.refresh_from_db()
    assert week.passed is None and set(week.items.values_list("state", flat=True)) == {"settled", "lapsed"}
    assert closing.standing(week.workspace) == Switching()
    assert "No result" in signed_in(northwind.tess).get(BASE).text and waiting.next_of(northwind.ada) is None
