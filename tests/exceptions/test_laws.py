"""What PostgreSQL refuses, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.exceptions.conftest import open_case
from tests.people import Company

ATTACKS = [
    "UPDATE exceptions_failureclass SET backup_id = NULL",
    "UPDATE exceptions_failureclass SET owner_id = NULL",
    "UPDATE exceptions_failureclass SET backup_id = owner_id",
    "DELETE FROM exceptions_failureclass",
    "DELETE FROM exceptions_team",
    "UPDATE exceptions_case SET next_escalation_at = NULL",
    "UPDATE exceptions_case SET state = 'acknowledged'",
    "UPDATE exceptions_case SET state = 'resolved', resolved_at = now()",
    "UPDATE exceptions_case SET state = 'resolved', resolved_at = now(), open_count = 0",
    "UPDATE exceptions_case SET state = 'forgotten'",
    "DELETE FROM exceptions_case",
    "DELETE FROM exceptions_occurrence",
    "TRUNCATE exceptions_occurrence CASCADE",
    "UPDATE exceptions_occurrence SET disposition = 'lost'",
    "UPDATE exceptions_failureclass SET plan_id = NULL",
    "DELETE FROM exceptions_plan",
    "DELETE FROM exceptions_episode",
    "TRUNCATE exceptions_episode CASCADE",
    "TRUNCATE exceptions_call CASCADE",
    "TRUNCATE exceptions_incident CASCADE",
    "TRUNCATE exceptions_revision CASCADE",
    "INSERT INTO exceptions_episode (case_id, workspace_id, failure_class_id, owner_id, number, opened_at, failures)"
    " SELECT case_id, workspace_id, failure_class_id, owner_id, number + 1, now(), 0 FROM exceptions_episode",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_cannot_lose_a_failure_its_owner_or_its_clock(northwind: Company, attack: str) -> None:
    open_case(northwind.workspace)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_class_cannot_be_given_to_a_team_of_another_workspace(northwind: Company, harbour: Company) -> None:
    stranger = harbour.workspace.teams.first()

    with pytest.raises(IntegrityError, match="same workspace"), transaction.atomic():
        northwind.workspace.failure_classes.update(owner=stranger)


def test_every_seeded_class_has_two_teams_a_plan_and_a_runbook(northwind: Company) -> None:
    for known in northwind.workspace.failure_classes.select_related("owner", "backup", "plan"):
        assert known.owner != known.backup
        assert known.plan.steps[-1]["to"] == "backup"
        assert known.runbook.strip(), known.code
        assert known.resolutions, known.code
