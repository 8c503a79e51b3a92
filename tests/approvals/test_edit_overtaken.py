"""While somebody types, the world moves on: nothing typed is lost, nothing is signed by mistake, and words say why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import proposals
from approvals.actors import worker
from approvals.models import Decision, Membership, Proposal
from exceptions import intake
from tests import builders
from tests.approvals import queueing
from tests.approvals.reviewing import again, signed_in, url

TYPED = {"argument-title": "Chairs, as Jo asked", "argument-amount": "12.34", "note": "Seen the order of Jo"}


@pytest.fixture
def proposal(northwind) -> Proposal:
    return builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})


@pytest.fixture
def maria(northwind, proposal):
    """At the form, with something typed into it."""
    client = signed_in(northwind.maria)
    assert client.get(url("edit", proposal)).status_code == 200
    return client


def submit(client, proposal, **more):
    told = {"seen_digest": proposal.digest, "round": proposal.round, "sign": "1"}
    return client.post(url("edit", proposal), TYPED | told | more)


def kept(page) -> bool:
    """Everything typed stands on the answer, to be sent again or copied."""
    return all(text in page.text for text in TYPED.values())


def nothing_signed(northwind) -> bool:
    return not Decision.objects.filter(reviewer=northwind.maria.user).exists()


def test_a_colleague_changed_it_meanwhile(northwind, two_must_sign, board):
    item = builders.a_proposal(northwind.bot, arguments={"title": "Chairs", "amount": "10.00"})
    client = signed_in(northwind.maria)
    client.get(url("edit", item))
    builders.approve(item, northwind.ken, verdict="edit", arguments=item.arguments | {"amount": "11.00"})
    page = submit(client, item)
    assert page.status_code == 409 and "changed while you looked" in page.text
    assert kept(page) and nothing_signed(northwind)


def test_a_colleague_has_it_on_the_screen(northwind, maria, proposal):
    queueing.hold(proposal, northwind.ken)
    page = submit(maria, proposal)
    assert page.status_code == 409 and "ken has this on the screen" in page.text
    assert kept(page) and nothing_signed(northwind)


def test_a_colleague_settled_it(northwind, maria, proposal):
    builders.approve(proposal, northwind.ken)
    page = submit(maria, proposal)
    assert page.status_code == 409 and "Somebody was quicker: ken approved it" in page.text
    assert kept(page) and nothing_signed(northwind)


def test_its_agent_took_it_back(northwind, maria, proposal):
    intake.withdraw(proposal=proposal, actor=builders.agent_actor(northwind.bot), now=builders.now())
    page = submit(maria, proposal)
    assert page.status_code == 409 and "took it back" in page.text
    assert kept(page) and nothing_signed(northwind)


@pytest.mark.parametrize("swept", [False, True])
def test_its_time_ran_out(northwind, maria, proposal, swept):
    Proposal.objects.filter(pk=proposal.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    if swept:
        proposals.expire_due(actor=worker("tick"), now=timezone.now())
    page = submit(maria, proposal)
    assert page.status_code == 409 and ("time has run out" in page.text or "expired before" in page.text)
    assert kept(page) and nothing_signed(northwind)


def test_they_are_no_reviewer_any_more(northwind, maria, proposal):
    Membership.objects.filter(pk=northwind.maria.pk).update(roles=["auditor"])
    page = submit(maria, proposal)
    assert page.status_code == 403 and "This is not yours to decide" in page.text
    assert kept(page) and nothing_signed(northwind)


def test_it_was_asked_anew(northwind, maria, proposal):
    """Approved by a colleague and taken back: the same bytes, another round."""
    builders.approve(proposal, northwind.ken)
    signed_in(northwind.ken).post(url("undo", proposal))
    page = submit(maria, proposal)
    assert page.status_code == 409 and "changed while you looked" in page.text
    assert kept(page) and nothing_signed(northwind) and again(proposal).round == 2


def preview(client, proposal):
    told = {"seen_digest": proposal.digest, "round": proposal.round, "preview": "1"}
    headers = {"HX-Request": "true", "HX-Target": "rehearsal"}
    return client.post(url("edit", proposal), TYPED | told, headers=headers)


def test_who_types_is_told_while_they_type_that_a_colleague_has_it(northwind, maria, proposal):
    assert "screen" not in preview(maria, proposal).text
    queueing.hold(proposal, northwind.ken)
    assert "ken has this on the screen" in preview(maria, proposal).text


def test_who_types_is_told_while_they_type_that_it_changed_or_is_settled(northwind, maria, proposal):
    later = builders.a_proposal(northwind.bot, arguments={"title": "Desks", "amount": "10.00"})
    Proposal.objects.filter(pk=later.pk).update(quorum=2)
    builders.approve(
        again(later), northwind.ken, verdict="edit", arguments=later.arguments | {"amount": "11.00"}
    )
    assert "This changed while you looked" in preview(maria, later).text
    builders.approve(proposal, northwind.ken)
    told = preview(maria, proposal)
    assert told.status_code == 200 and "It cannot be edited" in told.text and "approved" in told.text
