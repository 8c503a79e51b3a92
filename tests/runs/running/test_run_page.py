"""The page of a run answers: what ran, what came of it, which records, who was told. As people see it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals.models import Proposal
from runs import drain
from runs.models import Execution
from runs.running import figures
from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal, approve, now
from tests.runs.running.telling import a_move, a_run, end, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(northwind):
    """Three memos: one signed and written, one rejected, one blocked; an extraction that cost, a step that failed."""
    at = now() - timedelta(minutes=20)
    run = a_run(northwind.bot, at=at, period="2026-11")
    good, bad = (a_proposal(northwind.bot, run=run.id, at=at, title=title) for title in ("Good", "Bad"))
    a_proposal(northwind.bot, run=run.id, at=at, arguments={"amount": "1.00"})
    tell(
        run,
        a_move("read", at=at, kind="model", model="small", prompt="extract", prompt_version="3", tokens_in=900,
               tokens_out=100, output={"total": "10.00"}, latency_ms=800),
        a_move("propose", parent="read", at=at, kind="propose", proposal=good.pk, item="memo 1"),
        a_move("broken", at=at, item="memo 9", error={"code": "x", "message": "illegible"}),
    )  # fmt: skip
    approve(good, northwind.maria, at=at + timedelta(minutes=5))
    approve(bad, northwind.ken, verdict="reject", reason_code="other", note="no")
    drain.drain(linger=0)
    return end(run, "partial", counts={"inputs": 4})


def page_of(client, run, **query):
    answer = client.get(reverse("run", args=["northwind", run.public_id], query=query or None))
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_page_answers_for_the_run(run, northwind):
    client = signed_in(northwind.tess)
    assert Execution.objects.get().state == "succeeded"
    told = figures.of(run)
    assert (told.proposals, told.reviewed, told.rejected, told.cases, told.written) == (3, 2, 1, 1, 1)
    assert (told.by_policy, told.edited, told.pending, told.reversed) == (0, 0, 0, 0)
    page = page_of(client, run)
    for words in ("A part only.", "maria", "signed", "ken", "rejected it", "Gates", "Before and after", "illegible",
                  "Who was told", "Finance ops", "No step of the run tells of it."):  # fmt: skip
        assert words in page, words
    assert (
        "Good" not in page_of(client, run, show="rejected").split('id="proposals"')[1].split("</section>")[0]
    )
    assert "memo 1" not in page_of(client, run, failed="1").split('id="steps"')[1].split("</section>")[0]


def test_a_step_has_a_page_and_strange_addresses_break_nothing(run, northwind, harbour):
    client, step = signed_in(northwind.tess), run.steps.get(key="read")
    address = reverse("step", args=["northwind", run.public_id, step.pk])
    page = client.get(address).content.decode()
    assert "version 3" in page and "900 in, 100 out" in page and "10.00" in page
    row = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in row and "900 in, 100 out" in row and "10.00" in row
    assert signed_in(harbour.dana).get(address).status_code == 404
    for query in (
        {"from": "x"},
        {"at": "13:99"},
        {"at": "2026-11-28T00:00:00Z"},
        {"show": "x"},
        {"item": "a\x00"},
    ):
        page_of(client, run, **query)
    other = a_run(northwind.bot)
    assert client.get(reverse("step", args=["northwind", other.public_id, step.pk])).status_code == 404


def test_its_queries_do_not_grow_with_the_run(run, northwind, django_assert_max_num_queries):
    client = signed_in(northwind.tess)
    at = now() - timedelta(minutes=10)
    longer = a_run(northwind.bot, at=at)
    rows = [a_proposal(northwind.bot, run=longer.id, at=at) for _ in range(8)]
    for row in rows:
        approve(row, northwind.maria, at=at)
    tell(longer, *(a_move(f"s{n}", at=at, proposal=row.pk, kind="propose") for n, row in enumerate(rows)))
    drain.drain(linger=0)
    assert Proposal.objects.filter(run=longer.id).count() == 8
    with django_assert_max_num_queries(28):
        page_of(client, longer)
