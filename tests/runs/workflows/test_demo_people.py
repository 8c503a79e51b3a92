"""Whoever signs in to a sample workspace finds colleagues at work already."""

import pytest
from django.utils import timezone

from approvals.batching import batch_outliers, batch_values, batches
from approvals.models import Aside, Cover, Notice, Proposal
from approvals.routing import given
from approvals.waiting import saved_views
from runs.demo import company as sample
from runs.demo import history, people_at_work

pytestmark = pytest.mark.usefixtures("db", "_prepared_books")


def at_work(number: int) -> sample.Company:
    made = sample.found(sample.SAMPLES[number], password="x", now=timezone.now())
    history.live_through(made)
    people_at_work.begin(made, now=timezone.now())
    return made


def test_northwind_shows_what_colleagues_do_for_each_other() -> None:
    now, made = timezone.now(), at_work(0)
    maria, ken = made.people["maria"], made.people["ken"]
    assert [view.name for view in saved_views.own(maria)] == ["Above 500", "Due within 3 days"]
    aside = Aside.objects.get(reviewer=maria.user)
    assert aside.until > now
    told = Notice.objects.get(user=maria.user, kind="assigned")
    held = given.current(told.proposal, timezone.now())
    assert (held.to, held.assigned_by) == ([maria.user_id], ken.user)
    assert held.note
    cover = Cover.objects.get(away=ken.user)
    assert (cover.stand_in, cover.starts_at > now) == (maria.user, True)


def test_a_standing_order_is_one_batch_that_names_its_outlier() -> None:
    made = at_work(0)
    first = Proposal.objects.get(workspace=made.workspace, subject="receipt:NW-4201")
    alike = list(batches.alike(made.people["maria"], first.cohort, timezone.now()).order_by("subject"))
    assert len(alike) >= 8
    odd = batch_outliers.find(alike, batch_values.fields(alike))
    assert "receipt:NW-4209" in {alike[position].subject for position in odd}
    assert len(odd) <= 2


def test_at_harbour_one_of_two_has_signed() -> None:
    made = at_work(1)
    signed = Proposal.objects.filter(workspace=made.workspace, state="pending", quorum=2)
    largest = signed.order_by("stake", "id")[0]
    assert [decision.reviewer for decision in largest.decisions.all()] == [made.people["ken"].user]
