"""Where no look-up answers, a person looks and says what happened, under their name."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actors, policies, tools
from approvals.models import LedgerEntry, Membership
from exceptions.models import Case, Resolution
from runs import drain
from runs.models import Execution
from tests import builders
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db
KNOWN = {"reason": "I looked at the board", "reference": "memo:42"}


@pytest.fixture
def doubt(northwind: Company, board: Board) -> Execution:
    board.trouble, board.deaf = [tools.Unknown("outcome.unknown", "cut off")], True
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    return Execution.objects.get()


def tell(member: Membership, row: Execution, **answer: str) -> Any:
    client = Client()
    client.force_login(member.user)
    return client.post(reverse("reconcile", args=["northwind", row.public_id]), answer)


def test_it_was_written(northwind: Company, doubt: Execution) -> None:
    tell(northwind.olu, doubt, verdict="written", **KNOWN)
    doubt.refresh_from_db()
    assert (doubt.state, doubt.error, doubt.leased_until) == ("succeeded", "", None)
    assert doubt.receipt == {"reference": "memo:42", "data": {"told_by": "person"}}
    said = Resolution.objects.get()
    assert (said.kind, said.reason_code) == ("reconciled", "written")
    assert (said.note, said.by) == ("I looked at the board", northwind.olu.user)
    assert Case.objects.get().state == "resolved"
    fact = LedgerEntry.objects.get(kind="execution.settled")
    assert fact.actor == f"user:{northwind.olu.user_id}"
    assert (fact.data["state"], fact.data["by"]) == ("succeeded", "person")


def test_it_was_not_written_and_is_tried_again_only_when_asked(
    northwind: Company, board: Board, doubt: Execution
) -> None:
    tell(northwind.ada, doubt, verdict="not_written", reason="Not on the board")
    drain.drain(linger=0, longest=0)
    doubt.refresh_from_db()
    assert (doubt.state, len(board.calls)) == ("failed", 1)
    assert Case.objects.get().state == "resolved"
    client = Client()
    client.force_login(northwind.ada.user)
    client.post(reverse("retry", args=["northwind", doubt.public_id]))
    drain.drain(linger=0, longest=0)
    doubt.refresh_from_db()
    assert (doubt.state, board.calls) == ("succeeded", [doubt.write_key] * 2)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"verdict": "perhaps", **KNOWN},
        {"verdict": "written", "reason": "I looked", "reference": " "},
        {"verdict": "not_written", "reason": " "},
    ],
)
def test_half_an_answer_settles_nothing(northwind: Company, doubt: Execution, answer: dict[str, str]) -> None:
    assert tell(northwind.olu, doubt, **answer).status_code == 302
    doubt.refresh_from_db()
    assert doubt.state == "unknown"
    assert not Case.objects.exists()


def test_the_first_answer_stands(northwind: Company, doubt: Execution) -> None:
    tell(northwind.olu, doubt, verdict="written", **KNOWN)
    tell(northwind.ada, doubt, verdict="not_written", reason="I did not find it")
    doubt.refresh_from_db()
    assert doubt.state == "succeeded"
    assert Resolution.objects.count() == 1


def test_a_reviewer_may_not_say(northwind: Company, doubt: Execution) -> None:
    assert tell(northwind.ken, doubt, verdict="written", **KNOWN).status_code == 403
    doubt.refresh_from_db()
    assert doubt.state == "unknown"


def test_the_question_stands_where_the_answer_is_given(northwind: Company, doubt: Execution) -> None:
    address = reverse("reconcile", args=["northwind", doubt.public_id])
    client = Client()
    client.force_login(northwind.olu.user)
    assert address in client.get(address, follow=True).content.decode()
    client.force_login(northwind.maria.user)
    effect = reverse("effect", args=["northwind", doubt.proposal.public_id])
    assert address not in client.get(effect).content.decode()


def test_what_a_person_told_is_not_undone_by_a_tool(northwind: Company, doubt: Execution) -> None:
    tell(northwind.ada, doubt, verdict="written", **KNOWN)
    client = Client()
    client.force_login(northwind.ada.user)
    effect = reverse("effect", args=["northwind", doubt.proposal.public_id])
    assert reverse("reverse", args=["northwind", doubt.public_id]) not in client.get(effect).content.decode()
    client.post(reverse("reverse", args=["northwind", doubt.public_id]), {"reason": "twice"})
    assert Execution.objects.count() == 1


def test_above_what_one_person_settles_two_must_find_the_same(northwind: Company, doubt: Execution) -> None:
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", currency="EUR", second_above=Decimal(5),
        actor=actors.worker("test"), now=timezone.now(),
    )  # fmt: skip

    tell(northwind.olu, doubt, verdict="written", **KNOWN)
    tell(northwind.olu, doubt, verdict="written", **KNOWN)  # one person twice is one person
    tell(northwind.ada, doubt, verdict="written", reference="memo:43", reason="Another number")
    doubt.refresh_from_db()
    assert (doubt.state, doubt.testimonies.count()) == ("unknown", 2)
    assert LedgerEntry.objects.filter(kind="execution.looked_at").count() == 3

    tell(northwind.ada, doubt, verdict="written", **KNOWN)
    doubt.refresh_from_db()
    assert (doubt.state, doubt.receipt["reference"]) == ("succeeded", "memo:42")
