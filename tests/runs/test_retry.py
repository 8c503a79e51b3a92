"""Another try: as often as the class allows, later each time, at no fixed moment, never before the target wants it."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from approvals import tools
from approvals.actors import worker
from exceptions.models import Case, FailureClass
from runs import drain, execution
from runs.execution import retrying
from runs.models import Execution
from tests import builders
from tests.exceptions.ruling import a_rule
from tests.memo import Board
from tests.people import Company

TICK = worker("tick")


class Fixed(Random):
    """Chance that always says the same."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def random(self) -> float:
        return self.share


@pytest.mark.parametrize(("attempts", "slowest"), [(1, 20), (2, 40), (3, 80), (5, 320), (6, 600), (60, 600)])
def test_the_longest_wait_doubles_up_to_ten_minutes(attempts: int, slowest: int) -> None:
    assert retrying.back_off(attempts, chance=Fixed(1.0)) == timedelta(seconds=slowest)
    assert retrying.back_off(attempts, chance=Fixed(0.25)) == timedelta(seconds=slowest / 4)
    assert retrying.back_off(attempts, chance=Fixed(0.0)) == timedelta(0)


@given(
    attempts=st.integers(1, 1000),
    after=st.none() | st.floats(allow_nan=True, allow_infinity=True),
    share=st.floats(0, 1, exclude_max=True),
)
def test_no_answer_of_a_target_makes_it_wait_less_or_for_ever(
    attempts: int, after: float | None, share: float
) -> None:
    wait = retrying.back_off(attempts, after=after, chance=Fixed(share))
    assert timedelta(0) <= wait <= retrying.LONGEST_FLOOR + retrying.SLOWEST
    if after is not None and 0 < after <= 86400:
        assert wait >= timedelta(seconds=after)


@pytest.mark.django_db
def test_what_the_target_asked_for_is_waited_for(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Transient("integration.rate_limited", "slow down", after=90)]
    builders.an_approved(northwind.bot, northwind.maria)
    began = timezone.now()
    drain.drain(linger=0, longest=0)
    row = Execution.objects.get()
    assert began + timedelta(seconds=90) <= row.due_at <= timezone.now() + timedelta(seconds=110)


@pytest.mark.django_db
@pytest.mark.parametrize("tries", [1, 3])
def test_the_class_of_the_workspace_says_how_often(northwind: Company, board: Board, tries: int) -> None:
    FailureClass.objects.filter(code="integration.unreachable").update(tries=tries)
    board.trouble = [tools.Transient("integration.unreachable", "away") for _ in range(9)]
    builders.an_approved(northwind.bot, northwind.maria)
    for _ in range(5):
        drain.drain(linger=0, longest=0)
        Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
    row = Execution.objects.get()
    assert (row.state, row.attempts, len(board.calls)) == ("failed", tries, tries)
    assert len(set(board.calls)) == 1
    assert Case.objects.get().failure_class.code == "integration.unreachable"


def tried_once(company: Company, code: str = "integration.timeout") -> Execution:
    """An attempt that failed, and asks for another."""
    builders.an_approved(company.bot, company.maria)
    now = timezone.now()
    [row] = execution.claim(worker=7, limit=1, now=now)
    [row] = execution.begin(executions=[row], worker=7, actor=TICK, now=now)
    outcome = execution.Outcome(row, "failed", failure_class=code, message="slow", retry=True)
    execution.record(outcomes=[outcome], worker=7, actor=TICK, now=now, chance=Fixed(0.5))
    return Execution.objects.get()


@pytest.mark.django_db
def test_its_class_says_how_long_the_pauses_are_and_when_they_end(northwind: Company) -> None:
    classes = FailureClass.objects.filter(code="integration.timeout")
    classes.update(retry_seconds=60, retry_factor=10, retry_within=timedelta(minutes=5))
    row = tried_once(northwind)
    assert (row.state, row.due_at) == ("scheduled", row.started_at + timedelta(minutes=5))


@pytest.mark.django_db
def test_none_begins_later_than_its_class_allows(northwind: Company) -> None:
    classes = FailureClass.objects.filter(code="integration.timeout")
    classes.update(retry_seconds=60, retry_factor=10, retry_within=timedelta(minutes=4))
    assert tried_once(northwind).state == "failed"
    assert Case.objects.get().failure_class == classes.get()


@pytest.mark.django_db
def test_a_rule_that_makes_it_another_class_decides_how_often_too(northwind: Company) -> None:
    a_rule(northwind, to="integration.refused", message="slow")
    assert tried_once(northwind).state == "failed"
    assert Case.objects.get().failure_class.code == "integration.refused"


@pytest.mark.parametrize(
    ("pause", "factor", "slowest"), [(60, 3, 180), (3600, 1, 3600), (3600, 10, 3600), (1, 10, 10)]
)
def test_no_class_makes_a_pause_without_end(pause: int, factor: int, slowest: int) -> None:
    assert retrying.slowest_back_off(1, pause=pause, factor=factor) == timedelta(seconds=slowest)
    assert retrying.slowest_back_off(1000, pause=pause, factor=factor) <= timedelta(hours=1)


@pytest.mark.django_db
def test_a_failure_of_no_class_is_not_tried_again(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Transient("nobody.knows", "odd")]
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    assert (Execution.objects.get().state, len(board.calls)) == ("failed", 1)
    assert Case.objects.get().failure_class.code == "unclassified"


@pytest.mark.django_db
def test_a_refusal_is_never_tried_again_whatever_its_class_allows(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Refused("integration.unreachable", "no, and that is final")]
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    assert (Execution.objects.get().state, len(board.calls)) == ("failed", 1)


@pytest.mark.django_db
def test_chance_decides_when_a_failed_attempt_is_due_again(northwind: Company) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    now = timezone.now()
    [row] = execution.claim(worker=7, limit=1, now=now)
    [row] = execution.begin(executions=[row], worker=7, actor=TICK, now=now)
    outcome = execution.Outcome(
        row, "failed", failure_class="integration.timeout", message="slow", retry=True
    )
    execution.record(outcomes=[outcome], worker=7, actor=TICK, now=now, chance=Fixed(0.5))
    assert Execution.objects.get().due_at == now + timedelta(seconds=10)


class Searched(tools.Tool):
    """A target without keys of ours: one can only search it for what may have been written."""

    name, title, idempotency, max_seconds = "searched.write", "Write", "look_up", 25.0

    def observe(self, arguments, *, context):
        raise NotImplementedError

    run = look_up = observe


@pytest.mark.django_db
def test_a_target_that_can_only_be_searched_is_asked_when_the_call_must_be_over(northwind: Company) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    now, row = timezone.now(), Execution.objects.get()
    assert execution.look_up_from(row, now) == now  # it keeps our key
    tools.register(Searched())
    row.tool = Searched.name
    assert execution.look_up_from(row, now) == now + timedelta(seconds=25)
    row.tool = "memo.erase"
    assert execution.look_up_from(row, now) is None
    row.tool = "gone.for_good"
    assert execution.look_up_from(row, now) is None
