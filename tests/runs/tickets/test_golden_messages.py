"""Golden sets of ticket-triage: kept from what was signed, read again by other words or another prompt, and a case."""

from typing import Any

import pytest

from approvals import actors
from approvals.models import Agent, Proposal
from exceptions.models import Case
from runs.demo import company as sample
from runs.demo import helpdesk as inbox
from runs.golden import keeping, readers, trying
from runs.models import ExampleSet, GoldenRun
from runs.workflows.tickets import examples, walk
from tests.builders import approve, now, observe
from tests.openai_server import OpenAIServer, completion
from tests.people import Company

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")
TEXT = "Our invoice is overdue. Has the payment been sent? It is number {}."


def kept(agent: Agent, company: Company, many: int) -> None:
    """So many messages, sorted by words and signed as they were sorted."""
    head = {"from": "paul@vasseur.example", "subject": "Overdue"}
    told = [head | {"id": f"T-{n}", "text": TEXT.format(n)} for n in range(many)]
    walk.walk(agent=agent, inputs=told)
    for row in Proposal.objects.filter(tool="helpdesk.assign").order_by("id"):
        keeping.keep(proposal=approve(observe(row), company.maria), by=None, actor=TEST, now=now())


def tried(why: str) -> GoldenRun:
    """What the slow worker does each minute: wish where something changed, and read."""
    assert trying.wish_due(actor=TEST, now=now()) == 1
    trying.go_on(actor=TEST, now=now())
    trial = GoldenRun.objects.latest("asked_at")
    assert (trial.why, trial.state) == (why, "done")
    return trial


def test_other_examples_that_sort_worse_lie_in_a_case(
    sorter: Agent, supplied: ExampleSet, northwind: Company, helpdesk: Any
) -> None:
    kept(sorter, northwind, 2)
    assert tried("change").right == 2
    assert trying.wish_due(actor=TEST, now=now()) == 0
    swap = {"payment status": "invoice copy", "invoice copy": "payment status"}
    turned = [(text, swap.get(label, label)) for text, label in supplied.examples]
    told = examples.Supplied(turned, supplied.labels)
    examples.supply(workspace=northwind.workspace, supplied=told, by=None, actor=TEST, now=now())
    worse = tried("change")
    assert (worse.right, worse.worse) == (0, 2)
    assert worse.case == Case.objects.get(failure_class__code="golden.regressed")
    assert trying.wish_due(actor=TEST, now=now() + trying.WEEKLY) == 1


@pytest.mark.django_db(transaction=True)
def test_another_model_is_tried_at_once_and_one_that_sorts_worse_lies_in_a_case(
    sorter: Agent, supplied: ExampleSet, northwind: Company, far_side: OpenAIServer, settings: Any
) -> None:
    settings.OPENAI_API_KEY = ""
    kept(sorter, northwind, 5)
    settings.OPENAI_API_KEY = "sk-test"
    for model, label, right in (("gpt-4o-mini", "payment status", 5), ("gpt-4o", "expenses", 0)):
        settings.OPENAI_MODEL = model
        said = {"label": {"value": label, "confidence": 0.97, "quote": "payment"}}
        far_side.plays(completion(said))
        trial = tried("change")
        assert (trial.right, trial.case is None, readers.words(trial.reader)) == (
            right, right == 5, f"{model}, classify_ticket version 1",
        )  # fmt: skip
    assert trial.chance == pytest.approx(1 / 32)


def test_the_sample_inbox_comes_with_a_set_that_is_tried(helpdesk: Any) -> None:
    made = sample.found(sample.SAMPLES[0], password="x", now=now())
    inbox.open_inbox(made, now=now())
    assert tried("change").right == inbox.KEPT
