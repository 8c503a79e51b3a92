"""One's own figures, and what a few drills can prove."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals import decisions
from approvals.oversight import figures, throughput, weeks
from approvals.oversight.catching import Catching, lower_bound
from approvals.oversight.exposures import Look
from tests.approvals.drilling import a_drill, a_history, a_receipt
from tests.approvals.reviewing import signed_in
from tests.builders import actor_of, approve, now


@pytest.mark.parametrize(
    ("caught", "n", "percent"),
    [(20, 20, 86.1), (48, 50, 87.9), (50, 50, 94.2), (7, 8, 52.9), (0, 5, 0), (0, 0, 0)],
)
def test_the_bound_is_clopper_and_pearsons(caught, n, percent):
    assert round(100 * lower_bound(caught, n), 1) == percent


def test_the_bound_is_said_in_words():
    assert Catching(7, 8).words() == "You caught 7 of 8. With so few, all that can be said is: at least 52 %."
    assert Catching(20, 20).words() == "You caught 20 of 20. That shows at least 86 %, with 95 % confidence."
    assert Catching().words() == "You have answered no drill yet."


def week_of(company):
    week = weeks.current(company.workspace, now())
    return figures.of(company.workspace, [company.maria.user_id, company.ken.user_id], week.since, week.until)


def reject(row, member):
    decisions.decide(
        proposal_id=row.pk, member=member, verdict="reject", seen_digest=row.digest, reason_code="other",
        actor=actor_of(member), now=now(), look=Look(9000, 4000),
    )  # fmt: skip


def test_figures_count_answers_looks_and_what_came_under_the_floor(northwind):
    at = now() - timedelta(minutes=1)
    for number, seen in enumerate((500, 5000, 7000), start=1):
        approve(a_receipt(northwind, number, at=at), northwind.maria, look=Look(seen, 1000))
    reject(a_receipt(northwind, 9, at=at), northwind.maria)
    told = week_of(northwind)
    looks = told[northwind.maria.user_id].looks
    assert (looks.answers, looks.approved, looks.rejected, looks.measured, looks.under) == (4, 3, 1, 4, 1)
    assert looks.seen_ms == 6000 and looks.evidence_ms == pytest.approx(1000)
    assert told[northwind.ken.user_id].looks.answers == 0


def test_drills_are_counted_apart(northwind):
    a_history(northwind)
    approve(a_drill(northwind), northwind.maria)
    mine = week_of(northwind)[northwind.maria.user_id]
    assert mine.looks.answers == 0 and (mine.catching.caught, mine.catching.n) == (0, 1)


def test_what_was_taken_back_counts_as_asked_again(northwind):
    row = approve(a_receipt(northwind, 1), northwind.maria)
    decisions.undo(proposal_id=row.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    mine = week_of(northwind)[northwind.maria.user_id]
    assert (mine.undone, mine.looks.again) == (1, 1)


def test_everybody_sees_their_own_page(northwind):
    approve(a_receipt(northwind, 1, at=now() - timedelta(minutes=1)), northwind.maria, look=Look(300))
    page = signed_in(northwind.maria).get(reverse("own-figures", args=["northwind"])).content.decode()
    assert "Your figures" in page and "Write “Receipt 1”" in page and "1 of 1" in page
    for member in (northwind.ken, northwind.tess):
        other = signed_in(member).get(reverse("own-figures", args=["northwind"])).content.decode()
        assert "Receipt 1" not in other


def test_a_stranger_has_no_figures_here(northwind, harbour):
    assert signed_in(harbour.dana).get(reverse("own-figures", args=["northwind"])).status_code == 404


def test_the_page_costs_the_same_however_much_was_answered(northwind, django_assert_max_num_queries):
    client, at = signed_in(northwind.maria), now() - timedelta(minutes=1)
    for number in range(1, 12):
        approve(a_receipt(northwind, number, at=at), northwind.maria)
    with django_assert_max_num_queries(24):
        client.get(reverse("own-figures", args=["northwind"]))


def test_the_queue_is_forecast_in_words():
    growing = throughput.Throughput(arrived=60, answered=48, waiting=24, handling_s=14, n=30)
    assert "the queue grows by 12 an hour" in growing.forecast()
    assert growing.demand().startswith("60 an hour × 14 s ÷ 3600 ÷ 0.8 = 0.3: one reviewer needed.")
    assert "empty in 2 h" in throughput.Throughput(10, 22, 24, 14, 30).forecast()
    assert "stays as long" in throughput.Throughput(5, 5, 3, None, 0).forecast()
    assert "too few" in throughput.Throughput(5, 5, 3, 9, 2).demand()
