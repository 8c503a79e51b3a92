"""A letter through the whole corridor: two people sign it, it goes once, and a doubt is owned and never sent again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import decisions, tools
from approvals.models import Proposal
from exceptions.models import Case
from runs import drain, reversal, unknowns
from runs.connectors.email import once
from runs.models import Execution
from tests import builders
from tests.people import Company
from tests.runs.connectors.email import hostile
from tests.runs.connectors.email.letters import TOLD, declare, known_as
from tests.runs.notices.mailbox import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def tool(northwind: Company) -> Iterator[tools.Tool]:
    one = declare()
    tools.register(one)
    northwind.bot.tools = [*northwind.bot.tools, one.name]
    northwind.bot.save()
    yield one
    tools._registry.pop(one.name)


def work() -> None:
    drain.drain(linger=0, longest=0)


def a_signed_letter(northwind: Company, tool: tools.Tool) -> Proposal:
    proposal = builders.a_proposal(northwind.bot, tool=tool.name, arguments=TOLD, observed=False)
    work()
    proposal.refresh_from_db()
    for member in (northwind.ken, northwind.ada)[: proposal.quorum]:
        decisions.decide(
            proposal_id=proposal.pk, member=member, verdict="approve", seen_digest=proposal.digest,
            actor=builders.actor_of(member), now=timezone.now() - timedelta(minutes=30),
        )  # fmt: skip
    return proposal


def test_a_letter_is_signed_by_two_and_goes_once(northwind: Company, tool: tools.Tool, post: Mailbox) -> None:
    proposal = a_signed_letter(northwind, tool)
    assert proposal.quorum == 2
    for _ in range(3):
        work()
    done = Execution.objects.get()
    assert (done.state, len(post.letters)) == ("succeeded", 1)
    assert done.after["message_id"] == post.letters[0]["Message-ID"]
    assert not reversal.can_reverse(done)


def test_a_letter_in_doubt_is_owned_and_never_sent_again_by_any_process(
    northwind: Company, tool: tools.Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_signed_letter(northwind, tool)
    with hostile.serving("DOT", "drop") as server:
        known_as(monkeypatch, server.port)
        for _ in range(3):
            work()
            once._ended.clear()  # as another process would have it
            unknowns.look_up(
                actor=builders.agent_actor(northwind.bot), now=timezone.now() + timedelta(hours=1)
            )
    assert (Execution.objects.get().state, server.dots) == ("unknown", 1)
    assert Case.objects.get().state == "open"


def test_a_letter_that_was_deferred_is_tried_again_with_the_same_identity(
    northwind: Company, tool: tools.Tool, post: Mailbox
) -> None:
    post.answer = "451 greylisted"
    a_signed_letter(northwind, tool)
    work()
    waiting = Execution.objects.get()
    assert (waiting.state, waiting.attempts, post.letters) == ("scheduled", 1, [])
    post.answer = ""
    Execution.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    work()
    assert (Execution.objects.get().state, len(post.letters)) == ("succeeded", 1)
