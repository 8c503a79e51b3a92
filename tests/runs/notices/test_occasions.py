"""What workers tell people of: what they signed came back, or was undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import actors, policies
from approvals.models import Notice
from runs import dispatch, drain, reversal
from runs.models import Execution
from tests.builders import actor_of, an_approved, approve, now, observe

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("id").values_list("user__username", "kind"))


@pytest.mark.parametrize(("finding", "kind"), [("target", "sent_back"), ("policy", "stricter")])
def test_whoever_signed_is_told_that_it_came_back(northwind, finding, kind):
    proposal = an_approved(northwind.bot, northwind.maria)
    execution = Execution.objects.select_related("proposal").get(proposal=proposal)
    seen = {"before": {}, "version": "2", "deadline": None, "notes": []} if finding == "target" else None
    look = dispatch.Look(execution, finding, seen)
    dispatch.send_back(look=look, actor=actors.worker("test"), now=now())
    assert told() == [("maria", kind)]
    assert Notice.objects.get().proposal == proposal


@pytest.mark.django_db(transaction=True)
def test_whoever_signed_is_told_that_it_was_undone_but_not_who_asked_for_it(northwind):
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("t"), now=now(), quorum=2
    )
    proposal = an_approved(northwind.bot, northwind.maria)
    approve(proposal, northwind.ken, at=now() - timedelta(minutes=4))
    drain.drain(linger=0)
    execution = Execution.objects.select_related("proposal__agent").get(proposal=proposal)
    undoing = reversal.propose(
        execution=execution,
        member=northwind.ken,
        reason="Wrong",
        actor=actor_of(northwind.ken),
        now=timezone.now(),
    )
    if undoing.observed_at is None:
        observe(undoing)
    Notice.objects.all().delete()
    approve(undoing, northwind.ada, at=now() - timedelta(minutes=3))
    drain.drain(linger=0)
    undoing.refresh_from_db()
    assert undoing.state == "approved", undoing.state
    assert [line for line in told() if line[1] == "overturned"] == [("maria", "overturned")]
    assert Notice.objects.get(kind="overturned").proposal == proposal
