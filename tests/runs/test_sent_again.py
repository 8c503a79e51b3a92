"""What a failing batch asks about things that were sent again: nothing where none was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from approvals import tools
from exceptions.models import Occurrence
from runs import drain, execution
from runs.models import Execution
from tests import builders
from tests.builders import actor_of
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db


def fail(board: Board, company: Company, many: int) -> list[str]:
    """So many writes that are refused, together; the statements that looked for what was sent again."""
    board.trouble = [tools.Refused("posting.refused", "the period is closed")] * many
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        drain.drain(linger=0, longest=0)
    assert not board.trouble
    return [sql for sql in asked if '"resent_at" IS NOT NULL' in sql]


def test_a_failing_batch_asks_for_what_was_sent_again_only_where_something_was(
    northwind: Company, board: Board
) -> None:
    for _ in range(3):
        builders.an_approved(northwind.bot, northwind.maria)
    assert fail(board, northwind, 3) == []
    row, olu = Execution.objects.first(), northwind.olu
    execution.retry(execution=row, by=olu.user_id, actor=actor_of(olu), now=timezone.now())
    builders.an_approved(northwind.bot, northwind.maria)

    # where it lies, to lock that with the others; and what to settle there
    assert len(fail(board, northwind, 2)) == 2
    ended = Occurrence.objects.filter(execution=row.pk).order_by("id").values_list("disposition", flat=True)
    assert list(ended) == ["retried", "open"]
