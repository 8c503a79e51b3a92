"""A run ends once: nobody makes an ended one another's, not even by SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from runs.models.run import MOVES
from tests.people import Company
from tests.runs.running.telling import a_run, end

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", [state for state in MOVES if state != "running"])
def test_what_has_ended_stays_as_it_ended(northwind: Company, state: str) -> None:
    run = end(a_run(northwind.bot), state=state)
    for to in MOVES:
        if to != state:
            with (
                pytest.raises(IntegrityError, match=r"does not move|finished_means"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("UPDATE runs_run SET state = %s WHERE id = %s", [str(to), run.pk])
    run.refresh_from_db()
    assert run.state == state
