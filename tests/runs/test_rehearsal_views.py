"""The button and the evidence: who may press it, what it answers, and what is seen with and without JavaScript."""

import pytest
from django.test import Client
from django.utils import timezone

from approvals import switches
from approvals.actors import worker
from approvals.models import LedgerEntry, Proposal
from runs import drain
from runs.models import Rehearsal
from tests import builders
from tests.approvals.reviewing import signed_in, url
from tests.people import Company

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def proposal(northwind: Company) -> Proposal:
    return builders.a_proposal(northwind.bot)


@pytest.fixture
def maria(northwind: Company) -> Client:
    return signed_in(northwind.maria)


def test_the_item_offers_it_under_a_key(maria: Client, proposal: Proposal) -> None:
    page = maria.get(url("proposal", proposal)).text
    assert 'data-key="w"' in page and url("rehearse", proposal) in page
    assert "its target can" not in page or "cannot be rehearsed" in page


def test_pressing_it_asks_once_under_ones_name(northwind: Company, maria: Client, proposal: Proposal) -> None:
    answer = maria.post(url("rehearse", proposal), **HTMX)
    assert answer.status_code == 200 and 'hx-trigger="every 1s"' in answer.text
    maria.post(url("rehearse", proposal), **HTMX)
    row = Rehearsal.objects.get()
    assert (row.asked_by, row.digest, row.state) == (northwind.maria.user, proposal.digest, "waiting")
    asked = LedgerEntry.objects.get(kind="rehearsal.asked")
    assert asked.actor == f"user:{northwind.maria.user_id}" and asked.data == {"digest": proposal.digest}


def test_without_javascript_the_item_itself_shows_it(maria: Client, proposal: Proposal) -> None:
    answer = maria.post(url("rehearse", proposal))
    assert answer.status_code == 303 and answer.url.startswith(url("rehearsal", proposal))
    assert "A worker tries it" in maria.get(url("rehearsal", proposal)).text
    drain.drain(linger=0, longest=0.5)
    page = maria.get(url("rehearsal", proposal)).text
    assert "Only the target was read" in page and "for maria" in page and "Approve" in page


def test_the_fragment_stops_coming_back_when_it_is_done(maria: Client, proposal: Proposal) -> None:
    maria.post(url("rehearse", proposal), **HTMX)
    drain.drain(linger=0, longest=0.5)
    part = maria.get(url("rehearsal", proposal), **HTMX).text
    assert "hx-trigger" not in part and "<html" not in part and "Only the target was read" in part


def test_the_item_fetches_what_was_found_before(maria: Client, proposal: Proposal) -> None:
    maria.post(url("rehearse", proposal))
    assert 'hx-trigger="load"' in maria.get(url("proposal", proposal)).text.partition('id="dry-run"')[2][:200]


def test_it_does_nothing_by_get(maria: Client, proposal: Proposal) -> None:
    assert maria.get(url("rehearse", proposal)).status_code == 405
    assert maria.get(url("rehearsal", proposal)).status_code == 200
    assert not Rehearsal.objects.exists()


@pytest.mark.parametrize("name", ["rehearsal", "rehearse"])
def test_a_stranger_finds_nothing(harbour: Company, proposal: Proposal, name: str) -> None:
    dana = signed_in(harbour.dana)
    elsewhere = url(name, proposal).replace("/northwind/", "/harbour/")
    for address in (url(name, proposal), elsewhere):
        assert (dana.post(address) if name == "rehearse" else dana.get(address)).status_code == 404
    assert not Rehearsal.objects.exists()


def test_an_auditor_sees_and_does_not_ask(northwind: Company, maria: Client, proposal: Proposal) -> None:
    tess = signed_in(northwind.tess)
    assert tess.post(url("rehearse", proposal)).status_code == 403
    maria.post(url("rehearse", proposal))
    page = tess.get(url("rehearsal", proposal)).text
    assert "for maria" in page or "asked for by maria" in page
    assert 'id="rehearse"' not in page


def test_whoever_owns_the_case_may_ask_about_what_is_blocked(northwind: Company) -> None:
    blocked = builders.a_proposal(northwind.bot, arguments={"amount": "x"})
    assert signed_in(northwind.olu).post(url("rehearse", blocked)).status_code == 303


def test_a_pulled_switch_is_told(northwind: Company, maria: Client, proposal: Proposal) -> None:
    switches.pull(of=northwind.workspace, actor=worker("test"), now=timezone.now())
    answer = maria.post(url("rehearse", proposal), **HTMX)
    assert answer.status_code == 409 and "A switch is pulled" in answer.text
    assert not Rehearsal.objects.exists()


def test_what_was_tried_is_stale_after_an_edit(northwind: Company, maria: Client, proposal: Proposal) -> None:
    maria.post(url("rehearse", proposal))
    drain.drain(linger=0, longest=0.5)
    assert "Something has changed since" not in maria.get(url("rehearsal", proposal)).text
    builders.approve(
        proposal, northwind.ken, verdict="edit", arguments=proposal.arguments | {"amount": "11.00"}
    )
    assert "Something has changed since" in maria.get(url("rehearsal", proposal)).text


def test_a_tool_that_can_try_nothing_says_so(northwind: Company, maria: Client) -> None:
    erase = builders.a_proposal(northwind.bot, tool="memo.erase", arguments={"key": "k"})
    page = maria.get(url("proposal", erase)).text
    assert "This tool cannot be rehearsed, and its target cannot be read." in page
    assert 'id="rehearse"' not in page


def typed(client: Client, proposal: Proposal, *, htmx: bool = True, **values: str):
    given = {"title": "Chairs", "amount": "10.00"} | values
    form = {f"argument-{name}": value for name, value in given.items()} | {"seen_digest": proposal.digest}
    return client.post(f"{url('rehearse-typed', proposal)}?typed=1", form, **(HTMX if htmx else {}))


def test_what_is_typed_can_be_tried_before_it_is_signed(maria: Client, proposal: Proposal) -> None:
    assert "with these values" in maria.get(url("edit", proposal)).text
    part = typed(maria, proposal, amount="8.00").text
    assert "with the values that were typed" in part and "<form" not in part and "typed=1" in part
    row = Rehearsal.objects.get()
    assert row.edited and row.arguments["amount"] == "8.00" and row.digest != proposal.digest
    drain.drain(linger=0, longest=0.5)
    page = typed(maria, proposal, htmx=False, amount="8.00").text
    assert "Only the target was read" in page and 'value="8.00"' in page
    proposal.refresh_from_db()
    assert proposal.state == "pending" and proposal.arguments["amount"] == "10.00"
    assert Rehearsal.objects.count() == 1


def test_what_could_not_be_signed_is_not_tried(
    northwind: Company, harbour: Company, maria: Client, proposal: Proposal
) -> None:
    assert typed(maria, proposal, amount="many").status_code == 409
    assert typed(signed_in(northwind.olu), proposal, amount="8.00").status_code == 403
    assert typed(signed_in(harbour.dana), proposal, amount="8.00").status_code == 404
    Proposal.objects.filter(pk=proposal.pk).update(state="withdrawn", settled_at=timezone.now())
    assert typed(maria, proposal, amount="8.00").status_code == 409
    assert maria.get(url("rehearse-typed", proposal)).status_code == 405
    assert not Rehearsal.objects.exists()
