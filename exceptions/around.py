"""What stands around many cases: their classes, teams and people, each read once however many cases share it."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from approvals.models import Workspace
from exceptions.models import Case, FailureClass, Team

Row = TypeVar("Row", bound=Model)


class Around:
    """For as long as one sweep lasts."""

    def __init__(self) -> None:
        self._workspaces: dict[Any, Workspace] = {}
        self._teams: dict[Any, Team] = {}
        self._people: dict[Any, User] = {}
        self._classes: dict[Any, FailureClass] = {}

    def give(self, cases: Sequence[Case]) -> None:
        """Set what these cases refer to; no query where all of it is known."""
        classes = FailureClass.objects.select_related("owner", "backup").defer("runbook")
        _learn(self._workspaces, Workspace.objects.all(), {case.workspace_id for case in cases})
        _learn(self._teams, Team.objects.all(), {case.owner_id for case in cases})
        _learn(self._people, User.objects.all(), {case.assignee_id for case in cases} - {None})
        _learn(self._classes, classes, {case.failure_class_id for case in cases})
        for case in cases:
            case.workspace, case.owner = self._workspaces[case.workspace_id], self._teams[case.owner_id]
            case.failure_class = self._classes[case.failure_class_id]
            if case.assignee_id is not None:
                case.assignee = self._people[case.assignee_id]


def _learn(known: dict[Any, Row], rows: QuerySet[Row], wanted: Iterable[Any]) -> None:
    if missing := set(wanted) - known.keys():
        known.update(rows.in_bulk(missing))
