"""Three hundred at once for one person: bounded, readable, and the rest of the house does not feel it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Assignment, Notice
from approvals.routing import assignments
from approvals.telling import notice_occasions, notice_page, notices
from tests.approvals import queueing
from tests.approvals.reviewing import queue, signed_in
from tests.builders import a_proposal, actor_of, now
from tests.people import Company

MANY = 300
PATH = reverse("notices", args=["northwind"])


@pytest.fixture
def flooded(northwind) -> Company:
    """Ken gives everything he finds to maria; what most of it writes is written as he wrote the first."""
    model = a_proposal(northwind.bot)
    queueing.many(model, MANY)
    first, *others = type(model).objects.exclude(pk=model.pk)[:MANY]
    given = assignments.assign(
        proposal=first, member=northwind.ken, to=[northwind.maria], label="maria", actor=actor_of(northwind.ken),
        now=now(),
    )  # fmt: skip
    told = {name: getattr(given, name) for name in ("assigned_by", "to", "label", "assigned_at", "until")}
    Assignment.objects.bulk_create(Assignment(proposal=row, **told) for row in others)
    for row in others:
        notices.tell(
            workspace_id=row.workspace_id, users={northwind.maria.user_id}, kind="assigned", now=now(), proposal=row,
            by=northwind.ken.user_id,
        )  # fmt: skip
    return northwind


def queries(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_they_are_few_lines_that_one_click_puts_away(flooded):
    maria = signed_in(flooded.maria)
    page = maria.get(PATH)
    assert 0 < len(page.context["lines"]) <= notice_page.PAGE and len(page.content) < 150_000
    assert Notice.objects.filter(user=flooded.maria.user).count() <= notices.MOST
    assert len(notices.unread_text(flooded.maria)) <= 3
    assert queries(maria, PATH) <= queries(signed_in(flooded.ada), PATH) + 1
    assert maria.get(queue()).status_code == 200
    maria.post(reverse("notices-read", args=["northwind"]), {"upto": page.context["newest"]})
    assert notices.unread_text(flooded.maria) == ""


def test_what_goes_beyond_the_most_is_forgotten_at_the_next_ticks(northwind):
    proposal = a_proposal(northwind.bot)
    for _ in range(notices.MOST + 60):
        notices.tell(
            workspace_id=northwind.workspace.pk, users=[northwind.maria.user_id], kind="taken_over", now=now(),
            proposal=proposal, by=northwind.ken.user_id,
        )  # fmt: skip
    notice_occasions.forget(now=now())
    assert notices.own(northwind.maria).count() == notices.MOST
