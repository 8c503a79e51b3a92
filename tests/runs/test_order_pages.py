"""The pages on which many are undone, as an ops owner, an admin, an auditor and a reviewer meet them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import ids
from runs import drain
from runs.models import ReversalOrder
from tests import builders
from tests.approvals.reviewing import signed_in
from tests.memo import Board
from tests.people import Company
from tests.runs.chains import a_saga, sign, steps, work

pytestmark = pytest.mark.django_db
PAGE = "/w/northwind/undo/"


def stretch() -> dict[str, str]:
    now = timezone.now()
    spelled = "%Y-%m-%dT%H:%M"
    return {
        "since": f"{now - timedelta(days=2):{spelled}}",
        "until": f"{now + timedelta(days=2):{spelled}}",
    }


def hidden(page: str) -> dict[str, str]:
    """What the form on the page would send."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("undo-place")[0] or page
        )
    )


@pytest.fixture
def written(northwind: Company, board: Board) -> None:
    for _ in range(2):
        builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)


def test_it_is_looked_at_confirmed_and_followed(northwind: Company, written: None) -> None:
    client = signed_in(northwind.olu)
    page = client.get(PAGE, stretch()).content.decode()
    assert "Would be undone" in page and "EUR" in page and not ReversalOrder.objects.exists()
    form = hidden(page) | {"reason": "a wrong rule"}
    first, again = client.post(f"{PAGE}place/", form), client.post(f"{PAGE}place/", form)
    assert first["Location"] == again["Location"] and ReversalOrder.objects.count() == 1
    told = client.get(first["Location"]).content.decode()
    assert "Undoing 2" in told and "a wrong rule" in told and "Being asked" in told


def test_what_changed_meanwhile_is_shown_anew_and_not_ordered(northwind: Company, written: None) -> None:
    client = signed_in(northwind.olu)
    form = hidden(client.get(PAGE, stretch()).content.decode()) | {"reason": "x"}
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    answer = client.post(f"{PAGE}place/", form)
    assert answer.status_code == 409 and b"changed while you looked" in answer.content
    assert not ReversalOrder.objects.exists()


def test_an_order_wants_a_reason_and_a_stretch(northwind: Company, written: None) -> None:
    client = signed_in(northwind.olu)
    form = hidden(client.get(PAGE, stretch()).content.decode())
    assert client.post(f"{PAGE}place/", form).status_code == 422
    assert b"from when until when" in client.get(PAGE, {"tool": "memo.write"}).content
    assert (
        b"ends before it begins"
        in client.get(PAGE, {"since": "2026-02-02T00:00", "until": "2026-01-01T00:00"}).content
    )
    assert not ReversalOrder.objects.exists()


def test_reviewers_order_nothing_and_auditors_only_look(northwind: Company, written: None) -> None:
    assert signed_in(northwind.maria).get(PAGE).status_code == 403
    auditor = signed_in(northwind.tess)
    page = auditor.get(PAGE, stretch()).content.decode()
    assert "Would be undone" in page and "Propose to undo" not in page
    assert auditor.post(f"{PAGE}place/", hidden(page) | {"reason": "x"}).status_code == 403


def test_an_admin_can_pause_the_agent_from_there(northwind: Company, written: None) -> None:
    page = signed_in(northwind.ada).get(PAGE, stretch()).content.decode()
    assert f"/settings/agents/{ids.show('agent', northwind.bot.id)}/pause/" in page
    assert "an admin can pause it" in signed_in(northwind.olu).get(PAGE, stretch()).content.decode()


def test_a_run_that_is_not_there_is_said(northwind: Company, written: None) -> None:
    page = signed_in(northwind.olu).get(PAGE, {"run": "run_nonsense"}).content.decode()
    assert "There is no such run" in page


def test_an_item_shows_its_whole_chain_and_the_pivot(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "letter", "memo")
    row = steps(saga)[1]
    page = signed_in(northwind.maria).get(f"/w/northwind/review/{row.public_id}/").content.decode()
    assert "Step 2 of 3" in page and "after step 2 there is no way back" in page
    assert all(other.public_id in page for other in steps(saga))


def test_the_page_of_a_chain_tells_every_step_and_undoes_it(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    for row in steps(saga):
        sign(row, northwind.maria)
    work()
    work()
    url = f"/w/northwind/sagas/{saga.public_id}/"
    client = signed_in(northwind.ada)
    page = client.get(url).content.decode()
    assert "Every step was written" in page and "Propose to undo every step" in page
    client.post(f"{url}undo/", {"reason": "wrong month"})
    assert "being undone" in client.get(url).content.decode()
    assert saga.public_id in client.get("/w/northwind/sagas/").content.decode()
    assert signed_in(northwind.maria).post(f"{url}undo/", {}).status_code == 403
