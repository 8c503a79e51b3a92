"""The desk: an answer is paid for once, budgets hold whoever asks at once, and everything asked is on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import actors
from approvals.models import LedgerEntry
from exceptions import passing
from exceptions.models import Case
from runs import recorder
from runs.asking import budgets, desk, kept, settling, terms
from runs.llm.errors import ModelBudgetReached, ModelUnreachable
from runs.llm.questions import Answer, Question
from runs.models import KeptAnswer, ModelCall, Run, Spending
from tests.builders import now
from tests.openai_server import OpenAIServer, completion, failure
from tests.people import Company
from tests.runs.questions import GOOD, Amount

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")


def ask(at: desk.Desk, document: str = "TOTAL 12.50") -> Answer[Amount]:
    return at.ask(Question(prompt=at.prompt("extract_expense", document), form=Amount, document=document))


def limit(company: Company, per: str, measure: str, amount: str) -> None:
    budgets.set_budget(
        workspace=company.workspace, per=per, measure=measure, amount=Decimal(amount), by=None, actor=TEST, now=now()
    )  # fmt: skip


def used(per: str) -> Spending:
    return Spending.objects.get(name__startswith=per)


def test_the_same_question_is_paid_for_once_and_says_that_it_was_kept(
    at_desk: desk.Desk, far_side: OpenAIServer, northwind: Company, harbour: Company
) -> None:
    first, second = ask(at_desk), ask(at_desk)
    assert (first.from_cache, second.from_cache, second.cost, second.tokens_in) == (False, True, 0, 0)
    assert second.value == first.value and second.model == first.model and len(far_side.requests) == 1
    calls = ModelCall.objects.order_by("id").values_list("from_cache", "tokens_in", "cost", "error")
    assert list(calls) == [(False, 1_000, Decimal("0.00021"), ""), (True, 0, 0, "")]
    assert (used("month").tokens, used("run").money) == (1_100, Decimal("0.00021"))
    with desk.opened(workspace=harbour.workspace, actor=TEST) as strange:
        assert ask(strange).from_cache is False  # nobody reads another workspace's answers
    KeptAnswer.objects.update(expires_at=now() - timedelta(seconds=1))
    assert ask(at_desk).from_cache is False
    assert kept.forget(now=now() + timedelta(days=8)) == 2
    terms.change(workspace=northwind.workspace, second_model="", keep_days=0, seen=0, actor=TEST, now=now())
    ask(at_desk)
    assert KeptAnswer.objects.count() == 0 and len(far_side.requests) == 4


def test_at_the_end_of_a_budget_nothing_leaves_and_one_case_says_so(
    at_desk: desk.Desk, far_side: OpenAIServer, northwind: Company
) -> None:
    limit(northwind, "day", "tokens", "6000")
    for number in range(3):
        with pytest.raises(ModelBudgetReached) as caught:
            ask(at_desk, f"TOTAL 12.50 {number}")
        assert caught.value.effort.attempts == 0
    assert far_side.requests == [] and used("day").tokens == 0 and used("run").tokens == 0
    case = Case.objects.get(failure_class__code="model.budget_reached")
    assert (case.total_count, LedgerEntry.objects.filter(kind="budget.reached").count()) == (1, 1)
    assert "6,000 tokens a day" in case.occurrences.get().message
    limit(northwind, "day", "tokens", "60000")
    assert used("day").reached_at is None
    assert settling.settle_over(actor=TEST, now=now()) == 1  # there is room again
    case.refresh_from_db()
    assert case.state == "resolved"
    assert ask(at_desk).tokens_in == 1_000


def test_a_budget_case_ends_with_its_day_and_with_its_run(
    at_desk: desk.Desk, northwind: Company, run: Run
) -> None:
    limit(northwind, "day", "tokens", "6000")
    with pytest.raises(ModelBudgetReached):
        ask(at_desk)
    limit(northwind, "run", "tokens", "10")
    limit(northwind, "day", "tokens", "900000")
    assert settling.settle_over(actor=TEST, now=now()) == 1
    with pytest.raises(ModelBudgetReached):
        ask(at_desk)
    assert settling.settle_over(actor=TEST, now=now() + timedelta(days=2)) == 0  # the run still goes on
    recorder.finish(run=run, state="succeeded", actor=TEST, now=now())
    assert settling.settle_over(actor=TEST, now=now()) == 1
    limit(northwind, "day", "tokens", "10")
    with desk.opened(workspace=northwind.workspace, actor=TEST) as alone, pytest.raises(ModelBudgetReached):
        ask(alone)
    assert settling.settle_over(actor=TEST, now=now()) == 0
    assert settling.settle_over(actor=TEST, now=now() + timedelta(days=1)) == 1
    assert not Case.objects.exclude(state="resolved").exists()


def test_a_price_nobody_lists_counts_by_tokens_and_is_told_apart(
    at_desk: desk.Desk, far_side: OpenAIServer, northwind: Company, settings
) -> None:
    settings.OPENAI_MODEL = "house-model"
    with desk.opened(workspace=northwind.workspace, actor=TEST) as opened:
        assert ask(opened).cost is None
        assert (used("month").unpriced, used("month").money) == (
            1_100,
            Decimal("0.033"),
        )  # at 30 dollars a million
        limit(northwind, "month", "money", "0.10")
        with pytest.raises(ModelBudgetReached):
            ask(opened, "another")


def test_what_surely_was_not_billed_is_given_back_and_what_may_have_been_is_not(
    at_desk: desk.Desk, far_side: OpenAIServer
) -> None:
    far_side.plays(failure(500))
    with pytest.raises(ModelUnreachable):
        ask(at_desk)
    assert used("run").tokens == 0 and ModelCall.objects.get().error == "model_unreachable"
    far_side.plays(completion(GOOD, tokens=None))  # it does not say what it took
    ask(at_desk)
    assert used("run").tokens > 4_000


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_take_more_than_the_budget(
    at_desk: desk.Desk, far_side: OpenAIServer, northwind: Company, run: Run
) -> None:
    """Twenty ask at the same moment; there is room for what a few may take at most."""
    limit(northwind, "run", "tokens", "30000")
    far_side.plays(completion(GOOD, tokens=(2_000, 4_000)))

    def one(number: int) -> bool:
        try:
            ask(at_desk, f"TOTAL {number}")
        except ModelBudgetReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as threads:
        answered = list(threads.map(one, range(20)))
    taken = ModelCall.objects.filter(error="").count() * 6_000
    assert 0 < answered.count(True) == len(far_side.requests) and used("run").tokens == taken <= 30_000
    assert Case.objects.get(failure_class__code="model.budget_reached").total_count == 1


def test_budgets_that_still_hold_keep_no_later_case_waiting(
    at_desk: desk.Desk, northwind: Company, harbour: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "AT_ONCE", 1)
    for company, per in ((northwind, "day"), (harbour, "month")):
        limit(company, per, "tokens", "10")
        with desk.opened(workspace=company.workspace, actor=TEST) as asked, pytest.raises(ModelBudgetReached):
            ask(asked)
    limit(harbour, "month", "tokens", "900000")

    assert settling.settle_over(actor=TEST, now=now()) == 1
    assert Case.objects.get(workspace=harbour.workspace).state == "resolved"
    assert Case.objects.get(workspace=northwind.workspace).state == "open"
    with CaptureQueriesContext(connection) as looked:
        assert settling.settle_over(actor=TEST, now=now()) == 0
    assert len(looked) == 2
