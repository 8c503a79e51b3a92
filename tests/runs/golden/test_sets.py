"""Golden sets: kept by a reviewer, tried by whatever reads now, and a case where what was right is wrong."""

import json
from typing import Any

import pytest

from approvals import actors, agents
from approvals.models import Agent, Proposal
from exceptions.models import Case
from runs.asking import mixes
from runs.golden import keeping, readers, rounds, trying, wishes
from runs.models import GoldenAnswer, GoldenCase, GoldenRun, KeptAnswer, ModelCall
from runs.workflows.expense import posting, walk
from tests.approvals.administering import at, signed_in
from tests.books import Books
from tests.builders import a_proposal, approve, now, observe
from tests.openai_server import OpenAIServer, completion, failure
from tests.people import Company
from tests.runs.workflows.test_walk import RECEIPT, answer

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")


@pytest.fixture
def agent(northwind: Company, books: Books) -> Agent:
    return agents.add_agent(
        workspace=northwind.workspace,
        name=posting.NAME,
        version="1.0",
        tools=[posting.TOOL],
        actor=TEST,
        now=now(),
    )


def signed(agent: Agent, company: Company, many: int) -> list[Proposal]:
    """So many receipts, read by rules and signed as they were read."""
    lines = [{"id": f"A{n}", "text": RECEIPT.replace("7026F713", f"7026F7{n:02}")} for n in range(many)]
    walk.walk(agent=agent, inputs=lines)
    rows = list(Proposal.objects.filter(agent=agent).order_by("id"))
    return [approve(observe(row), company.maria) for row in rows]


def keep(*rows: Proposal) -> list[GoldenCase]:
    return [keeping.keep(proposal=row, by=None, actor=TEST, now=now()) for row in rows]


def try_all(company: Company) -> GoldenRun:
    wishes.wish(workspace=company.workspace, why="asked", by=None, actor=TEST, now=now())
    trying.go_on(actor=TEST, now=now())
    return GoldenRun.objects.order_by("-asked_at")[0]


def test_a_reviewer_keeps_a_signed_item_in_one_click(agent: Agent, northwind: Company) -> None:
    [row] = signed(agent, northwind, 1)
    browser = signed_in(northwind.maria)
    assert "Keep as golden" in browser.get(at("effect", row.public_id)).text
    for _ in range(2):
        assert browser.post(at("golden-keep", row.public_id)).status_code == 303
    kept = GoldenCase.objects.get()
    assert kept.expected["total"] == "54.19" and kept.input["text"].startswith("GARDENIA")
    assert signed_in(northwind.tess).post(at("golden-keep", row.public_id)).status_code == 403
    memo = a_proposal(northwind.bot)
    with pytest.raises(keeping.NotGolden):
        keep(memo)
    assert browser.post(at("golden-try", posting.NAME)).status_code == 303
    assert rounds.once(now=now())["read"] == 1
    page = browser.get(at("golden")).text
    assert "1 of 1" in page and "rules, version 1.0" in page
    assert "A0" in browser.get(at("golden-set", posting.NAME)).text
    assert browser.post(at("golden-let-go", kept.pk)).status_code == 303
    assert not keeping.may_be_kept(memo) and GoldenCase.objects.get().retired_at is not None


def test_rules_that_read_worse_than_before_lie_in_a_case(agent: Agent, northwind: Company) -> None:
    kept = keep(*signed(agent, northwind, 3))
    first = try_all(northwind)
    assert (first.state, first.right, first.before, first.case) == ("done", 3, None, None)
    GoldenCase.objects.filter(pk=kept[0].pk).update(expected=kept[0].expected | {"total": "99.99"})
    second = try_all(northwind)
    assert (second.right, second.worse, second.better, second.before) == (2, 1, 0, first)
    assert second.case == Case.objects.get(failure_class__code="golden.regressed")
    assert GoldenAnswer.objects.get(trial=second, right=False).wrong == ["total"]


def test_a_week_gone_by_or_another_reader_has_the_sets_tried(
    agent: Agent, northwind: Company, settings: Any
) -> None:
    keep(*signed(agent, northwind, 1))
    assert trying.wish_due(actor=TEST, now=now()) == 1  # never tried
    assert trying.wish_due(actor=TEST, now=now()) == 0  # one waits
    trying.go_on(actor=TEST, now=now())
    assert trying.wish_due(actor=TEST, now=now()) == 0
    assert trying.wish_due(actor=TEST, now=now() + trying.WEEKLY) == 1
    trying.go_on(actor=TEST, now=now())
    settings.OPENAI_API_KEY = "sk-test"
    assert trying.wish_due(actor=TEST, now=now()) == 1
    assert GoldenRun.objects.order_by("-pk")[0].why == "change"


def test_a_few_are_drawn_each_week_by_chance(agent: Agent, northwind: Company) -> None:
    rows = signed(agent, northwind, 8)
    keep(rows[0])
    assert keeping.draw_due(actor=TEST, now=now()) == keeping.A_WEEK
    assert keeping.draw_due(actor=TEST, now=now()) == 0
    assert GoldenCase.objects.filter(source="sample").count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_prompt_that_reads_worse_is_caught_and_one_that_fails_is_not_judged(
    agent: Agent,
    northwind: Company,
    far_side: OpenAIServer,
    settings: Any,
) -> None:
    settings.OPENAI_API_KEY = ""
    keep(*signed(agent, northwind, 6))
    settings.OPENAI_API_KEY = "sk-test"
    right = json.loads(answer(document=(None, None)))
    GoldenCase.objects.all().update(expected={**GoldenCase.objects.all()[0].expected, "document": None})
    far_side.plays(completion(right))
    assert try_all(northwind).right == 6
    told = {
        "workspace": northwind.workspace,
        "prompt": "extract_expense",
        "by": None,
        "actor": TEST,
        "now": now(),
    }
    mixes.choose(shares={2: 100}, **told)
    far_side.plays(completion(json.loads(answer(document=(None, None), total=("10.65", "10.65")))))
    assert trying.wish_due(actor=TEST, now=now()) == 1
    trying.go_on(actor=TEST, now=now())
    worse = GoldenRun.objects.order_by("-asked_at")[0]
    assert (worse.right, worse.worse, worse.chance) == (0, 6, pytest.approx(1 / 64))
    assert worse.case is not None and "extract_expense version 2" in readers.words(worse.reader)
    assert set(ModelCall.objects.values_list("purpose", flat=True)) == {"golden"}
    far_side.plays(failure(400, error="invalid_request_error"))
    KeptAnswer.objects.all().delete()
    assert try_all(northwind).state == "failed"
